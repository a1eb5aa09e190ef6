import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import { requestOf } from '../support/dispatching.js';
import { talk } from '../support/talking.js';

function registry() {
  const made = createRegistry({ name: 'notes', version: '1.0.0' });
  made.tool('lines', { description: 'one\ntwo' }, () => 'one\r\ntwo\u2028three');
  made.tool('client', {}, (_args, { client }) => client.name);
  return made;
}

describe('serveStdio', () => {
  it('writes one message a line, whatever is in it', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const server = await serveStdio(registry(), { input, output });
    for (const method of ['tools/list', 'tools/call']) {
      input.write(`${JSON.stringify(requestOf('2026-07-28', method, { name: 'lines' }, method))}\n`);
    }
    input.end();
    await server.closed;
    const lines = String(output.read()).split('\n');
    expect(lines.pop()).toBe('');
    const ids = lines.map((line) => (JSON.parse(line) as { readonly id: string }).id);
    expect(ids.sort()).toEqual(['tools/call', 'tools/list']);
  });

  it('knows of a modern client only what the request itself says, also after a handshake', async () => {
    const clientInfo = { name: 'old', version: '1.0.0' };
    const [, modern] = await talk(registry(), [
      requestOf('2025-11-25', 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo }),
      requestOf('2026-07-28', 'tools/call', { name: 'client' }, 2),
    ]);
    expect(modern).toMatchObject({ id: 2, result: { content: [{ type: 'text', text: 'tests' }] } });
  });

  it('serves requests of both eras side by side', async () => {
    const [modern, legacy] = await talk(registry(), [
      requestOf('2026-07-28', 'tools/call', { name: 'client' }, 1),
      requestOf('2025-03-26', 'ping', {}, 2),
    ]);
    expect(modern).toMatchObject({ id: 1, result: { resultType: 'complete' } });
    expect(legacy).toEqual({ jsonrpc: '2.0', id: 2, result: {} });
  });

  it('takes an answer to a question that it did not ask in silence', async () => {
    const answers = await talk(registry(), [
      { jsonrpc: '2.0', id: 7, result: {} },
      requestOf('2025-11-25', 'ping', {}, 8),
    ]);
    expect(answers).toEqual([{ jsonrpc: '2.0', id: 8, result: {} }]);
  });
});
