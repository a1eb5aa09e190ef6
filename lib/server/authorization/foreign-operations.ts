import { ProtocolError } from '../../errors/protocol-error.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import { maxBatchMessages } from '../../jsonrpc/batch-limit.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { FindAccess } from '../../registry/named-access.js';
import type { Operation } from './operation.js';

/** Rules for the items of another server. */
export interface AccessRules {
  readonly tools: FindAccess;
  readonly prompts: FindAccess;
  readonly resources: FindAccess;
}

type Params = Readonly<Record<string, unknown>>;

interface Named {
  readonly kind: Exclude<RefusedTarget['kind'], 'endpoint' | 'method' | 'route'>;
  readonly name: string;
  readonly args: Params;
}

/**
 * The operations of a message to another server, as far as it names items. The message may be malformed: that server may act on any
 * object with a `method`.
 *
 * @param payload - the JSON value of a body: a message or a batch
 * @param rules - the rules for its items
 * @throws ProtocolError `invalid_message` for more messages or resources than real clients send, and for methods and names that are not
 *   texts. (As a key, `["purge"]` is `purge`.)
 * @returns an operation for every rule that applies to an item, and at least one for every message
 */
export function foreignOperations(payload: unknown, rules: AccessRules): readonly Operation[] {
  const messages: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
  assertFew(messages.length, 'a batch holds', 'messages', maxBatchMessages);
  const names = messages.map(namesIn);
  // Counts all messages together, since each name is compared with all rules before the decision.
  const count = names.reduce((sum, { length }) => sum + length, 0);
  assertFew(count, 'a batch names', 'resources', maxSubscriptions);
  return names.flatMap((each) => [onEndpoint, ...each.flatMap((name) => operationsOn(name, rules))]);
}

// More than any client sends, and few enough to decide quickly.
const maxSubscriptions = 1000;

function assertFew(count: number, holder: string, things: string, most: number): void {
  if (count <= most) return;
  throw new ProtocolError('invalid_message', `Invalid request: ${holder} at most ${most} ${things}`);
}

/** The method that a message names, for the record. */
export function methodOf(payload: unknown): string | undefined {
  return isObject(payload) && typeof payload['method'] === 'string' ? payload['method'] : undefined;
}

const invoke = (): object => ({});
const onEndpoint: Operation = { items: [], invoke };

function operationsOn({ kind, name, args }: Named, rules: AccessRules): readonly Operation[] {
  const find = { tool: rules.tools, prompt: rules.prompts, resource: rules.resources }[kind];
  const target: RefusedTarget = { kind, name };
  return find(name).map((access) => ({ items: [{ access, target, args, notFound }], invoke }));
}

function notFound(): ProtocolError {
  return new ProtocolError('invalid_params');
}

function namesIn(message: unknown): readonly Named[] {
  if (!isObject(message)) return [];
  const { method } = message;
  if (method !== undefined) assertText(method, 'method');
  const params = paramsOf(message['params']);
  switch (method) {
    case 'tools/call':
      return [named('tool', params, 'name', params['arguments'])];
    case 'prompts/get':
      return [named('prompt', params, 'name', params['arguments'])];
    // Files of a skill, and the contents of a folder, from the extension for skills.
    case 'resources/directory/read':
    case 'skills/get':
    case 'resources/read':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return [named('resource', params, 'uri')];
    case 'completion/complete':
      return completed(paramsOf(params['ref']));
    case 'subscriptions/listen':
      return listenedTo(paramsOf(params['notifications'])['resourceSubscriptions']);
    default:
      return [];
  }
}

function named(kind: Named['kind'], params: Params, member: string, args?: unknown): Named {
  const name = params[member];
  assertText(name, member);
  return { kind, name, args: paramsOf(args) };
}

function assertText(value: unknown, member: string): asserts value is string {
  if (typeof value === 'string') return;
  throw new ProtocolError('invalid_message', `Invalid request: ${member} must be a string`);
}

/** A completion reveals values of its prompt or template. */
function completed(ref: Params): readonly Named[] {
  // Both, whatever the type is: the server may only look at the members.
  return [
    ...('name' in ref ? [named('prompt', ref, 'name')] : []),
    ...('uri' in ref ? [named('resource', ref, 'uri')] : []),
  ];
}

function listenedTo(uris: unknown): readonly Named[] {
  if (!Array.isArray(uris)) return [];
  assertFew(uris.length, 'a subscription names', 'resources', maxSubscriptions);
  return uris.map((uri: unknown) => named('resource', { uri }, 'uri'));
}

function paramsOf(value: unknown): Params {
  return isObject(value) ? value : {};
}
