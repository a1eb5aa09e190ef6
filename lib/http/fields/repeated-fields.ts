import type { IncomingMessage } from 'node:http';

/**
 * Every value that a header field was sent with. `headers` keeps the first of several fields that must come once, and
 * `headersDistinct` makes arrays of all the others as well, for every request.
 *
 * @param request - the request
 * @param name - of the field, in lower case
 */
export function headerFields({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>, name: string): readonly string[] {
  const values: string[] = [];
  // Names and values in turn, as they were sent.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const field = rawHeaders[index] ?? '';
    if (field.length === name.length && field.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}
