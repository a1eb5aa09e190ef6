import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import type { StdioOptions } from '../../lib/stdio/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import type { JsonRpcBody } from '../support/dispatching.js';
import { authWith, requestOf } from '../support/dispatching.js';
import { talk as talkTo } from '../support/talking.js';

function notes() {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('read', { scopes: ['notes:read'] }, (_args, ctx) => `read by ${ctx.auth?.subject ?? 'somebody'}`);
  registry.tool('delete', { scopes: ['notes:write'] }, () => 'deleted');
  registry.tool('client', {}, (_args, { client, protocolVersion, request }) => ({
    client: client.name,
    protocolVersion,
    request,
  }));
  registry.tool('wait', {}, async (_args, { signal }) => {
    await new Promise((resolve) => {
      signal.addEventListener('abort', resolve);
    });
    return 'too late';
  });
  return registry;
}

const talk = (lines: Parameters<typeof talkTo>[1], options?: StdioOptions) =>
  talkTo(notes(), lines, { onError: () => undefined, ...options });

const call = (name: string, id: number | string = 1): object => requestOf('2026-07-28', 'tools/call', { name }, id);
const contentOf = (answer: JsonRpcBody | undefined): unknown => answer?.result?.['content'];

describe('serveStdio', () => {
  it('serves a modern client', async () => {
    const [discovered, answer] = await talk([requestOf('2026-07-28', 'server/discover'), call('client', 'two')]);
    expect(discovered?.result).toMatchObject({
      supportedVersions: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'],
    });
    expect(answer).toMatchObject({
      id: 'two',
      result: { content: [{ text: '{"client":"tests","protocolVersion":"2026-07-28"}' }] },
    });
  });

  it('serves a legacy client in the version that the handshake agreed on, and remembers who it is', async () => {
    const initialize = requestOf('2025-06-18', 'initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'old', version: '1' },
    });
    const answers = await talk([
      initialize,
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      requestOf('2025-06-18', 'tools/call', { name: 'client' }, 2),
    ]);
    expect(answers).toHaveLength(2);
    expect(answers[0]?.result).toMatchObject({ protocolVersion: '2025-06-18' });
    expect(contentOf(answers[1])).toEqual([{ type: 'text', text: '{"client":"old","protocolVersion":"2025-06-18"}' }]);
  });

  it('answers a lacking scope as a JSON-RPC error that names the scopes', async () => {
    const [modern] = await talk([call('delete')], { scopes: ['notes:read'] });
    expect(modern?.error).toEqual({
      code: -32602,
      message: 'Insufficient scope for tool "delete": requires notes:write',
      data: { requiredScopes: ['notes:write'] },
    });
    const [legacy] = await talk([requestOf('2025-11-25', 'tools/call', { name: 'delete' })]);
    expect(legacy?.error).toMatchObject({ code: -32002, data: { requiredScopes: ['notes:write'] } });
  });

  it('lets whoever started it use what the scopes allow, the hierarchy considered', async () => {
    const scopeHierarchy = { 'notes:write': ['notes:read'] };
    const [read] = await talk([call('read')], { scopes: ['notes:write'], scopeHierarchy });
    expect(contentOf(read)).toEqual([{ type: 'text', text: 'read by somebody' }]);
    const [asUser] = await talk([call('read')], { auth: authWith(['notes:read'], { subject: 'ada' }) });
    expect(contentOf(asUser)).toEqual([{ type: 'text', text: 'read by ada' }]);
  });

  it('answers a line that is not JSON, and keeps serving', async () => {
    const [error, answer] = await talk(['{"oops\n', call('client')]);
    expect(error).toEqual({
      jsonrpc: '2.0',
      error: { code: -32700, message: 'Parse error: the message is not valid JSON' },
    });
    expect(answer?.id).toBe(1);
  });

  it('answers a message that is too large without keeping it, and keeps serving', async () => {
    const large = Buffer.alloc(300, 'x');
    const [error, answer] = await talk([large, large, '\n', call('client')], { maxMessageBytes: 500 });
    expect(error).toEqual({ jsonrpc: '2.0', error: { code: -32600, message: 'The message is larger than 500 bytes' } });
    expect(answer?.id).toBe(1);
  });

  it('takes a message of exactly the limit, by default 4 MiB', async () => {
    const short = JSON.stringify(call('client'));
    const [exact] = await talk([`${short}\n`], { maxMessageBytes: short.length });
    expect(exact?.id).toBe(1);
    const padded = `${' '.repeat(4 * 1024 * 1024 - short.length)}${short}`;
    expect((await talk([`${padded}\n`]))[0]?.id).toBe(1);
    expect((await talk([` ${padded}\n`]))[0]?.error).toMatchObject({ code: -32600 });
  });

  it('reads messages however they are cut, and a last line without newline', async () => {
    const line = Buffer.from(`${JSON.stringify(call('client', 'ä'))}\n`);
    const at = line.indexOf(Buffer.from('ä')) + 1;
    const answers = await talk([
      line.subarray(0, at),
      line.subarray(at),
      '\n',
      ' \r\n',
      JSON.stringify(call('client')),
    ]);
    expect(answers.map(({ id }) => id)).toEqual(['ä', 1]);
  });

  it('takes text from a stream that decodes', async () => {
    const input = new PassThrough();
    input.setEncoding('utf8');
    const output = new PassThrough();
    const server = await serveStdio(notes(), { input, output });
    input.end(`${JSON.stringify(call('client'))}\n`);
    await server.closed;
    expect(String(output.read())).toContain('"id":1');
  });

  it('answers a batch of the revision that has batches', async () => {
    const batch = [
      requestOf('2025-03-26', 'ping', {}, 1),
      requestOf('2025-03-26', 'tools/call', { name: 'delete' }, 2),
    ];
    const [answers] = await talk([batch]);
    expect(answers).toMatchObject([
      { id: 1, result: {} },
      { id: 2, error: { code: -32002 } },
    ]);
    expect(await talk([[]])).toMatchObject([{ error: { code: -32600 } }]);
  });

  it('sends nothing for a request that was cancelled', async () => {
    const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'slow' } };
    const answers = await talk([call('wait', 'slow'), cancel, call('client', 'next')]);
    expect(answers.map(({ id }) => id)).toEqual(['next']);
  });

  it('does not mind a cancellation of what is not running, or answers to questions that nobody asked', async () => {
    const lines = [
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'unknown' } },
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: {} },
      { jsonrpc: '2.0', id: 1, result: {} },
    ];
    expect(await talk(lines)).toEqual([]);
  });

  it('ends when the pipe to the client is closed, and aborts what is running', async () => {
    const input = new PassThrough();
    const output = new Writable({
      write: (_chunk, _encoding, done) => {
        done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
      },
    });
    const server = await serveStdio(notes(), { input, output });
    input.write(`${JSON.stringify(call('wait', 'slow'))}\n${JSON.stringify(call('client'))}\n`);
    await server.closed;
    expect(input.destroyed).toBe(true);
  });

  it('stops when it is told to', async () => {
    const input = new PassThrough();
    const server = await serveStdio(notes(), { input, output: new PassThrough() });
    input.write(`${JSON.stringify(call('wait'))}\n`);
    await new Promise(setImmediate);
    await server.close();
    expect(input.destroyed).toBe(true);
  });

  it('ends when the input fails', async () => {
    const input = new PassThrough();
    const server = await serveStdio(notes(), { input, output: new PassThrough() });
    input.destroy(new Error('the disk is gone'));
    await expect(server.closed).resolves.toBeUndefined();
  });

  it.each([
    ['an unknown option', { scope: [] }, 'unknown_option', 'serveStdio: there is no "scope". Did you mean "scopes"?'],
    ['scopes that are text', { scopes: 'a' }, 'invalid_option', 'scopes must be an array'],
    ['a malformed scope', { scopes: ['a b'] }, 'invalid_scope', 'serveStdio scopes: "a b" is not a scope'],
    ['scopes and auth', { scopes: [], auth: authWith([]) }, 'invalid_option', 'give scopes or auth, not both'],
    ['a limit of zero', { maxMessageBytes: 0 }, 'invalid_option', 'maxMessageBytes must be a whole number'],
    ['a fractional time limit', { timeoutMs: 1.5 }, 'invalid_option', 'timeoutMs must be a whole number'],
  ])('refuses %s', async (_what, options, code, message) => {
    const started = serveStdio(notes(), options as StdioOptions);
    await expect(started).rejects.toMatchObject({ code });
    await expect(started).rejects.toThrow(message);
  });
});
