import type { Claims } from '../oauth/claim-mapping.js';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import type { AccessDefinition, ItemAccess, Visibility } from './access.js';
import { compileAccess } from './access.js';
import type { CallContext } from './call-context.js';
import { assertHandler } from './definition.js';
import { assertExtensionId } from './extension-id.js';
import type { UsableItem } from './item.js';

/**
 * A method of an extension: its callers and its handler.
 *
 * Its `params` are those of the client, without `_meta` and not validated. It returns the members of the result. Errors that it throws
 * stay inside, except `ProtocolError`. It cannot ask the client for input: only tools, prompts and resources can (MCP
 * `basic/patterns/mrtr`).
 */
export interface ExtensionMethodDefinition<State, Request, TokenClaims> extends Omit<AccessDefinition, 'visibility'> {
  /** `concealed`: for callers without the scopes the method does not exist. Default `always`. */
  readonly visibility?: Exclude<Visibility, 'granted'>;
  readonly handler: (
    params: Readonly<Record<string, unknown>>,
    ctx: CallContext<State, Request, TokenClaims>,
  ) => object | Promise<object | undefined> | undefined;
}

/** A custom extension. */
export interface ExtensionDefinition<State = unknown, Request = unknown, TokenClaims = Claims> {
  /** The settings that the server declares for it, to every caller; the extension defines them. Default `{}`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** By name, such as `com.example/search`. */
  readonly methods?: Readonly<Record<string, ExtensionMethodDefinition<State, Request, TokenClaims>>>;
}

/** A method of an extension, compiled. */
export interface ExtensionMethod extends UsableItem {
  readonly kind: 'method';
  /** The extension that it belongs to. */
  readonly extension: string;
  readonly access: ItemAccess;
  readonly handler: (params: Readonly<Record<string, unknown>>, ctx: CallContext) => unknown;
}

/** An extension, compiled. */
export interface Extension {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly methods: readonly ExtensionMethod[];
}

/** Catalog of a registry that includes another one, and so receives its extensions. */
export interface ExtensionFollower {
  /** @throws ConfigurationError if the extension or one of its methods already exists, or its rules contradict each other */
  assertFree(id: string, extension: Extension): void;
  add(id: string, extension: Extension): void;
}

const methodKeys = ['scopes', 'visibility', 'authentication', 'policy', 'handler'];

/**
 * Compiles an extension.
 *
 * @param id - its name
 * @param definition - what the developer wrote
 * @throws ConfigurationError if a name, the settings, a method or its scopes are wrong
 */
export function compileExtension(id: string, definition: ExtensionDefinition): Extension {
  assertExtensionId(id);
  const owner = `extension "${id}"`;
  assertMembers(definition, ['settings', 'methods'], owner);
  const { settings = {}, methods = {} } = definition;
  if (!isRecord(methods)) {
    throw new ConfigurationError('invalid_option', `${owner}: methods must be an object of methods by name.`);
  }
  return {
    settings: copyOf(settings, owner),
    methods: Object.entries(methods).map(([name, method]) => compileMethod(id, name, method)),
  };
}

function compileMethod(
  extension: string,
  name: string,
  definition: ExtensionMethodDefinition<unknown, unknown, Claims>,
): ExtensionMethod {
  assertMethodName(name);
  const owner = `method "${name}"`;
  assertMembers(definition, methodKeys, owner);
  const { handler, visibility } = definition;
  assertHandler(handler, owner);
  if ((visibility as unknown) === 'granted') {
    throw new ConfigurationError(
      'invalid_option',
      `${owner}: visibility must be 'always' or 'concealed', since no list shows methods.`,
    );
  }
  return { kind: 'method', key: name, extension, access: compileAccess(definition, owner), handler };
}

// The first words of the methods of MCP and of its extensions, reserved for their future methods.
const reserved: ReadonlySet<string> = new Set([
  ...['completion', 'elicitation', 'initialize', 'logging', 'notifications', 'ping', 'prompts', 'resources', 'roots'],
  ...['sampling', 'server', 'skills', 'subscriptions', 'tasks', 'tools', 'ui'],
]);

function assertMethodName(name: string): void {
  // Fits unchanged into an Mcp-Method header and a log line.
  if (name.length > 128 || !/^[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/.test(name)) {
    throw new ConfigurationError(
      'invalid_name',
      `${displayName(name)} is no name for a method. Write letters, digits, "_", "-" and ".", with "/" between words, ` +
        'such as "com.example/search".',
    );
  }
  const [first = ''] = name.split('/');
  // JSON-RPC 2.0 §4.3 reserves names that begin with "rpc.".
  if (!reserved.has(first) && !name.startsWith('rpc.')) return;
  throw new ConfigurationError(
    'invalid_name',
    `The name of the method ${displayName(name)} is reserved. Begin it with a name of your own, such as ` +
      '"com.example/search".',
  );
}

/** The declaration stays as registered, whatever happens to the object. */
function copyOf(settings: unknown, owner: string): Readonly<Record<string, unknown>> {
  let copy: unknown;
  try {
    copy = JSON.parse(JSON.stringify(settings));
  } catch {
    copy = undefined;
  }
  if (isRecord(copy)) return copy;
  throw new ConfigurationError('invalid_option', `${owner}: settings must be an object that JSON can hold.`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
