import type { IncomingMessage } from 'node:http';

/**
 * Undoes the joining of several fields of one name, by Node or by a proxy. Equal copies become one, and empty ones are dropped (RFC
 * 9110 §5.6.1.2). Different ones stay joined, which is not a valid value.
 *
 * @param value - of the field
 */
export function withoutCopies(value: string | undefined): string | undefined {
  if (value?.includes(',') !== true) return value;
  const copies = new Set(value.split(',').map((copy) => copy.trim()));
  copies.delete('');
  const [first] = copies;
  return copies.size === 1 ? first : value;
}

/**
 * Whether a header field says a value, once or several times joined by commas. The value may have commas itself, as URIs do.
 *
 * @param field - as it was sent, or joined
 * @param value - the one that it should say
 */
export function isCopiesOf(field: string, value: string): boolean {
  if (field === value) return true;
  if (value === '') return false;
  let rest = field;
  while (rest !== '') {
    if (!rest.startsWith(value)) return false;
    rest = rest.slice(value.length);
    const separator = /^(?:[\t ]*,)+[\t ]*/.exec(rest)?.[0] ?? '';
    if (separator === '' && rest !== '') return false;
    rest = rest.slice(separator.length);
  }
  return field !== '';
}

/**
 * Every value that a header field was sent with. `headers` keeps only the first of several fields that may come once; the others are in
 * `rawHeaders`.
 *
 * `headers` decides whether the field is there, and its value if it is there once. Middleware in front may have set or deleted it, and
 * adapters for function platforms leave `rawHeaders` empty.
 *
 * @param request - the request
 * @param name - of the field, in lower case
 */
export function headerFields(
  { headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
  name: string,
): readonly string[] {
  const value = headers[name];
  if (value === undefined) return [];
  const sent: string[] = [];
  // Names and values in turn, as they were sent.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] ?? '';
    if (field.length === name.length && field.toLowerCase() === name) sent.push(rawHeaders[index + 1] ?? '');
  }
  if (sent.length > 1) return sent;
  return typeof value === 'string' ? [value] : value;
}

/**
 * Whether a header field was sent several times, with different values. Every request is asked, so this makes no list of them.
 *
 * @param request - the request
 * @param name - of the field, in lower case
 */
export function isSentUnlike(
  { headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>,
  name: string,
): boolean {
  const value = headers[name];
  let count = 0;
  let isUnlike = false;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] ?? '';
    if (field.length !== name.length || field.toLowerCase() !== name) continue;
    count += 1;
    isUnlike ||= rawHeaders[index + 1] !== value;
  }
  return count > 1 && isUnlike;
}
