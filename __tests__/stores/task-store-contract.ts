import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TaskLease, TaskStore } from '../../lib/index.js';

const lease = (owner: string, seconds = 30): TaskLease => ({ owner, seconds });
const newTask = (id: string, principal = 'ada') => ({ id, principal, content: `content of ${id}` });
/** The task as it was read when it had this version. */
const at = (id: string, version: number) => ({ id, principal: 'ada', version });

/**
 * The contract of every task store.
 *
 * @param name - of the implementation
 * @param open - makes an empty store
 * @param pass - lets time pass, in seconds
 */
export function describeTaskStore(
  name: string,
  open: () => Promise<TaskStore> | TaskStore,
  pass: (seconds: number) => Promise<void> | void,
): void {
  describe(`the task store ${name}`, () => {
    let store: TaskStore;

    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    it('keeps a task until its time is over', async () => {
      expect(await store.create(newTask('one'), 60, lease('run'), 5)).toBe(true);
      expect(await store.read('one')).toEqual({
        id: 'one',
        principal: 'ada',
        content: 'content of one',
        version: 1,
        isOver: false,
        owner: 'run',
      });
      expect(await store.read('two')).toBeUndefined();
      await pass(60);
      expect(await store.read('one')).toBeUndefined();
      expect(await store.change(at('one', 1), { content: '', isOver: false, lease: 'keep' })).toBe(false);
    });

    it('lets one of several changes of the same version pass', async () => {
      await store.create(newTask('one'), 60, lease('run'), 5);
      const change = (content: string) => store.change(at('one', 1), { content, isOver: false, lease: 'keep' });
      const passed = await Promise.all([change('a'), change('b'), change('c')]);
      expect(passed.filter((each) => each)).toHaveLength(1);
      const { content, version, owner } = (await store.read('one')) ?? {};
      expect(['a', 'b', 'c'][passed.indexOf(true)]).toBe(content);
      expect(version).not.toBe(1);
      expect(owner).toBe('run');
    });

    it('does not let a change prolong a task', async () => {
      await store.create(newTask('one'), 60, lease('run'), 5);
      await pass(40);
      expect(await store.change(at('one', 1), { content: 'later', isOver: true, lease: undefined })).toBe(true);
      await pass(20);
      expect(await store.read('one')).toBeUndefined();
    });

    it('changes nothing of a task that is over', async () => {
      await store.create(newTask('one'), 60, lease('run'), 5);
      await store.change(at('one', 1), { content: 'done', isOver: true, lease: undefined });
      const over = await store.read('one');
      expect(over).toMatchObject({ content: 'done', isOver: true, owner: undefined });
      const version = over?.version ?? 0;
      expect(await store.change(at('one', version), { content: 'more', isOver: false, lease: lease('run') })).toBe(
        false,
      );
      expect(await store.renew('one', lease('run'))).toBe(false);
      expect(await store.read('one')).toEqual(over);
    });

    it('refuses a principal more tasks than it may have, until one of them is over or gone', async () => {
      await store.create(newTask('one'), 30, lease('run'), 2);
      await store.create(newTask('two'), 60, lease('run'), 2);
      expect(await store.create(newTask('three'), 60, lease('run'), 2)).toBe(false);
      expect(await store.read('three')).toBeUndefined();
      expect(await store.create(newTask('other', 'bob'), 60, lease('run'), 2)).toBe(true);

      await store.change(at('two', 1), { content: '', isOver: true, lease: undefined });
      expect(await store.create(newTask('three'), 60, lease('run'), 2)).toBe(true);
      expect(await store.create(newTask('four'), 60, lease('run'), 2)).toBe(false);
      await pass(30);
      expect(await store.create(newTask('four'), 60, lease('run'), 2)).toBe(true);
    });

    it('counts a task that waits for answers as running', async () => {
      await store.create(newTask('one'), 60, lease('run'), 1);
      await store.change(at('one', 1), { content: '', isOver: false, lease: undefined });
      expect(await store.create(newTask('two'), 60, lease('run'), 1)).toBe(false);
    });

    it('never counts too little when tasks begin at the same time', async () => {
      const begun = await Promise.all(
        ['a', 'b', 'c', 'd', 'e'].map((id) => store.create(newTask(id), 60, lease('run'), 3)),
      );
      expect(begun.filter((each) => each)).toHaveLength(3);
    });

    it('gives a task whose lease ran out to one other owner', async () => {
      await store.create(newTask('one'), 600, lease('dead', 30), 5);
      await store.create(newTask('two'), 600, lease('alive', 30), 5);
      expect(await store.takeAbandoned(lease('next'), 10)).toEqual([]);
      await pass(20);
      expect(await store.renew('two', lease('alive', 30))).toBe(true);
      await pass(10);
      const taken = await Promise.all([
        store.takeAbandoned(lease('next', 30), 10),
        store.takeAbandoned(lease('third', 30), 10),
      ]);
      const [task, ...more] = taken.flat();
      expect(more).toEqual([]);
      expect(task).toMatchObject({ id: 'one', content: 'content of one', isOver: false });
      expect(await store.read('one')).toEqual(task);

      // The former owner cannot change it any more, not even from the state that it read before.
      expect(await store.renew('one', lease('dead'))).toBe(false);
      expect(await store.change(at('one', 1), { content: 'late', isOver: true, lease: undefined })).toBe(false);
      expect(await store.renew('one', lease(task?.owner ?? ''))).toBe(true);
    });

    it('gives no more abandoned tasks at once than are wanted', async () => {
      for (const id of ['one', 'two', 'three']) await store.create(newTask(id), 600, lease('dead', 0), 5);
      expect(await store.takeAbandoned(lease('next'), 2)).toHaveLength(2);
      expect(await store.takeAbandoned(lease('next'), 2)).toHaveLength(1);
    });

    it('has nobody take a task that waits, that is over or that is gone', async () => {
      for (const id of ['waits', 'over', 'gone']) {
        await store.create(newTask(id), id === 'gone' ? 40 : 600, lease('run', 30), 5);
      }
      await store.change(at('waits', 1), { content: '', isOver: false, lease: undefined });
      await store.change(at('over', 1), { content: '', isOver: true, lease: undefined });
      await pass(60);
      expect(await store.takeAbandoned(lease('next'), 10)).toEqual([]);
      expect(await store.renew('waits', lease('run'))).toBe(false);
    });

    it('gives a task that waited an owner again', async () => {
      await store.create(newTask('one'), 600, lease('first'), 5);
      await store.change(at('one', 1), { content: 'asks', isOver: false, lease: undefined });
      const { version = 0 } = (await store.read('one')) ?? {};
      await store.change(at('one', version), { content: 'goes on', isOver: false, lease: lease('second', 30) });
      expect(await store.read('one')).toMatchObject({ owner: 'second' });
      await pass(30);
      expect(await store.takeAbandoned(lease('third'), 10)).toMatchObject([{ id: 'one', owner: 'third' }]);
    });

    it('gives what is abandoned behind what is gone, too', async () => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) await store.create(newTask(id), 10, lease('dead', 5), 50);
      await store.create(newTask('rest'), 600, lease('dead', 5), 50);
      await pass(20);
      expect(await store.takeAbandoned(lease('next'), 2)).toMatchObject([{ id: 'rest', owner: 'next' }]);
      expect(await store.takeAbandoned(lease('next'), 2)).toEqual([]);
    });

    it('keeps texts as they are', async () => {
      const content = '{"a":"ü 😀\\n\u0000"}';
      const principal = '["https://issuer/","ü:{x}","c"]';
      await store.create({ id: 'one', principal, content }, 600, lease('run ü', 0), 5);
      expect(await store.read('one')).toMatchObject({ principal, content, owner: 'run ü' });
      expect(await store.takeAbandoned(lease('next'), 1)).toMatchObject([{ principal, content }]);
      await store.change({ id: 'one', principal, version: 2 }, { content: '', isOver: true, lease: 'keep' });
      expect(await store.read('one')).toMatchObject({ content: '', isOver: true });
    });

    it('lets go of a task at once with a lease of no time', async () => {
      await store.create(newTask('one'), 600, lease('run'), 5);
      expect(await store.renew('one', lease('run', 0))).toBe(true);
      expect(await store.takeAbandoned(lease('next'), 10)).toMatchObject([{ id: 'one', owner: 'next' }]);
    });
  });
}
