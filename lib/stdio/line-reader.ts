import type { Readable } from 'node:stream';

/** One line of input, or word that one was longer than allowed. */
export type Line = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'too-long' };

const newline = 0x0a;

/**
 * The lines of a byte stream (MCP `basic/transports/stdio`: messages are delimited by newlines). A line over the limit
 * is skipped without being kept, and reading goes on with the next.
 *
 * @param input - bytes
 * @param maxBytes - longest line, without its newline
 */
export async function* readLines(input: Readable, maxBytes: number): AsyncGenerator<Line> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const take = (part: Uint8Array): void => {
    bytes += part.length;
    if (bytes > maxBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const finish = (): Line => {
    const line: Line =
      bytes > maxBytes ? { kind: 'too-long' } : { kind: 'line', text: Buffer.concat(parts).toString('utf8') };
    parts = [];
    bytes = 0;
    return line;
  };

  for await (const chunk of input as AsyncIterable<Uint8Array | string>) {
    let rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    for (let end = rest.indexOf(newline); end !== -1; end = rest.indexOf(newline)) {
      take(rest.subarray(0, end));
      yield finish();
      rest = rest.subarray(end + 1);
    }
    take(rest);
  }
  if (bytes > 0) yield finish();
}
