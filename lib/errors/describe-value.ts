import { displayName } from './display-name.js';

/**
 * Describes what an option must be and what it is.
 *
 * A `URL` object is not accepted as the text of a URL. Its text may end with a slash that the developer did not write, and issuers are
 * compared as text. Since it looks like its text in JSON, the sentence names it.
 *
 * @param option - such as `issuer`
 * @param wanted - such as `a URL with https`
 * @param value - what the developer wrote
 */
export function mustBe(option: string, wanted: string, value: unknown): string {
  if (!(value instanceof URL)) return `${option} must be ${wanted}, not ${describeValue(value)}`;
  return `${option} must be a text, not a URL object. Write ${textsOf(value)}`;
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return displayName(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** The text without a path has two spellings, and only the developer knows which one tokens have. */
function textsOf({ href, origin }: URL): string {
  return href === `${origin}/`
    ? `${displayName(origin)} or ${displayName(href)}, as tokens have it`
    : displayName(href);
}
