import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import type { CallContext } from '../../../lib/registry/call-context.js';
import type { Answer } from '../../support/dispatching.js';
import { TestServer, connectionWith, versions } from '../../support/dispatching.js';
import { RecordingOutbox } from '../../support/recording-outbox.js';
import { schemaErrors } from '../../support/published-schemas.js';

function serverWith(handler: (ctx: CallContext) => unknown, timeoutMs = 5000): TestServer {
  const registry = createRegistry({ name: 'working', version: '1.0.0' });
  registry.tool('work', {}, (_args, ctx) => handler(ctx as CallContext));
  return new TestServer(registry, { timeoutMs });
}

async function work(
  server: TestServer,
  progressToken: unknown,
  outbox: RecordingOutbox,
  more: object = {},
): Promise<Answer> {
  return server.call('2026-07-28', 'tools/call', { name: 'work', ...more, _meta: { progressToken } }, { outbox });
}

const progressOf = ({ messages }: RecordingOutbox): unknown[] =>
  messages.map((message) => (message as { readonly params: { readonly progress: unknown } }).params.progress);

/** Takes each message when the test says so. */
class SlowOutbox extends RecordingOutbox {
  readonly #taking: (() => void)[] = [];

  override async send(message: string): Promise<void> {
    const taken = new Promise<void>((resolve) => this.#taking.push(resolve));
    await super.send(message);
    await taken;
  }

  take(): void {
    for (const taken of this.#taking.splice(0)) taken();
  }
}

describe('ctx.progress', () => {
  it.each(versions)('in %s sends a notification as the revision has it, without an id', async (version) => {
    const server = serverWith(async (ctx) => {
      await ctx.progress(1, 2, 'half');
    });
    const outbox = new RecordingOutbox();
    const params = { name: 'work', _meta: { progressToken: 'token-1' } };
    await server.call(version, 'tools/call', params, { outbox, connection: connectionWith({}) });
    expect(outbox.messages).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/progress',
        params: { progressToken: 'token-1', progress: 1, total: 2, message: 'half' },
      },
    ]);
    expect(schemaErrors(version, 'ProgressNotification', outbox.messages[0])).toEqual([]);
  });

  it('does not send the same value or a smaller one again, nor what is no number', async () => {
    const server = serverWith(async ({ progress }) => {
      for (const value of [0, 1, 1, 0.5, 1.5, -1, NaN, Infinity, 2]) await progress(value);
    });
    const outbox = new RecordingOutbox();
    await work(server, 'a', outbox);
    expect(progressOf(outbox)).toEqual([0, 1, 1.5, 2]);
  });

  it('sends the token of its own request, also when two run at once', async () => {
    let reached = 0;
    let bothAreThere: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (bothAreThere = resolve));
    const server = serverWith(async (ctx) => {
      await ctx.progress(1);
      if (++reached === 2) bothAreThere();
      await both;
      await ctx.progress(2);
    });
    const outboxes = [new RecordingOutbox(), new RecordingOutbox()] as const;
    await Promise.all([work(server, 'first', outboxes[0]), work(server, 7, outboxes[1])]);
    const tokens = outboxes.map(({ messages }) =>
      messages.map(
        (message) => (message as { readonly params: { readonly progressToken: unknown } }).params.progressToken,
      ),
    );
    expect(tokens).toEqual([
      ['first', 'first'],
      [7, 7],
    ]);
  });

  it.each([undefined, null, 1.5, {}, true])('sends nothing for a request with the token %j', async (token) => {
    const server = serverWith(async (ctx) => {
      await ctx.progress(1);
      return 'done';
    });
    const outbox = new RecordingOutbox();
    const { body } = await work(server, token, outbox);
    expect(outbox.messages).toEqual([]);
    expect(body?.result).toMatchObject({ content: [{ text: 'done' }] });
  });

  it('resolves only when a slow client has taken what was sent before', async () => {
    const outbox = new SlowOutbox();
    let isTold = false;
    const server = serverWith(async (ctx) => {
      await ctx.progress(1);
      isTold = true;
      return 'done';
    });
    const answer = work(server, 'a', outbox);
    while (outbox.messages.length === 0) await new Promise(setImmediate);
    expect({ isTold, sent: progressOf(outbox) }).toEqual({ isTold: false, sent: [1] });
    outbox.take();
    expect((await answer).body?.result).toMatchObject({ content: [{ text: 'done' }] });
    expect(isTold).toBe(true);
  });

  it('drops what a handler that does not wait for a slow client sends beyond a hundred', async () => {
    const outbox = new SlowOutbox();
    const server = serverWith((ctx) => {
      for (let count = 1; count <= 1000; count++) void ctx.progress(count);
      return 'done';
    });
    const { body } = await work(server, 'a', outbox);
    expect(body?.result).toMatchObject({ content: [{ text: 'done' }] });
    expect(outbox.messages).toHaveLength(100);
    outbox.take();
  });

  it('sends nothing after the answer', async () => {
    const contexts: CallContext[] = [];
    const server = serverWith((ctx) => {
      contexts.push(ctx);
      return 'done';
    });
    const outbox = new RecordingOutbox();
    await work(server, 'a', outbox);
    await contexts[0]?.progress(1);
    expect(outbox.messages).toEqual([]);
  });

  it('does not extend the time limit of its call, nor is heard after it', async () => {
    let isOver = false;
    let ended: () => void = () => undefined;
    const end = new Promise<void>((resolve) => (ended = resolve));
    const outbox = new RecordingOutbox();
    const server = serverWith(async (ctx) => {
      for (let count = 0; !isOver; count++) {
        await ctx.progress(count);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await ctx.progress(1_000_000);
      ended();
      return 'done';
    }, 60);
    const { body } = await work(server, 'a', outbox);
    expect(body?.result).toMatchObject({ isError: true, content: [{ text: 'The request took longer than 60 ms' }] });
    const heard = outbox.messages.length;
    expect(heard).toBeGreaterThan(0);
    isOver = true;
    await end;
    expect(outbox.messages).toHaveLength(heard);
  });
});
