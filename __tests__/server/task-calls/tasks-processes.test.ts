import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createRegistry, memoryMessageBus, memoryTaskStore } from '../../../lib/index.js';
import type { CallContext, MessageBus, TaskStore } from '../../../lib/index.js';
import { TestServer, callerWith } from '../../support/dispatching.js';
import { TaskClient, answerOf, askFor } from '../../support/task-client.js';

const text = (value: string) => [{ type: 'text', text: value }];
const caller = callerWith('jobs:run');

/** A process: a server of its own on what the others share, and a client of it. */
function startProcess(
  shared: { readonly taskStore: TaskStore; readonly bus: MessageBus },
  handler: (ctx: CallContext, args: Readonly<Record<string, unknown>>) => unknown,
  repeatable = false,
) {
  const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
  registry.tool(
    'job',
    { task: { support: 'required', repeatable }, scopes: ['jobs:run'], inputSchema: { type: 'object' } },
    (args, ctx) => handler(ctx as CallContext, args),
  );
  const server = new TestServer(registry, shared);
  return { server, client: new TaskClient(server, { caller }), keeper: server.dispatcher.taskKeeper };
}

const shared = () => ({ taskStore: memoryTaskStore(), bus: memoryMessageBus() });
const never = (): Promise<never> => new Promise(() => undefined);

/** Lets everything happen that is to happen without time passing. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 30; turns++) await new Promise(setImmediate);
}

/** A store whose leases run out at once, as those of a process that died. */
function leasesOfTheDead(store: TaskStore): TaskStore {
  return {
    ...store,
    renew: () => Promise.resolve(true),
    takeAbandoned: () => Promise.resolve([]),
    create: (task, seconds, { owner }, most) => store.create(task, seconds, { owner, seconds: 0 }, most),
  };
}

afterEach(() => {
  jest.useRealTimers();
});

describe('a task that runs in one process', () => {
  it('can be read and cancelled from another, whose word of it aborts the handler', async () => {
    const both = shared();
    const events = new EventEmitter();
    const begun = once(events, 'begun');
    const one = startProcess(both, (ctx) => {
      ctx.signal.addEventListener('abort', () => events.emit('aborted', ctx.signal.reason));
      events.emit('begun');
      return never();
    });
    const other = startProcess(both, never);
    const taskId = await one.client.begin('job');
    await begun;
    expect(await other.client.get(taskId)).toMatchObject({ status: 'working' });
    const aborted = once(events, 'aborted');
    await other.client.cancel(taskId);
    const [reason] = (await aborted) as [Error];
    expect(reason.message).toBe('The task is over');
    expect(await one.client.get(taskId)).toMatchObject({ status: 'cancelled' });
  });

  it('goes on in the process that gets the last answer', async () => {
    const both = shared();
    const where = (process: string) => (ctx: CallContext) =>
      ctx.inputResponses === undefined
        ? ctx.inputRequired({ requests: { go: askFor('Go on?') } })
        : `went on in ${process}`;
    const one = startProcess(both, where('one'));
    const other = startProcess(both, where('other'));
    const taskId = await one.client.begin('job');
    await other.client.untilStatus(taskId, 'input_required');
    await other.client.update(taskId, { go: answerOf('yes') });
    expect(await one.client.untilStatus(taskId, 'completed')).toMatchObject({
      result: { content: text('went on in other') },
    });
  });

  it('is called off when its lease is renewed, though the bus lost the word of its cancellation', async () => {
    const taskStore = memoryTaskStore();
    const events = new EventEmitter();
    const one = startProcess({ taskStore, bus: memoryMessageBus() }, (ctx) => {
      ctx.signal.addEventListener('abort', () => events.emit('aborted'));
      return never();
    });
    const other = startProcess({ taskStore, bus: memoryMessageBus() }, never);
    const taskId = await one.client.begin('job');
    await other.client.cancel(taskId);
    const aborted = once(events, 'aborted');
    await one.server.dispatcher.endpoint.tasks.running.renewAll();
    await aborted;
  });

  it('keeps its lease while its process lives, by itself', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const both = shared();
    const one = startProcess(both, never);
    const other = startProcess(both, never);
    const taskId = await one.client.begin('job');
    for (let seconds = 0; seconds < 120; seconds += 10) {
      await jest.advanceTimersByTimeAsync(10_000);
      await settle();
    }
    expect(await other.client.get(taskId)).toMatchObject({ status: 'working' });
    await one.client.cancel(taskId);
    await settle();
    expect(one.server.dispatcher.endpoint.tasks.running.runs).toEqual([]);
  });

  it('goes on when its lease cannot be renewed for a moment', async () => {
    const both = shared();
    const isDown = { now: false };
    const failing: TaskStore = {
      ...both.taskStore,
      renew: (...args) => (isDown.now ? Promise.reject(new Error('down')) : both.taskStore.renew(...args)),
    };
    const events = new EventEmitter();
    const { client, server } = startProcess({ ...both, taskStore: failing }, async () => {
      await once(events, 'finish');
      return 'done';
    });
    const taskId = await client.begin('job');
    isDown.now = true;
    await server.dispatcher.endpoint.tasks.running.renewAll();
    events.emit('finish');
    expect(await client.untilStatus(taskId, 'completed')).toMatchObject({ result: { content: text('done') } });
  });

  it('is told to the other processes also when the bus cannot be reached', async () => {
    const down = (): Promise<never> => Promise.reject(new Error('The bus is down'));
    const bus = { publish: down, subscribe: down, close: () => Promise.resolve() };
    const { client, server } = startProcess({ taskStore: memoryTaskStore(), bus }, () => 'done');
    expect(await client.untilStatus(await client.begin('job'), 'completed')).toMatchObject({ status: 'completed' });
    await server.dispatcher.close();
  });
});

describe('a task whose process died', () => {
  it('is run again, with the same arguments and caller, where its tool can be repeated', async () => {
    const both = shared();
    const dead = startProcess({ ...both, taskStore: leasesOfTheDead(both.taskStore) }, never, true);
    const alive = startProcess(
      both,
      (ctx, args) => JSON.stringify([args, ctx.auth?.subject, ctx.auth?.has('jobs:run'), ctx.auth?.token, ctx.request]),
      true,
    );
    const taskId = await dead.client.begin('job', { n: 7 });
    await alive.keeper.search();
    const task = await alive.client.untilStatus(taskId, 'completed');
    expect(task.result?.content).toEqual(text('[{"n":7},"user-1",true,"",null]'));
  });

  it('fails with a clear text where its tool cannot be repeated', async () => {
    const both = shared();
    const dead = startProcess({ ...both, taskStore: leasesOfTheDead(both.taskStore) }, never);
    const alive = startProcess(both, () => 'must not run');
    const taskId = await dead.client.begin('job');
    await alive.keeper.search();
    const message = 'The process that worked on this task is gone, and the work cannot be repeated';
    expect(await alive.client.get(taskId)).toMatchObject({
      status: 'failed',
      statusMessage: message,
      error: { code: -32603, message },
    });
  });

  it('is found by itself, within seconds', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const both = shared();
    const dead = startProcess({ ...both, taskStore: leasesOfTheDead(both.taskStore) }, never);
    const alive = startProcess(both, never);
    const taskId = await dead.client.begin('job');
    await dead.server.dispatcher.endpoint.tasks.news.close();
    await jest.advanceTimersByTimeAsync(15_000);
    await settle();
    expect(await alive.client.get(taskId)).toMatchObject({ status: 'failed' });
  });

  it('is not run for ever when every process dies of it', async () => {
    const both = shared();
    const dying = { ...both, taskStore: leasesOfTheDead(both.taskStore) };
    const first = startProcess(dying, never, true);
    const taskId = await first.client.begin('job');
    // Each of them takes it up with a lease that is over at once.
    const store: TaskStore = {
      ...both.taskStore,
      takeAbandoned: ({ owner }, most) => both.taskStore.takeAbandoned({ owner, seconds: 0 }, most),
    };
    const runs: number[] = [];
    for (let count = 1; count <= 4; count++) {
      const next = startProcess({ ...both, taskStore: store }, () => (runs.push(count), never()), true);
      await next.keeper.search();
      await settle();
    }
    expect(runs).toEqual([1, 2]);
    expect(await first.client.get(taskId)).toMatchObject({ status: 'failed' });
  });

  it('is left to processes that know its tool', async () => {
    const both = shared();
    const dead = startProcess({ ...both, taskStore: leasesOfTheDead(both.taskStore) }, never, true);
    const taskId = await dead.client.begin('job');
    const registry = createRegistry({ name: 'jobs', version: '2.0.0' });
    registry.tool('another', { task: 'optional' }, () => 'done');
    await new TestServer(registry, both).dispatcher.taskKeeper.search();
    expect(await dead.client.get(taskId)).toMatchObject({ status: 'working' });
  });

  it('is not looked for where no tool has tasks', async () => {
    const registry = createRegistry({ name: 'none', version: '1.0.0' });
    const takeAbandoned = jest.fn<TaskStore['takeAbandoned']>();
    const server = new TestServer(registry, { taskStore: { ...memoryTaskStore(), takeAbandoned } });
    await server.dispatcher.taskKeeper.search();
    expect(takeAbandoned).not.toHaveBeenCalled();
  });

  it('is reported when it cannot be looked for, and looked for again', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const error = new Error('The store is down');
    const takeAbandoned = jest.fn<TaskStore['takeAbandoned']>().mockRejectedValue(error);
    const { server } = startProcess(
      { bus: memoryMessageBus(), taskStore: { ...memoryTaskStore(), takeAbandoned } },
      never,
    );
    await jest.advanceTimersByTimeAsync(30_000);
    await settle();
    expect(server.reports.map((report) => report.error)).toEqual([error, error]);
  });
});

describe('a task whose end cannot be stored', () => {
  const startFailing = () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    const both = shared();
    const error = new Error('The store is down');
    const access = { mayChange: false };
    const taskStore: TaskStore = {
      ...both.taskStore,
      change: (...args) => (access.mayChange ? both.taskStore.change(...args) : Promise.reject(error)),
    };
    const runs: string[] = [];
    const handler = () => {
      runs.push('run');
      return 'done';
    };
    return { access, error, runs, ...startProcess({ ...both, taskStore }, handler) };
  };
  const waitFor = async (seconds: number): Promise<void> => {
    for (let passed = 0; passed < seconds; passed++) {
      await jest.advanceTimersByTimeAsync(1000);
      await settle();
    }
  };

  it('is reported once, and its result is stored when the store is back', async () => {
    const { access, client, error, runs, server } = startFailing();
    const taskId = await client.begin('job');
    await waitFor(10);
    expect(await client.get(taskId)).toMatchObject({ status: 'working' });
    access.mayChange = true;
    await waitFor(5);
    expect(await client.get(taskId)).toMatchObject({ status: 'completed', result: { content: text('done') } });
    expect(server.reports).toMatchObject([{ error, method: 'tools/call', target: 'job' }]);
    expect(runs).toEqual(['run']);
  });

  it('is left to whoever finds it when the store stays away for longer than a lease', async () => {
    const { access, client, runs, server } = startFailing();
    const taskId = await client.begin('job');
    await waitFor(31);
    access.mayChange = true;
    await waitFor(45);
    expect(await client.get(taskId)).toMatchObject({ status: 'failed' });
    expect(server.reports.filter(({ target }) => target === 'job')).toHaveLength(1);
    expect(runs).toEqual(['run']);
  });
});

describe('closing', () => {
  it('lets tasks come to their end within the grace', async () => {
    const events = new EventEmitter();
    const begun = once(events, 'begun');
    const { client, server } = startProcess(shared(), async () => {
      events.emit('begun');
      await once(events, 'finish');
      return 'done';
    });
    const taskId = await client.begin('job');
    await begun;
    const closed = server.dispatcher.close(60);
    events.emit('finish');
    await closed;
    expect(await client.get(taskId)).toMatchObject({ status: 'completed' });
  });

  it('aborts what cannot be repeated after the grace, and has it fail with a clear text', async () => {
    const reasons: unknown[] = [];
    const { client, server } = startProcess(shared(), (ctx) => {
      ctx.signal.addEventListener('abort', () => reasons.push(ctx.signal.reason));
      return never();
    });
    const taskId = await client.begin('job');
    await settle();
    await server.dispatcher.close(0);
    expect(reasons).toMatchObject([{ code: 'shutting_down' }]);
    const message = 'The server shut down before this task was done';
    expect(await client.get(taskId)).toMatchObject({ status: 'failed', error: { code: -32603, message } });
  });

  it('leaves what can be repeated to other processes at once', async () => {
    const both = shared();
    const closing = startProcess(
      both,
      async (ctx) => {
        await once(ctx.signal, 'abort');
        throw new Error('This must not become the end of the task');
      },
      true,
    );
    const other = startProcess(both, () => 'done elsewhere', true);
    const taskId = await closing.client.begin('job');
    await settle();
    await closing.server.dispatcher.close(0);
    await settle();
    expect(await other.client.get(taskId)).toMatchObject({ status: 'working' });
    await other.keeper.search();
    expect(await other.client.untilStatus(taskId, 'completed')).toMatchObject({
      result: { content: text('done elsewhere') },
    });
    expect(closing.server.reports).toEqual([]);
  });

  it('does not take it back for a handler that does not listen', async () => {
    const both = shared();
    const closing = startProcess(both, never, true);
    const other = startProcess(both, () => 'done elsewhere', true);
    const taskId = await closing.client.begin('job');
    await settle();
    await closing.server.dispatcher.close(0);
    await closing.server.dispatcher.endpoint.tasks.running.renewAll();
    await other.keeper.search();
    expect(await other.client.untilStatus(taskId, 'completed')).toMatchObject({
      result: { content: text('done elsewhere') },
    });
  });

  it('aborts tasks also when the store cannot be told', async () => {
    const both = shared();
    const error = new Error('The store is down');
    const aborted: boolean[] = [];
    const change = (): Promise<never> => Promise.reject(error);
    const { client, server } = startProcess({ ...both, taskStore: { ...both.taskStore, change } }, (ctx) => {
      ctx.signal.addEventListener('abort', () => aborted.push(true));
      return never();
    });
    await client.begin('job');
    await settle();
    await server.dispatcher.close(0);
    expect(aborted).toEqual([true]);
    expect(server.reports).toMatchObject([{ error }]);
  });
});
