import { PassThrough } from 'node:stream';
import type { Registry } from '../../lib/index.js';
import type { StdioOptions } from '../../lib/stdio/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import type { JsonRpcBody } from './dispatching.js';

/** Runs a server on lines of input, and gives back the answers. */
export async function talk<State, Request>(
  registry: Registry<State, Request>,
  lines: readonly (Buffer | object | string)[],
  options: StdioOptions = {},
): Promise<JsonRpcBody[]> {
  const input = new PassThrough();
  const output = new PassThrough();
  const server = await serveStdio(registry, { input, output, ...options });
  for (const line of lines) {
    input.write(typeof line === 'string' || Buffer.isBuffer(line) ? line : `${JSON.stringify(line)}\n`);
    await new Promise(setImmediate);
  }
  input.end();
  await server.closed;
  const text = String((output.read() as Buffer | null) ?? '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonRpcBody);
}
