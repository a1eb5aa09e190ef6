import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../lib/index.js';
import { serveStdio } from '../../lib/stdio/index.js';
import { requestOf } from '../support/dispatching.js';
import type { JsonRpcMessage } from '../support/running-endpoint.js';
import { until } from '../support/running-endpoint.js';
import { talk } from '../support/talking.js';

const call = (id: number, name: string) => requestOf('2026-07-28', 'tools/call', { name }, id);

describe('limits on stdio', () => {
  it('of a tool are an answer to the message that says when to try again', async () => {
    const registry = createRegistry({ name: 'limits', version: '1.0.0' });
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    registry.tool('work', { maxConcurrent: 1 }, async () => {
      await finished;
      return 'done';
    });
    registry.tool('finish', {}, () => {
      finish();
      return 'finishing';
    });
    const answers = await talk(registry, [call(1, 'work'), call(2, 'work'), call(3, 'finish'), call(4, 'work')]);
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    expect(byId.get(2)).toEqual({
      jsonrpc: '2.0',
      id: 2,
      error: {
        code: -32603,
        message: 'The tool has no room for another call at the moment',
        data: { retryAfterSeconds: 1 },
      },
    });
    expect([byId.get(1), byId.get(4)]).toMatchObject([{ result: {} }, { result: {} }]);
  });

  it('of the client are a thousand calls at once', async () => {
    const registry = createRegistry({ name: 'limits', version: '1.0.0' });
    const input = new PassThrough();
    const output = new PassThrough();
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => (finish = resolve));
    let running = 0;
    registry.tool('work', {}, async () => {
      running++;
      await finished;
    });
    const server = await serveStdio(registry, { input, output });
    let text = '';
    output.on('data', (chunk: Buffer) => (text += chunk.toString()));
    for (let id = 1; id <= 1001; id++) input.write(`${JSON.stringify(call(id, 'work'))}\n`);
    await until('the last is answered', () => text.endsWith('\n'));
    expect(running).toBe(1000);
    finish();
    input.end();
    await server.closed;
    const answers = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonRpcMessage);
    expect(answers).toHaveLength(1001);
    expect(answers.filter(({ error }) => error !== undefined)).toMatchObject([
      { id: 1001, error: { message: 'Too many calls of this caller are running' } },
    ]);
  });

  it('of the client are a thousand streams at once', async () => {
    const registry = createRegistry({ name: 'limits', version: '1.0.0' });
    registry.tool('work', {}, () => 'done');
    const input = new PassThrough();
    const output = new PassThrough();
    const server = await serveStdio(registry, { input, output });
    let text = '';
    output.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const params = { notifications: { toolsListChanged: true } };
    for (let id = 1; id <= 1001; id++) {
      input.write(`${JSON.stringify(requestOf('2026-07-28', 'subscriptions/listen', params, id))}\n`);
    }
    await until('the last is answered', () => text.includes('Too many streams'));
    input.end();
    await server.closed;
    const messages = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonRpcMessage);
    const acknowledged = messages.filter(({ method }) => method === 'notifications/subscriptions/acknowledged');
    expect(acknowledged).toHaveLength(1000);
    expect(messages.filter(({ error }) => error !== undefined)).toEqual([
      {
        jsonrpc: '2.0',
        id: 1001,
        error: {
          code: -32603,
          message: 'Too many streams of this caller are open',
          data: { retryAfterSeconds: 5 },
        },
      },
    ]);
  });

  it('keep what is told to a client that reads nothing, but not its answers', async () => {
    const registry = createRegistry({ name: 'limits', version: '1.0.0' });
    const output = new PassThrough();
    let most = 0;
    registry.tool('tell', {}, async (_args, ctx) => {
      for (let count = 1; count <= 50; count++) {
        void ctx.progress(count, 50, 'x'.repeat(100_000));
        await new Promise(setImmediate);
        most = Math.max(most, output.writableLength);
      }
      return 'told';
    });
    const input = new PassThrough();
    const server = await serveStdio(registry, { input, output });
    const params = { name: 'tell', _meta: { progressToken: 1 } };
    input.end(`${JSON.stringify(requestOf('2026-07-28', 'tools/call', params, 1))}\n`);
    let text = '';
    await new Promise((resolve) => setTimeout(resolve, 500));
    output.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await server.closed;
    const lines = text.trim().split('\n');
    expect(most).toBeLessThan(256 * 1024 + 2 * 100_200);
    expect(lines.length).toBeLessThan(51);
    expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ id: 1, result: { content: [{ text: 'told' }] } });
  });
});
