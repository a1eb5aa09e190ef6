import { displayName, plainName } from './display-name.js';

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

/** A value in a few words, for the end of a sentence. A promise is followed by the advice to await it. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return displayName(value);
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object' || value === null) return String(value);
  if (isThenable(value)) return 'a promise. Write await in front of it';
  const name = classOf(value);
  return name === undefined ? 'an object' : `an object of the class ${name}`;
}

/** Whether a value is a promise, or may be awaited as one. */
export function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Name of the class that an object is of; undefined for plain objects. */
export function classOf(value: object): string | undefined {
  const { constructor } = value as { readonly constructor?: unknown };
  const name = typeof constructor === 'function' ? constructor.name : 'Object';
  return name === 'Object' || name === '' ? undefined : plainName(name, 40);
}

/** The text without a path has two spellings, and only the developer knows which one tokens have. */
function textsOf({ href, origin }: URL): string {
  return href === `${origin}/`
    ? `${displayName(origin)} or ${displayName(href)}, as tokens have it`
    : displayName(href);
}
