import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { Cancelling } from '../../lib/server/cancellation/cancellation.js';
import { createRegistry, memoryEventLog, memoryMessageBus } from '../../lib/index.js';
import type { Connection } from '../../lib/server/transport/connection.js';
import type { EventSink, StreamEvent } from '../../lib/server/sessions/event-sink.js';
import { ResumableStream } from '../../lib/server/sessions/resumable-stream.js';
import { TestServer, connectionWith, requestOf } from '../support/dispatching.js';
import { RecordingOutbox } from '../support/recording-outbox.js';

jest.setTimeout(120_000);

type Move = 'answer' | 'cancel' | 'fail' | 'leave' | 'log' | 'progress';
const moves = fc.array(fc.constantFrom<Move>('progress', 'log', 'cancel', 'leave', 'answer', 'fail'), {
  maxLength: 12,
});

describe.each(['2026-07-28', '2025-11-25'] as const)(
  'any order of cancelling, reporting and ending in %s',
  (version) => {
    it('sends nothing after the end, and leaves no request, timer or listener behind', async () => {
      await fc.assert(
        fc.asyncProperty(moves, async (order) => {
          const set = jest.spyOn(globalThis, 'setTimeout');
          const clear = jest.spyOn(globalThis, 'clearTimeout');
          const server = new TestServer(steered(order));
          const outbox = new RecordingOutbox();
          const disconnect = new Cancelling();
          const { running } = server.dispatcher;
          const connection: Connection = {
            ...connectionWith({}),
            logLevel: 'debug',
            cancel: (id) => {
              running.cancel('connection-1', id);
            },
          };
          const meta = { progressToken: 1, 'io.modelcontextprotocol/logLevel': 'debug' };
          current = {
            cancel: () => {
              connection.cancel(1);
            },
            leave: () => {
              disconnect.cancel();
            },
          };
          const answer = await server.send(requestOf(version, 'tools/call', { name: 'steered', _meta: meta }), {
            header: version,
            connection,
            outbox,
            disconnect,
          });
          const atTheEnd = outbox.messages.length;
          await new Promise(setImmediate);
          await new Promise(setImmediate);
          expect(outbox.messages).toHaveLength(atTheEnd);
          const isCancelled = order
            .slice(0, endOf(order))
            .some((move) => move === 'cancel' || (move === 'leave' && version === '2026-07-28'));
          expect(answer.status).toBe(isCancelled ? 202 : 200);
          expect([running.size, server.dispatcher.endpoint.pending.size, outbox.listeners]).toEqual([0, 0, 0]);
          expect(disconnect.listeners).toBe(0);
          const cleared = new Set(clear.mock.calls.map(([timer]) => timer));
          expect(set.mock.results.length).toBeGreaterThan(0);
          const left = set.mock.results.filter(({ value }) => !cleared.has(value as NodeJS.Timeout));
          // Not the timers themselves: Jest would print every timer of the process with them.
          expect(left.length).toBe(0);
          set.mockRestore();
          clear.mockRestore();
          await server.dispatcher.close();
        }),
        { numRuns: 100 },
      );
    });
  },
);

let current: { cancel: () => void; leave: () => void } = { cancel: () => undefined, leave: () => undefined };

function endOf(order: readonly Move[]): number {
  const end = order.findIndex((move) => move === 'answer' || move === 'fail');
  return end === -1 ? order.length : end;
}

function steered(order: readonly Move[]) {
  const registry = createRegistry({ name: 'steered', version: '1.0.0' });
  registry.tool('steered', {}, async (_args, ctx) => {
    const act = (move: Move, count: number): Promise<void> | undefined => {
      if (move === 'progress') return ctx.progress(count + 1);
      if (move === 'log') return ctx.log('info', count);
      if (move === 'cancel') current.cancel();
      if (move === 'leave') current.leave();
      return undefined;
    };
    const end = endOf(order);
    for (const [count, move] of order.slice(0, end).entries()) await act(move, count);
    // Later work is that of a handler that forgot to stop.
    setImmediate(() => {
      for (const [count, move] of order.slice(end).entries()) {
        if (move === 'progress' || move === 'log') void act(move, 100 + count);
      }
    });
    if (order[end] === 'fail') throw new Error('failed');
    return 'answered';
  });
  return registry;
}

describe('a stream of a session', () => {
  it('keeps the order in which messages were sent, whatever its log, its bus and its connection do', async () => {
    const faults = fc.record({
      log: fc.array(fc.boolean()),
      bus: fc.boolean(),
      sink: fc.array(fc.boolean()),
      count: fc.nat({ max: 8 }),
    });
    await fc.assert(
      fc.asyncProperty(faults, async ({ log: logFaults, bus: isBusDown, sink: sinkFaults, count }) => {
        const log = memoryEventLog();
        const bus = memoryMessageBus();
        const written: string[] = [];
        let [appends, writes, hasEnded] = [0, 0, false];
        const sink: EventSink = {
          isOpen: true,
          begin: () => undefined,
          write: (event: StreamEvent) => {
            if (sinkFaults[writes++] === true) throw new Error('broken pipe');
            written.push(event.data);
            return Promise.resolve();
          },
          end: () => {
            hasEnded = true;
          },
          endForNow: () => {
            throw new Error('Nobody is behind');
          },
          onClose: () => () => undefined,
          onKeepAlive: () => undefined,
        };
        const stores = {
          seconds: 60,
          bufferedBytes: Infinity,
          log: {
            ...log,
            append: (...args: Parameters<typeof log.append>) => {
              if (logFaults[appends++] === true) throw new Error('log is down');
              return log.append(...args);
            },
          },
          bus: isBusDown
            ? {
                ...bus,
                publish: () => {
                  throw new Error('bus is down');
                },
              }
            : bus,
        };
        const stream = new ResumableStream({ sessionId: 's', streamId: 't' }, stores, sink, {
          takesMessages: true,
          isPrimed: true,
        });
        for (let index = 0; index < count; index++) void stream.send(String(index));
        await stream.finish('last');
        const sent = [...Array.from({ length: count }, (_each, index) => String(index)), 'last'];
        expect(hasEnded).toBe(true);
        const messages = written.filter((data) => data !== '');
        expect(messages).toEqual(sent.filter((each) => messages.includes(each)));
        if (!sinkFaults.includes(true)) expect(messages).toEqual(sent);
      }),
      { numRuns: 100 },
    );
  });
});
