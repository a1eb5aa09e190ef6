import { ProtocolError } from '../errors/protocol-error.js';
import { hasForbiddenMember, isSuspicious } from './forbidden-members.js';
import { endOfText } from './json-weight.js';
import type { Message, Params, RequestId } from './message.js';

/**
 * Reads the text of a body or a line.
 *
 * @param text - JSON text
 * @returns the value that the text stands for
 * @throws ProtocolError `parse_error` when the text is not JSON; the parser's own words (which quote the input) stay inside
 * @throws ProtocolError `message_too_deep` when it is nested too deep, before anything goes into it
 * @throws ProtocolError `invalid_message` for members that would change what objects of the app inherit
 */
export function parseJson(text: string): unknown {
  if (isDeeper(text, maxDepth)) throw new ProtocolError('message_too_deep');
  const value = parse(text);
  if (isSuspicious(text)) assertMembers(value);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new ProtocolError('parse_error', undefined, { cause });
  }
}

function assertMembers(value: unknown): void {
  if (!hasForbiddenMember(value)) return;
  const text = 'Invalid request: no object may have a member "__proto__", or a "constructor" with a "prototype"';
  throw new ProtocolError('invalid_message', text);
}

/** Objects and arrays inside each other in a message, its own members and those around arguments included. */
const maxDepth = 64;

/**
 * Checks a value that a body parser of the app has parsed.
 *
 * @param value - any JSON value
 * @throws ProtocolError `message_too_deep` or `invalid_message` as {@link parseJson} does
 */
export function assertHarmless(value: unknown): void {
  assertDepth(value);
  assertMembers(value);
}

/** Before anything goes into it. */
function assertDepth(value: unknown): void {
  // Level by level, since a walk into the depth would need the stack that it protects.
  let level = containersIn([value]);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > maxDepth) throw new ProtocolError('message_too_deep');
    level = level.flatMap((container) => containersIn(Object.values(container)));
  }
}

function containersIn(values: readonly unknown[]): readonly object[] {
  return values.filter((value): value is object => typeof value === 'object' && value !== null);
}

/** Whether JSON text opens more objects and arrays inside each other than a limit. Texts are skipped. */
function isDeeper(text: string, limit: number): boolean {
  // Nearly all messages have too few brackets for that, even if none of them closed before the next one opened.
  if (!hasMore(text, '{', limit / 2) && !hasMore(text, '[', limit / 2)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfText(text, at);
    // `[` and `{`, `]` and `}` differ in one bit, which no other character of JSON outside of texts shares with them.
    else if ((code | 0x20) === 0x7b && ++depth > limit) return true;
    else if ((code | 0x20) === 0x7d) depth--;
  }
  return false;
}

/** Whether a character occurs more often than a limit. */
function hasMore(text: string, character: string, limit: number): boolean {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) {
    if (++count > limit) return true;
  }
  return false;
}

const quote = 0x22;

const noParams: Params = Object.freeze({});

/**
 * Classifies one JSON value as a request, a notification, a response, or none of them (JSON-RPC 2.0 §4, §5). Members that are null count
 * as absent: JSON writers of several languages send null for what is not there.
 *
 * @param value - one JSON value; a batch is an array of them and is taken apart by the caller
 */
export function parseMessage(value: unknown): Message {
  if (!isObject(value)) return invalid(undefined, 'a message must be a JSON object');
  const id = isRequestId(value['id']) ? value['id'] : undefined;
  if (value['jsonrpc'] !== '2.0') return invalid(id, 'jsonrpc must be "2.0"');
  const { method } = value;
  if (!isThere(method)) return parseResponse(value, id);
  if (isThere(value['result']) || isThere(value['error'])) {
    return invalid(id, 'a message has either a method or a result');
  }

  const params = value['params'] ?? noParams;
  if (typeof method !== 'string' || method === '') return invalid(id, 'method must be a non-empty string');
  if (!isObject(params)) return invalid(id, 'params must be an object');
  if (!('id' in value) || (value['id'] === null && method.startsWith('notifications/'))) {
    return { kind: 'notification', method, params };
  }
  // MCP basic/index#requests: a string or an integer, and unlike base JSON-RPC it MUST NOT be null.
  if (id === undefined) return invalid(undefined, reasonAgainst(value['id']));
  return { kind: 'request', id, method, params };
}

function parseResponse(value: Params, id: RequestId | undefined): Message {
  const { result, error } = value;
  if (isThere(error) && !isThere(result)) return { kind: 'response', id, outcome: { error } };
  if ('result' in value && !isThere(error)) return { kind: 'response', id, outcome: { result } };
  return invalid(id, 'method must be a non-empty string');
}

function invalid(id: RequestId | undefined, reason: string): Message {
  return { kind: 'invalid', id, reason };
}

function reasonAgainst(id: unknown): string {
  // Two such integers that differ can be one number here, so the answer could go to another request. 1e400 is read as infinity.
  if (Number.isInteger(id) || id === Infinity || id === -Infinity) {
    return 'id must be a string, or an integer from -(2^53 - 1) to 2^53 - 1';
  }
  return typeof id === 'string'
    ? `id must have at most ${maxIdLength} characters`
    : 'id must be a string or an integer';
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** In UTF-16 units. Ids are kept for as long as a stream or a task lasts, and no client's is as long as that. */
const maxIdLength = 1024;

/** Whether a JSON value can be the id of a request, or a token that stands for one. */
export function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' ? value.length <= maxIdLength : Number.isSafeInteger(value);
}

/** Whether a JSON value is an object, not an array and not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
