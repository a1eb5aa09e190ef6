import { ConfigurationError } from './configuration-error.js';
import { displayName } from './display-name.js';

/**
 * Checks that options or a definition are an object whose members are all known. A misspelt option that is silently
 * ignored is how protection gets lost.
 *
 * @param value - what the developer wrote
 * @param known - the members that exist
 * @param owner - whose it is, for the message, such as `mcpAuth` or `tool "add"`
 * @throws ConfigurationError `invalid_option` when it is no object, `unknown_option` for a member that does not exist
 */
export function assertMembers(value: unknown, known: readonly string[], owner: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigurationError('invalid_option', `${owner}: write an object here, such as {}.`);
  }
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  const members = known.length === 0 ? 'It has no members' : `Known are ${known.join(', ')}`;
  throw new ConfigurationError('unknown_option', `${owner}: there is no ${displayName(unknown)}. ${members}.`);
}
