import type { OutgoingHttpHeaders } from 'node:http';

/** The answer of a route, read. */
export interface ReceivedAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: OutgoingHttpHeaders;
  readonly bytes: Buffer;
  /** Whether there was more than may be kept. */
  readonly isCut: boolean;
  /** How many bytes may be kept. */
  readonly maxBytes: number;
  /** The records of a stream, such as the data of events; undefined for any other body. */
  readonly records: readonly string[] | undefined;
}

/**
 * A field of an answer, as one text.
 *
 * @param headers - of the answer
 * @param name - in lower case
 * @returns undefined if it has none
 */
export function fieldOf(headers: OutgoingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  if (value === undefined) return undefined;
  return Array.isArray(value) ? value.join(', ') : String(value);
}
