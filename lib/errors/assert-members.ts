import { ConfigurationError } from './configuration-error.js';
import { classOf, describeValue, isThenable } from './describe-value.js';
import { displayName } from './display-name.js';
import { helpAbout } from './help.js';
import { nearMiss } from './near-miss.js';

/** Names that developers bring from other libraries, and where the same thing goes here. */
export type ForeignNames = Readonly<Record<string, string>>;

/**
 * Checks that options or a definition are an object whose members are all known. A misspelt option that is silently
 * ignored is how protection gets lost.
 *
 * @param value - what the developer wrote
 * @param known - the members that exist
 * @param owner - whose it is, for the message, such as `mcpAuth` or `tool "add"`
 * @param foreign - what other libraries call things, with what to write instead
 * @throws ConfigurationError `invalid_option` when it is no object, `unknown_option` for a member that does not exist
 */
export function assertMembers(
  value: unknown,
  known: readonly string[],
  owner: string,
  foreign: ForeignNames = {},
): void {
  const options = { help: helpAbout(owner) };
  if (!isOptions(value)) {
    const message = `${owner}: write an object here, such as {}, not ${describeValue(value)}.`;
    throw new ConfigurationError('invalid_option', message, options);
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const advice = Object.hasOwn(foreign, unknown) ? foreign[unknown] : undefined;
  throw new ConfigurationError(
    'unknown_option',
    `${owner}: there is no ${displayName(unknown)}. ${advice === undefined ? guess(unknown, known) : `Write ${advice}.`}`,
    options,
  );
}

/** A promise, a registry and the like have no members of their own, so that no member would be unknown. */
function isOptions(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isThenable(value)) return false;
  return Object.keys(value).length > 0 || classOf(value) === undefined;
}

function guess(unknown: string, known: readonly string[]): string {
  if (known.length === 0) return 'It has no members.';
  const meant = nearMiss(unknown, known);
  const list = `Known are ${known.join(', ')}.`;
  return meant === undefined ? list : `Did you mean ${displayName(meant)}? ${list}`;
}
