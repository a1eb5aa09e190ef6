import type { Readable } from 'node:stream';
import { isObject } from '../../jsonrpc/parse-message.js';

/**
 * The messages in a stream of server-sent events (WHATWG HTML §9.2). Events without data, such as the one that marks where to
 * resume, are left out.
 *
 * @param stream - body of the response
 */
export async function* readEvents(stream: Readable): AsyncGenerator<Readonly<Record<string, unknown>>> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    const blocks = `${rest}${chunk}`.split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const message = messageOf(block);
      if (message !== undefined) yield message;
    }
  }
}

function messageOf(block: string): Readonly<Record<string, unknown>> | undefined {
  const lines = block.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  const data = lines.map((line) => line.slice('data:'.length).trimStart()).join('\n');
  if (data === '') return undefined;
  const message: unknown = JSON.parse(data);
  return isObject(message) ? message : undefined;
}
