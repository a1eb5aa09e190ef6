import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { memoryTaskStore } from '../../lib/index.js';
import { describeTaskStore } from './task-store-contract.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (seconds: number): void => {
  jest.setSystemTime(Date.now() + seconds * 1000);
};

describeTaskStore('in memory', () => memoryTaskStore(), pass);

describe('the task store in memory', () => {
  const lease = { owner: 'run', seconds: 30 };
  const over = { content: 'done', isOver: true, lease: undefined };
  const at = (id: string, version: number) => ({ id, principal: 'ada', version });
  const task = (id: string, content = 'begun') => ({ id, principal: 'ada', content });

  it('drops the oldest tasks that are over when there is no room, and never one that runs', async () => {
    const store = memoryTaskStore({ tasks: 3 });
    for (const id of ['runs', 'old', 'new']) await store.create(task(id), 60, lease, 10);
    await store.change(at('old', 1), over);
    await store.change(at('new', 1), over);
    await store.create(task('next'), 60, lease, 10);
    expect(await store.read('old')).toBeUndefined();
    expect(await store.read('runs')).toMatchObject({ isOver: false });
    expect(await store.read('new')).toMatchObject({ isOver: true });
  });

  it('refuses a task rather than to drop one that runs', async () => {
    const store = memoryTaskStore({ tasks: 1 });
    await store.create(task('runs'), 60, lease, 10);
    await expect(store.create(task('next'), 60, lease, 10)).rejects.toThrow('More than 1 tasks are running at once');
    await store.change(at('runs', 1), over);
    expect(await store.create(task('next'), 60, lease, 10)).toBe(true);
  });

  it('drops what is over for what runs, and lets one principal run half of what is free', async () => {
    const store = memoryTaskStore({ characters: 60 });
    await store.create(task('one', '0123456789'), 60, lease, 10);
    await store.create(task('two', '0123456789'), 60, lease, 10);
    await store.change(at('one', 1), { ...over, content: 'x'.repeat(50) });
    expect(await store.read('one')).toMatchObject({ content: 'x'.repeat(50) });
    await store.change(at('two', 1), { content: '0123456789012', isOver: false, lease: 'keep' });
    expect(await store.read('one')).toBeUndefined();
    expect(await store.read('two')).toMatchObject({ content: '0123456789012' });
    expect(await store.create(task('three', 'x'.repeat(20)), 60, lease, 10)).toBe(false);
    expect(await store.create({ ...task('other', 'x'.repeat(20)), principal: 'bea' }, 60, lease, 10)).toBe(true);
    const grown = { content: 'x'.repeat(40), isOver: false, lease: 'keep' } as const;
    await expect(store.change(at('two', 2), grown)).rejects.toThrow('Tasks that run take too much memory');
    // Results are stored whatever their size.
    expect(await store.change(at('two', 2), { ...grown, isOver: true })).toBe(true);
    expect(await store.read('other')).toMatchObject({ isOver: false });
  });

  it('drops what is over of the principal who has most, and of nobody else', async () => {
    const store = memoryTaskStore({ tasks: 5 });
    await store.create({ ...task('honest'), principal: 'bea' }, 60, lease, 10);
    await store.change({ ...at('honest', 1), principal: 'bea' }, over);
    for (let count = 0; count < 20; count++) {
      const id = `hostile-${String(count)}`;
      expect(await store.create(task(id), 60, lease, 10)).toBe(true);
      await store.change(at(id, 1), { ...over, content: 'x'.repeat(100) });
    }
    expect(await store.read('honest')).toMatchObject({ content: 'done' });
    expect(await store.read('hostile-15')).toBeUndefined();
    expect(await store.read('hostile-16')).toBeDefined();
  });
});
