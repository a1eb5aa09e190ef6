import type { ServerResponse } from 'node:http';

/**
 * Adds a field name to `Vary` (RFC 9110 §12.5.5), beside those that other middleware has put there.
 *
 * @param response - whose header is not sent yet
 * @param field - name of a request field that the answer depends on
 */
export function vary(response: ServerResponse, field: string): void {
  const present = [response.getHeader('Vary') ?? []].flat().join(', ');
  const names = present.toLowerCase().split(/\s*,\s*/);
  if (names.includes('*') || names.includes(field.toLowerCase())) return;
  response.setHeader('Vary', present === '' ? field : `${present}, ${field}`);
}
