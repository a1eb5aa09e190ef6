import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ToolError, createRegistry } from '../../../lib/index.js';
import type { CallMiddleware, CallRecord } from '../../../lib/index.js';
import { Dispatcher } from '../../../lib/server/dispatch/dispatcher.js';
import { neverCancelled } from '../../../lib/server/cancellation/cancellation.js';
import { protocolVersions } from '../../../lib/server/revisions/revision.js';
import { memoryMessageBus } from '../../../lib/stores/message-bus.js';
import { memoryTaskStore } from '../../../lib/stores/memory-task-store.js';
import { TestServer, authWith, requestOf, silentOutbox } from '../../support/dispatching.js';
import { TaskClient } from '../../support/task-client.js';

const inputSchema = {
  type: 'object',
  properties: { id: { type: 'string' } },
  required: ['id'],
  additionalProperties: false,
} as const;

/** A registry with one handler of each kind, which notes what it was called with. */
function notedRegistry() {
  const registry = createRegistry({ name: 'x', version: '1' });
  const seen: unknown[] = [];
  registry.tool('tool', { inputSchema }, (args) => {
    seen.push(args);
    return `tool ${args.id}`;
  });
  registry.tool('area', { inputSchema, scopes: (args) => [`area:${String(args['id'])}`] }, ({ id }) => `area ${id}`);
  registry.tool('job', { inputSchema, task: 'optional' }, ({ id }) => `job ${id}`);
  registry.prompt(
    'prompt',
    { arguments: { who: { required: true, complete: () => ['ada'] } } },
    ({ who }) => `for ${who}`,
  );
  registry.resource('x://all', {}, () => 'all');
  registry.extension('com.example/x', { methods: { 'com.example/x': { handler: () => ({ ok: true }) } } });
  return { registry, seen };
}

const resultOf = async (server: TestServer, method: string, params: Readonly<Record<string, unknown>>) => {
  const { body } = await server.call('2026-07-28', method, params, {
    caller: { auth: authWith(['area:a']), endpoint: undefined },
  });
  return body;
};

describe('registry.use', () => {
  it('stands around every kind of handler, the first that was registered outermost', async () => {
    const { registry } = notedRegistry();
    const order: string[] = [];
    for (const name of ['outer', 'inner']) {
      registry.use(async (call, next) => {
        order.push(`${name} ${call.method} ${call.target.name ?? ''}`);
        const result = await next();
        order.push(`${name} after`);
        return result;
      });
    }
    const server = new TestServer(registry);
    const kinds = [
      ['tools/call', { name: 'tool', arguments: { id: 'a' } }, 'tool'],
      ['tools/call', { name: 'job', arguments: { id: 'a' } }, 'job'],
      ['prompts/get', { name: 'prompt', arguments: { who: 'ada' } }, 'prompt'],
      ['resources/read', { uri: 'x://all' }, 'x://all'],
      [
        'completion/complete',
        { ref: { type: 'ref/prompt', name: 'prompt' }, argument: { name: 'who', value: '' } },
        'prompt',
      ],
    ] as const;
    for (const [method, params, name] of kinds) {
      order.length = 0;
      expect((await resultOf(server, method, params))?.error).toBeUndefined();
      expect(order).toEqual([`outer ${method} ${name}`, `inner ${method} ${name}`, 'inner after', 'outer after']);
    }
  });

  it('stands around each run of a task', async () => {
    const { registry } = notedRegistry();
    const seen: unknown[] = [];
    registry.use((call, next) => {
      seen.push(call.args);
      return next({ id: 'b' });
    });
    const client = new TaskClient(new TestServer(registry));
    const id = await client.begin('job', { id: 'a' });
    let task = await client.get(id);
    for (; task.status === 'working'; task = await client.get(id)) await pause(5);
    expect(seen).toEqual([{ id: 'a' }]);
    expect(task.result?.content).toEqual([{ type: 'text', text: 'job b' }]);
  });

  it('passes on other arguments, once they were validated', async () => {
    const { registry, seen } = notedRegistry();
    let changed: Record<string, unknown> = { id: 'other' };
    registry.use((_call, next) => next(changed));
    const server = new TestServer(registry);
    const call = () => resultOf(server, 'tools/call', { name: 'tool', arguments: { id: 'a' } });
    expect((await call())?.result?.['content']).toEqual([{ type: 'text', text: 'tool other' }]);
    changed = { id: 7 };
    expect((await call())?.result?.['isError']).toBe(true);
    expect(seen).toEqual([{ id: 'other' }]);
    expect(String(server.reports[0]?.error)).toContain('A middleware passed on invalid arguments');
  });

  it('decides again about arguments that take other scopes', async () => {
    const { registry } = notedRegistry();
    registry.use((_call, next) => next({ id: 'b' }));
    const call = resultOf(new TestServer(registry), 'tools/call', { name: 'area', arguments: { id: 'a' } });
    await expect(call).rejects.toMatchObject({ code: 'insufficient_scope' });
  });

  it.each<[string, (call: { args: Readonly<Record<string, unknown>> }) => void]>([
    ['arguments, so that none pass validation by', ({ args }) => Object.assign(args, { id: 7 })],
    ['calls, so that nobody assigns arguments without effect', (call) => (call.args = { id: 'b' })],
  ])('gives frozen %s', async (_what, change) => {
    const { registry, seen } = notedRegistry();
    registry.use((call, next) => {
      change(call);
      return next();
    });
    const server = new TestServer(registry);
    await resultOf(server, 'tools/call', { name: 'tool', arguments: { id: 'a' } });
    expect([seen, String(server.reports[0]?.error)]).toEqual([[], expect.stringContaining('read only')]);
  });

  it('refuses, replaces a result, and tries again', async () => {
    const { registry, seen } = notedRegistry();
    let mode = 'refuse';
    registry.use(async (_call, next) => {
      if (mode === 'refuse') throw new ToolError('not today');
      if (mode === 'replace') return 'replaced';
      await next();
      return next();
    });
    const server = new TestServer(registry);
    const text = async () =>
      (
        (await resultOf(server, 'tools/call', { name: 'tool', arguments: { id: 'a' } }))?.result?.['content'] as [
          { text: string },
        ]
      )[0].text;
    expect(await text()).toBe('not today');
    mode = 'replace';
    expect([await text(), seen.length]).toEqual(['replaced', 0]);
    mode = 'again';
    expect([await text(), seen.length]).toEqual(['tool a', 2]);
  });

  it('begins no handler after the time is over', async () => {
    const registry = createRegistry({ name: 'x', version: '1' });
    let runs = 0;
    registry.tool('tool', { timeoutMs: 10 }, () => ++runs);
    let failed = false;
    registry.use(async (_call, next) => {
      await pause(40);
      return next().catch(() => (failed = true));
    });
    const answer = await resultOf(new TestServer(registry), 'tools/call', { name: 'tool' });
    expect(answer?.result?.['isError']).toBe(true);
    await pause(60);
    expect([runs, failed]).toEqual([0, true]);
  });

  it('takes functions only', () => {
    expect(() => {
      createRegistry({ name: 'x', version: '1' }).use('log' as never);
    }).toThrow('registry.use needs a function');
  });
});

describe('whatever a middleware does', () => {
  const acts = {
    pass: (_call, next) => next(),
    again: async (_call, next) => {
      await next();
      return next();
    },
    nothing: () => undefined,
    fails: () => {
      throw new Error('broken');
    },
    refuses: () => {
      throw new ToolError('no');
    },
    others: (_call, next) => next({ id: 'b' }),
    wrong: (_call, next) => next({ id: 1 }),
    late: async (_call, next) => {
      await pause(15);
      return next();
    },
    escapes: (_call, next) => {
      setTimeout(() => void next().catch(() => undefined), 15);
      return 'early';
    },
  } satisfies Record<string, CallMiddleware>;
  type Act = keyof typeof acts;

  it('no handler runs that authorize refuses, and each call ends once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...(Object.keys(acts) as Act[])), { maxLength: 3 }),
        fc.constantFrom('a', 'b', 'c'),
        fc.subarray(['area:a', 'area:b', 'base']),
        async (names, id, scopes) => {
          const registry = createRegistry({ name: 'x', version: '1' });
          const ran: string[] = [];
          const definition = {
            inputSchema,
            timeoutMs: 10,
            scopes: (args: Readonly<Record<string, unknown>>) => [`area:${String(args['id'])}`, 'base'],
          };
          registry.tool('tool', definition, (args) => {
            ran.push(args.id);
            return 'x';
          });
          for (const name of names) registry.use(acts[name]);
          const calls: CallRecord[] = [];
          const dispatcher = new Dispatcher(registry.catalog, {
            protocolVersions,
            timeoutMs: 1000,
            reportError: () => undefined,
            bus: memoryMessageBus(),
            requestStateKey: undefined,
            taskStore: memoryTaskStore(),
            maxRunningTasks: 1,
            onCall: (call) => calls.push(call),
          });
          const request = requestOf('2026-07-28', 'tools/call', { name: 'tool', arguments: { id } });
          const answered = Promise.resolve(
            dispatcher.dispatch(request, {
              caller: { auth: authWith(scopes), endpoint: undefined },
              versions: { header: '2026-07-28', assumed: '2025-03-26' },
              disconnect: neverCancelled,
              outbox: silentOutbox,
              refusalsAre: 'answered',
            }),
          );
          await answered;
          await pause(20);
          await dispatcher.close();
          const isAllowed = (wanted: string): boolean => scopes.includes('base') && scopes.includes(`area:${wanted}`);
          expect(ran.filter((wanted) => !isAllowed(wanted))).toEqual([]);
          if (!isAllowed(id)) expect(ran).toEqual([]);
          expect(calls).toHaveLength(1);
          expect(calls[0]?.outcome).toBeDefined();
        },
      ),
      { numRuns: 60 },
    );
  });
});
