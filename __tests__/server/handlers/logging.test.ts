import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import type { CallContext } from '../../../lib/registry/call-context.js';
import type { LogLevel } from '../../../lib/registry/log-level.js';
import { logLevels } from '../../../lib/registry/log-level.js';
import type { Answer } from '../../support/dispatching.js';
import { TestServer, connectionWith, silentOutbox, versions } from '../../support/dispatching.js';
import { schemaErrors } from '../../support/published-schemas.js';
import { RecordingOutbox } from '../../support/recording-outbox.js';
import { ScriptedClient } from '../../support/scripted-client.js';

function serverWith(handler: (ctx: CallContext) => unknown): TestServer {
  const registry = createRegistry({ name: 'logging', version: '1.0.0' });
  registry.tool('work', {}, (_args, ctx) => handler(ctx as CallContext));
  return new TestServer(registry);
}

const levelKey = 'io.modelcontextprotocol/logLevel';
const silence = () => undefined;
const logsAll = async ({ log }: CallContext): Promise<string> => {
  for (const level of logLevels) await log(level, { level }, 'database');
  return 'done';
};

async function work(server: TestServer, level: unknown, outbox = new RecordingOutbox()): Promise<Answer> {
  return server.call('2026-07-28', 'tools/call', { name: 'work', _meta: { [levelKey]: level } }, { outbox });
}

const circle: unknown[] = [];
circle.push(circle);

const levelsOf = (messages: readonly unknown[]): unknown[] =>
  messages.map((message) => (message as { readonly params: { readonly level: unknown } }).params.level);

describe('log messages', () => {
  it('are declared by server/discover and initialize, where they can be sent', async () => {
    const server = serverWith(logsAll);
    const { body: discovered } = await server.call('2026-07-28', 'server/discover');
    expect(discovered?.result?.['capabilities']).toHaveProperty('logging', {});
    const handshake = { protocolVersion: '2025-11-25' };
    const connection = connectionWith({});
    const { body: initialized } = await server.call('2025-11-25', 'initialize', handshake, { connection });
    expect(initialized?.result?.['capabilities']).toHaveProperty('logging', {});
    const { body: alone } = await server.call('2025-11-25', 'initialize', handshake);
    expect(alone?.result?.['capabilities']).not.toHaveProperty('logging');
    const outbox = new RecordingOutbox();
    await server.call('2025-11-25', 'tools/call', { name: 'work' }, { outbox });
    expect(outbox.messages).toEqual([]);
  });

  it.each(versions)('are in %s notifications as the revision has them, without an id', async (version) => {
    const outbox = new RecordingOutbox();
    const params = { name: 'work', ...(version === '2026-07-28' ? { _meta: { [levelKey]: 'error' } } : {}) };
    const connection = { ...connectionWith({}), logLevel: 'error' as const };
    const server = serverWith(({ log }) => log('error', { message: 'The disk is full', left: [0, null] }, 'database'));
    await server.call(version, 'tools/call', params, { outbox, connection });
    expect(outbox.messages).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/message',
        params: { level: 'error', logger: 'database', data: { message: 'The disk is full', left: [0, null] } },
      },
    ]);
    expect(schemaErrors(version, 'LoggingMessageNotification', outbox.messages[0])).toEqual([]);
  });

  it('are sent to a modern request from the level on that it names, and not to one that names none', async () => {
    const server = serverWith(logsAll);
    const heard = async (level: LogLevel | undefined): Promise<unknown[]> => {
      const outbox = new RecordingOutbox();
      await work(server, level, outbox);
      return levelsOf(outbox.messages);
    };
    expect(await heard(undefined)).toEqual([]);
    expect(await heard('warning')).toEqual(['warning', 'error', 'critical', 'alert', 'emergency']);
    expect(await heard('emergency')).toEqual(['emergency']);
    expect(await heard('debug')).toEqual([
      ...['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'],
    ]);
  });

  it('are sent to a modern request without a level neither when its connection has one', async () => {
    const outbox = new RecordingOutbox();
    const connection = { ...connectionWith({}), logLevel: 'debug' as const };
    await serverWith(logsAll).call('2026-07-28', 'tools/call', { name: 'work' }, { outbox, connection });
    expect(outbox.messages).toEqual([]);
  });

  it('are on the stream of their own request, and not on one that listens', async () => {
    const server = serverWith(logsAll);
    const listening = new RecordingOutbox();
    const _meta = { [levelKey]: 'debug' };
    const params = { _meta, notifications: { toolsListChanged: true } };
    const listened = server.call('2026-07-28', 'subscriptions/listen', params, { outbox: listening });
    while (listening.messages.length === 0) await new Promise(setImmediate);
    const [own, other] = [new RecordingOutbox(), new RecordingOutbox()];
    await Promise.all([work(server, 'alert', own), work(server, 'emergency', other)]);
    listening.bringToEnd();
    await listened;
    expect(levelsOf(own.messages)).toEqual(['alert', 'emergency']);
    expect(levelsOf(other.messages)).toEqual(['emergency']);
    expect(listening.messages).toMatchObject([{ method: 'notifications/subscriptions/acknowledged' }]);
  });

  it.each(['verbose', 'ERROR', '', 7, {}])(
    'of the level %j are none: logging/setLevel and a modern request with it get -32602',
    async (level) => {
      let runs = 0;
      const server = serverWith(() => ++runs);
      const refused = [
        await new ScriptedClient(server, silence).request('logging/setLevel', { level }),
        await work(server, level),
        await server.call('2026-07-28', 'tools/list', { _meta: { [levelKey]: level } }),
      ];
      expect(refused.map(({ body }) => body?.error?.code)).toEqual([-32602, -32602, -32602]);
      expect(runs).toBe(0);
    },
  );

  it.each(logLevels)('of the level %s can be chosen', async (level) => {
    const server = serverWith(() => 'done');
    const chosen: unknown[] = [];
    const connection = {
      ...connectionWith({}),
      setLogLevel: (wanted: LogLevel) => Promise.resolve(void chosen.push(wanted)),
    };
    const { body } = await server.call('2025-11-25', 'logging/setLevel', { level }, { connection });
    expect(body?.result).toEqual({});
    expect(chosen).toEqual([level]);
    expect((await work(server, level)).body?.result).toMatchObject({ content: [{ text: 'done' }] });
  });

  it('wait for a slow client, and beyond a hundred that nobody waits for are dropped', async () => {
    const sent: string[] = [];
    const taking: (() => void)[] = [];
    const outbox = {
      ...silentOutbox,
      takesMessages: true,
      send: (message: string) => new Promise<void>((resolve) => taking.push(resolve) && sent.push(message)),
    };
    let isTold = false;
    const waits = serverWith(async ({ log }) => {
      await log('error', 1);
      isTold = true;
    });
    const params = { name: 'work', _meta: { [levelKey]: 'debug' } };
    const answer = waits.call('2026-07-28', 'tools/call', params, { outbox });
    while (sent.length === 0) await new Promise(setImmediate);
    expect({ isTold, sent: sent.length }).toEqual({ isTold: false, sent: 1 });
    for (const take of taking) take();
    await answer;
    expect(isTold).toBe(true);
    sent.length = 0;
    const floods = serverWith(({ log }) => {
      for (let count = 0; count < 1000; count++) void log('error', count);
    });
    await floods.call('2026-07-28', 'tools/call', params, { outbox });
    expect(sent).toHaveLength(100);
  });

  it('tell nothing of an error that a handler throws', async () => {
    const server = serverWith(() => {
      throw new Error('password=hunter2');
    });
    const outbox = new RecordingOutbox();
    const { text } = await work(server, 'debug', outbox);
    const legacy = new ScriptedClient(server, silence, { logLevel: 'debug' });
    const answer = await legacy.call('work');
    expect(outbox.messages).toEqual([]);
    expect(legacy.sent).toEqual([]);
    expect(text + answer.text).not.toContain('hunter2');
    expect(server.reports).toHaveLength(2);
  });

  it.each<[string, LogLevel, unknown]>([
    ['an unknown level', 'verbose' as LogLevel, 'text'],
    ['no data', 'error', undefined],
    ['a function', 'error', () => 'text'],
    ['a symbol', 'error', Symbol('text')],
    ['a number that has no JSON', 'error', 7n],
    ['a circle', 'error', circle],
  ])('with %s are refused, and nothing of them is sent', async (_what, level, data) => {
    const errors: unknown[] = [];
    const server = serverWith(async (ctx) => {
      await ctx.log(level, data).catch((error: unknown) => errors.push(error));
      return 'done';
    });
    const outbox = new RecordingOutbox();
    await work(server, 'debug', outbox);
    expect(outbox.messages).toEqual([]);
    expect(errors).toEqual([expect.any(TypeError)]);
  });
});
