import { describeValue } from '../errors/describe-value.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import type { AccessDefinition } from './access.js';
import type { Icon, Meta } from './content.js';

/** The members that every tool, prompt, resource and template can have. */
export interface ItemDefinition extends AccessDefinition {
  /** Name for people. */
  readonly title?: string;
  /** Its purpose, for people and models. */
  readonly description?: string;
  /** Pictures that clients show beside the item. */
  readonly icons?: readonly Icon[];
  /** Metadata for clients under keys such as `com.example/kind`. */
  readonly _meta?: Meta;
}

/** Keys of {@link ItemDefinition}, for the check of unknown ones. */
export const itemDefinitionKeys = [
  ...['title', 'description', 'icons', '_meta'],
  ...['scopes', 'visibility', 'authentication', 'policy'],
] as const;

/**
 * Checks a name of a prompt or tool.
 *
 * @param name - the name
 * @param kind - kind of the item
 * @throws ConfigurationError `invalid_name`
 */
export function assertName(name: unknown, kind: 'prompt' | 'tool'): asserts name is string {
  // MCP server/tools#tool-names: 1 to 128 of these characters. Prompts follow the same rule, so that every name fits unchanged into an
  // Mcp-Name header and a log line.
  if (typeof name === 'string' && /^[A-Za-z0-9_.-]{1,128}$/.test(name)) return;
  throw new ConfigurationError(
    'invalid_name',
    typeof name === 'string'
      ? `${displayName(name)} is no name for a ${kind}. Write 1 to 128 letters, digits, "_", "-" or ".".`
      : `The first argument is the name of the ${kind}, not ${describeValue(name)}. Write registry.${kind}('name', { … }, handler).`,
  );
}

/**
 * Checks that a handler is a function.
 *
 * @throws ConfigurationError `invalid_option`
 */
export function assertHandler(handler: unknown, owner: string): void {
  if (typeof handler === 'function') return;
  throw new ConfigurationError(
    'invalid_option',
    `${owner}: the handler must be a function, as the last argument behind the definition, not ${describeValue(handler)}.`,
  );
}

// MCP basic/index#_meta: labels begin with a letter and end with a letter or digit; names, unless empty, with either.
const label = '[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?';

/** A key of `_meta`, with a prefix or without. */
export const metaKey = new RegExp(`^(?:${label}(?:\\.${label})*/)?(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$`);

/**
 * Checks the keys of `_meta`, and that JSON can carry its values. Each key's definition decides about the rest.
 *
 * @param meta - what the developer wrote, if anything
 * @param owner - of it, for messages
 * @throws ConfigurationError `invalid_name` or `invalid_option`
 */
export function assertMeta(meta: Meta | undefined, owner: string): void {
  assertJson(meta, `${owner} _meta`);
  const wrong = Object.keys(meta ?? {}).find((key) => !metaKey.test(key));
  if (wrong === undefined) return;
  throw new ConfigurationError(
    'invalid_name',
    `${owner}: ${displayName(wrong)} is no key for _meta. Write one such as "com.example/kind" or "kind".`,
  );
}

function assertJson(meta: unknown, owner: string): void {
  if (meta === undefined) return;
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) {
    throw new ConfigurationError(
      'invalid_option',
      `${owner} must be an object. Leave it out if there is nothing to say.`,
    );
  }
  const lost = lostMember(meta);
  if (lost === undefined) return;
  throw new ConfigurationError(
    'invalid_option',
    `${owner}: JSON cannot carry the value of ${displayName(lost)}. Write texts, finite numbers, lists and plain objects.`,
  );
}

/** The name of a member that JSON would refuse, drop, or turn into null or `{}`. */
function lostMember(meta: object): string | undefined {
  let latest = '';
  let lost: string | undefined;
  try {
    JSON.stringify(meta, (name, value: unknown) => {
      latest = name;
      if (isLost(value)) lost ??= name;
      return value;
    });
  } catch {
    // An object that contains itself, or a getter that throws.
    return lost ?? latest;
  }
  return lost;
}

function isLost(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return ['bigint', 'function', 'symbol'].includes(typeof value) || value instanceof Map || value instanceof Set;
}

/** A copy without the members that are undefined. */
export function defined(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.freeze(Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)));
}
