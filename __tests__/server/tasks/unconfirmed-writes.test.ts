import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createRegistry, memoryTaskStore } from '../../../lib/index.js';
import type { TaskStore } from '../../../lib/index.js';
import { UnconfirmedWrites } from '../../../lib/server/tasks/unconfirmed-writes.js';
import { TestServer } from '../../support/dispatching.js';
import { TaskClient } from '../../support/task-client.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

/** A store that does not answer, or answers whether the task was there. */
function answering(answers: (boolean | 'nothing')[]) {
  const asked: string[] = [];
  const tasks = new UnconfirmedWrites();
  const add = (id: string): void => {
    tasks.add(id, () => {
      asked.push(id);
      const answer = answers.shift() ?? false;
      return answer === 'nothing' ? Promise.reject(new Error('away')) : Promise.resolve(answer);
    });
  };
  return { add, asked, tasks };
}

describe('a task that a store did not confirm', () => {
  it('is called off as soon as the store answers, and then nobody asks for it any more', async () => {
    const { add, asked, tasks } = answering(['nothing', 'nothing', true]);
    add('one');
    await jest.advanceTimersByTimeAsync(2999);
    expect([asked.length, tasks.size]).toEqual([2, 1]);
    await jest.advanceTimersByTimeAsync(1);
    expect(tasks.size).toBe(0);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked).toEqual(['one', 'one', 'one']);
  });

  it('is looked for as long as what was sent before may still arrive, and not for ever', async () => {
    const late = answering([false, false, false, true]);
    late.add('late');
    await jest.advanceTimersByTimeAsync(4000);
    expect([late.asked.length, late.tasks.size]).toEqual([4, 0]);

    const never = answering([]);
    never.add('never');
    await jest.advanceTimersByTimeAsync(5999);
    expect(never.tasks.size).toBe(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(never.tasks.size).toBe(0);
  });

  it('is one of a thousand at the most that are remembered, and the newest are', async () => {
    const { add, asked, tasks } = answering(Array.from({ length: 1000 }, () => true));
    for (let count = 0; count <= 1000; count++) add(String(count));
    expect(tasks.size).toBe(1000);
    await tasks.settle();
    expect([asked.length, asked[0], asked.at(-1)]).toEqual([1000, '1', '1000']);
  });

  it('is left to other processes when this one closes', async () => {
    const { add, asked, tasks } = answering([]);
    add('one');
    tasks.close();
    add('other');
    await jest.advanceTimersByTimeAsync(60_000);
    expect([asked, tasks.size]).toEqual([[], 0]);
  });

  it('does not run, is refused with 503, and is cancelled in the store', async () => {
    const store = memoryTaskStore();
    const ids: string[] = [];
    let isAway = true;
    const forgetful: TaskStore = {
      ...store,
      create: async (task, ...rest) => {
        ids.push(task.id);
        await store.create(task, ...rest);
        if (isAway) throw new Error('no answer in time');
        return true;
      },
    };
    const registry = createRegistry({ name: 'jobs', version: '1.0.0' });
    let runs = 0;
    registry.tool('charge', { task: 'required' }, () => {
      runs += 1;
      return 'charged';
    });
    const server = new TestServer(registry, { taskStore: forgetful, maxRunningTasks: 1 });
    const client = new TaskClient(server);
    const { body, status } = await client.call('charge');
    expect([status, runs]).toEqual([503, 0]);
    expect(body?.error).toEqual({
      code: -32603,
      message: 'The server cannot reach its storage at the moment',
      data: { retryAfterSeconds: 5, reference: server.reports[0]?.reference },
    });
    expect(server.reports).toMatchObject([{ error: new Error('no answer in time'), method: 'tools/call' }]);
    isAway = false;
    await jest.advanceTimersByTimeAsync(1000);
    expect(await client.get(ids[0] ?? '')).toMatchObject({ status: 'cancelled' });
    // Its place is free again.
    await client.begin('charge');
    await new Promise(setImmediate);
    expect(runs).toBe(1);
  });
});
