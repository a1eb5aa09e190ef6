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
    `${typeof name === 'string' ? displayName(name) : String(name)} is no name for a ${kind}. ` +
      'Write 1 to 128 letters, digits, "_", "-" or ".".',
  );
}

/**
 * Checks that a handler is a function.
 *
 * @throws ConfigurationError `invalid_option`
 */
export function assertHandler(handler: unknown, owner: string): void {
  if (typeof handler === 'function') return;
  throw new ConfigurationError('invalid_option', `${owner}: the handler must be a function.`);
}

// MCP basic/index#_meta: labels begin with a letter and end with a letter or digit; names, unless empty, with either.
const label = '[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?';

/** A key of `_meta`, with a prefix or without. */
export const metaKey = new RegExp(`^(?:${label}(?:\\.${label})*/)?(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)?$`);

/**
 * Checks the keys of `_meta`; their values are up to the definition of each key.
 *
 * @param meta - what the developer wrote, if anything
 * @param owner - of it, for messages
 * @throws ConfigurationError `invalid_name`
 */
export function assertMeta(meta: Meta | undefined, owner: string): void {
  const wrong = Object.keys(meta ?? {}).find((key) => !metaKey.test(key));
  if (wrong === undefined) return;
  throw new ConfigurationError(
    'invalid_name',
    `${owner}: ${displayName(wrong)} is no key for _meta. Write one such as "com.example/kind" or "kind".`,
  );
}

/** A copy without the members that are undefined. */
export function defined(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.freeze(Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)));
}
