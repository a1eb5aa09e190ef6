import { tracingChannel } from 'node:diagnostics_channel';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CallContext, CallRecord, NextHandler } from '../../../lib/index.js';
import { InsufficientScopeError, ToolError, createRegistry } from '../../../lib/index.js';
import type { Asked, DoorName } from './hooks-doors.js';
import { doors } from './hooks-doors.js';

/** One action of a middleware. */
const step = fc.constantFrom(
  'next',
  'next twice',
  'no next',
  'next later',
  'other arguments',
  'bad arguments',
  'no arguments',
  'other result',
  'no result',
  'throw',
  'throw ToolError',
  'throw scopes',
  'throw after',
  'swallow',
  'hang',
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const steps: Readonly<Record<Step, (next: NextHandler, signal: AbortSignal) => unknown>> = {
  next: (next) => next(),
  'next twice': async (next) => {
    await next();
    return next();
  },
  'no next': () => 'made up',
  'next later': async (next) => {
    await pause(1);
    return next();
  },
  'other arguments': (next) => next({ area: 'secret' }),
  'bad arguments': (next) => next({ area: 7 }),
  'no arguments': (next) => next(null as never),
  'other result': async (next) => {
    await next();
    return { content: [{ type: 'text', text: 'another' }] };
  },
  'no result': async (next) => {
    await next();
  },
  throw: () => {
    throw new Error('password=hunter2');
  },
  'throw ToolError': () => {
    throw new ToolError('no');
  },
  'throw scopes': () => {
    throw new InsufficientScopeError({ requiredScopes: ['more'], grantedScopes: [], target: { kind: 'tool' } });
  },
  'throw after': async (next) => {
    await next();
    throw new Error('afterwards');
  },
  swallow: async (next) => {
    try {
      return await next();
    } catch {
      return 'swallowed';
    }
  },
  hang: (_next, signal) =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    }),
};

/** A client's request, its scopes, and how it goes away. */
const request = fc.record({
  // A middleware could only bypass scopes that depend on arguments, so most requests use those.
  target: fc.constantFrom(
    'area',
    'area',
    'area',
    'area',
    'open',
    'scoped',
    'concealed',
    'denied',
    'slow',
    'job',
    'none',
    'prompt',
    'resource',
    'listen',
  ),
  area: fc.constantFrom('open', 'secret'),
  scope: fc.constantFrom('', 'granted', 'secret', 'granted secret'),
  leaves: fc.constantFrom(false, false, false, true),
  streams: fc.constantFrom(false, false, true),
});

/** The items that may run with these scopes, by the registry below. This oracle is independent of the decision. */
function mayRun(target: string, scopes: readonly string[], area: string): boolean {
  const granted = new Set(scopes);
  if (target === 'scoped' || target === 'concealed') return granted.has('granted');
  if (target === 'area') return area === 'open' || granted.has('secret');
  return target !== 'denied' && target !== 'none';
}

interface Ran {
  readonly target: string;
  readonly area: string;
  readonly scopes: readonly string[];
}

function makeRegistry(middleware: readonly Step[], ran: Ran[]) {
  const registry = createRegistry({ name: 'x', version: '1' });
  const handler =
    (target: string) =>
    async ({ area = '' }: { area?: string }, ctx: Pick<CallContext, 'auth' | 'progress'>) => {
      ran.push({ target, area, scopes: ctx.auth?.scopes ?? [] });
      // With it the answer is a stream, if the client asked for it.
      await ctx.progress(1, 2);
      return 'x';
    };
  const inputSchema = { type: 'object', properties: { area: { type: 'string' } } } as const;
  registry.tool('open', { inputSchema }, handler('open'));
  registry.tool('scoped', { inputSchema, scopes: ['granted'] }, handler('scoped'));
  registry.tool('concealed', { inputSchema, scopes: ['granted'], visibility: 'concealed' }, handler('concealed'));
  registry.tool('denied', { inputSchema, policy: () => false }, handler('denied'));
  registry.tool('area', { inputSchema, scopes: ({ area }) => (area === 'secret' ? ['secret'] : []) }, handler('area'));
  registry.tool('slow', { inputSchema, timeoutMs: 10 }, async (args, ctx) => {
    await handler('slow')(args, ctx);
    return new Promise<string>(() => undefined);
  });
  registry.tool('job', { inputSchema, task: 'required' }, handler('job'));
  registry.prompt('prompt', {}, (_args, ctx) => handler('prompt')({}, ctx));
  registry.resource('notes://all', {}, (_uri, ctx) => handler('resource')({}, ctx));
  for (const each of middleware) registry.use((call, next) => steps[each](next, call.ctx.signal));
  return registry;
}

/** A stream of changes ends with its client only, or with the endpoint. */
const asSent = (asked: Asked, closesEarly: boolean): Asked =>
  asked.target === 'listen' && !closesEarly ? { ...asked, leaves: true } : asked;

const outcomes = new Set<CallRecord['outcome']>();

describe.each(Object.keys(doors) as DoorName[])('whatever a middleware does, by %s', (name) => {
  beforeAll(() => {
    outcomes.clear();
  });

  it('no handler runs that was refused, and each call ends once, as often as it begins', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            { weight: 1, arbitrary: fc.constantFrom<Step>('next', 'other arguments') },
            { weight: 2, arbitrary: step },
          ),
          { maxLength: 3 },
        ),
        fc.array(request, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(false, false, false, true),
        async (middleware, asked, closesEarly) => {
          const ran: Ran[] = [];
          const ended: CallRecord[] = [];
          const began: CallRecord[] = [];
          const events: [string, CallRecord][] = [];
          // A request of a client that left may arrive after its endpoint is closed and the next run has begun.
          const run = crypto.randomUUID();
          const note = (event: string) => (message: unknown) => {
            const call = message as CallRecord;
            if (!String(call.requestId).startsWith(run)) return;
            if (event === 'start') began.push(call);
            events.push([event, call]);
          };
          const channel = tracingChannel<unknown, CallRecord>('express-mcp:call');
          const listeners = {
            start: note('start'),
            end: note('end'),
            asyncStart: note('asyncStart'),
            asyncEnd: note('asyncEnd'),
            error: note('error'),
          };
          channel.subscribe(listeners);
          try {
            const door = await doors[name](makeRegistry(middleware, ran), (call) => ended.push(call));
            const answers = asked.map((each, index) => door.send(asSent(each, closesEarly), `${run} ${String(index)}`));
            if (closesEarly) await pause(10);
            else await Promise.all(answers);
            await door.close();
            await Promise.all(answers);
            for (let tries = 0; ended.length < began.length && tries < 200; tries += 1) await pause(5);
          } finally {
            channel.unsubscribe(listeners);
          }
          // The handler's arguments and the caller's scopes fit together.
          for (const { target, area, scopes } of ran) {
            expect([target, area, scopes, mayRun(target, scopes, area)]).toEqual([target, area, scopes, true]);
          }
          expect(new Set(ended).size).toBe(ended.length);
          // Requests of clients that stay have a record each, and none has two.
          for (const [index, { leaves }] of asked.entries()) {
            const id = `${run} ${String(index)}`;
            const records = ended.filter(({ requestId, taskId }) => requestId === id && taskId === undefined);
            if (closesEarly || leaves || asked[index]?.target === 'listen') expect(records.length).toBeLessThan(2);
            else expect([asked[index], records.length]).toEqual([asked[index], 1]);
            for (const { outcome } of records) outcomes.add(outcome);
          }
          const facts = ({ method, target, outcome, errorCode, taskId }: CallRecord) => ({
            method,
            target: target?.name,
            outcome,
            errorCode,
            taskId,
          });
          expect(began.filter((call) => !ended.includes(call)).map((call) => facts(call))).toEqual([]);
          expect(ended.filter((call) => !began.includes(call)).map(facts)).toEqual([]);
          for (const call of ended) {
            const names = events.filter(([, each]) => each === call).map(([name]) => name);
            expect(names.filter((name) => name !== 'error')).toEqual(
              names.includes('asyncStart') ? ['start', 'end', 'asyncStart', 'asyncEnd'] : ['start', 'end'],
            );
            const failed = call.outcome !== 'ok' && call.outcome !== 'cancelled';
            expect(names.filter((name) => name === 'error')).toHaveLength(failed ? 1 : 0);
          }
        },
      ),
      { numRuns: Number(process.env['HOOKS_RUNS'] ?? 60) },
    );
  }, 120_000);

  it('calls ended in every way that there is', () => {
    expect([...outcomes].sort()).toEqual(['cancelled', 'error', 'ok', 'refused', 'timed_out', 'tool_error']);
  });
});
