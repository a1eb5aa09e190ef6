import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { memoryEventLog, memoryMessageBus, memorySessionStore } from '../../lib/index.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});
const pass = (seconds: number): void => {
  jest.setSystemTime(Date.now() + seconds * 1000);
};

describe('a message bus in memory', () => {
  it('reaches every listener of the topic, though one of them throws, until each has enough', async () => {
    const bus = memoryMessageBus();
    const heard: string[] = [];
    const listener = (message: string): void => void heard.push(message);
    await bus.subscribe('a', () => {
      throw new Error('broken');
    });
    const [first, second] = [await bus.subscribe('a', listener), await bus.subscribe('a', listener)];
    await bus.publish('a', 'one');
    await bus.publish('b', 'elsewhere');
    await first();
    await first();
    await bus.publish('a', 'two');
    await second();
    await bus.publish('a', 'three');
    await bus.close();
    expect(heard).toEqual(['one', 'one', 'two']);
  });
});

describe('a session store in memory', () => {
  it('keeps fields for as long as somebody reads, and changes none of a session that has ended', async () => {
    const store = memorySessionStore();
    await store.create('s', { a: '1', b: '2' }, 60);
    await store.change('s', { b: undefined, c: '3', ['uri __proto__']: '' });
    pass(59);
    expect(await store.read('s', 60)).toEqual({ a: '1', c: '3', 'uri __proto__': '' });
    pass(59);
    expect(await store.read('s', 60)).toBeDefined();
    await store.delete('s');
    await store.change('s', { a: 'again' });
    expect(await store.read('s', 60)).toBeUndefined();
    await store.create('t', {}, 60);
    pass(60);
    expect(await store.read('t', 60)).toBeUndefined();
    await store.create('u', {}, 60);
    await store.close();
    expect(await store.read('u', 60)).toBeUndefined();
  });

  it('does not let a field pollute what every object has', async () => {
    const store = memorySessionStore();
    await store.create('s', {}, 60);
    await store.change('s', JSON.parse('{"__proto__":"polluted","constructor":"x"}') as Record<string, string>);
    expect(Object.keys((await store.read('s', 60)) ?? {})).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  it('ends the session that nobody used for longest when there are too many', async () => {
    const store = memorySessionStore(2);
    await store.create('a', { n: 'a' }, 60);
    await store.create('b', { n: 'b' }, 60);
    await store.read('a', 60);
    await store.create('c', { n: 'c' }, 60);
    expect([await store.read('a', 60), await store.read('b', 60), await store.read('c', 60)]).toEqual([
      { n: 'a' },
      undefined,
      { n: 'c' },
    ]);
  });
});

describe('what is full', () => {
  it('ends sessions of the owner who has most, the longest unused first', async () => {
    const store = memorySessionStore({ sessions: 4, bytes: 100_000 });
    const create = (id: string, owner: string) => store.create(id, { id }, 60, { owner, most: 10 });
    await create('honest', 'ada');
    for (const id of ['1', '2', '3', '4', '5']) await create(id, 'hostile');
    const found = await Promise.all(['honest', '1', '2', '3', '4', '5'].map((id) => store.read(id, 60)));
    expect(found.map((fields) => fields?.['id'])).toEqual(['honest', undefined, undefined, '3', '4', '5']);
  });

  it('ends sessions by their bytes, and takes no more of an owner than the quota says', async () => {
    const store = memorySessionStore({ bytes: 30_000 });
    const text = 'x'.repeat(4000);
    const quota = (owner: string) => ({ owner, most: 10, mostBytes: 20_000 });
    expect(await store.create('honest', { text: 'x' }, 60, quota('ada'))).toBe(true);
    expect(await store.create('a', { text }, 60, quota('one'))).toBe(true);
    expect(await store.create('b', { text }, 60, quota('one'))).toBe(true);
    expect(await store.create('c', { text }, 60, quota('one'))).toBe(false);
    expect(await store.change('b', { more: text }, quota('one'))).toBe(false);
    expect(Object.keys((await store.read('b', 60)) ?? {})).toEqual(['text']);
    await store.delete('a');
    expect(await store.change('b', { more: text }, quota('one'))).toBe(true);
    // Another one comes, and the owner with the most gives way.
    expect(await store.create('d', { text }, 60, quota('two'))).toBe(true);
    expect(await store.create('e', { text }, 60, quota('two'))).toBe(true);
    const found = await Promise.all(['honest', 'b', 'd', 'e'].map((id) => store.read(id, 60)));
    expect(found.map((fields) => fields !== undefined)).toEqual([true, true, false, true]);
  });

  it('forgets streams of the owner who has most', async () => {
    const log = memoryEventLog({ characters: 10_000 });
    const place = await log.append('honest', 'begin', false, 60, 'ada');
    for (let count = 0; count < 20; count++) {
      await log.append(`s${String(count)}`, 'x'.repeat(3000), true, 60, 'hostile');
    }
    expect((await log.readAfter('honest', '0'))?.events).toEqual([{ id: place, message: 'begin' }]);
    expect(await log.readAfter('s16', '0')).toBeUndefined();
    expect(await log.readAfter('s19', '0')).toBeDefined();
  });
});

describe('an event log in memory', () => {
  it('says what comes after a place, and whether that is all', async () => {
    const log = memoryEventLog();
    const first = await log.append('s', '', false, 60);
    const second = await log.append('s', 'two', false, 60);
    expect(await log.readAfter('s', first)).toEqual({ events: [{ id: second, message: 'two' }], isComplete: false });
    const third = await log.append('s', 'three', true, 60);
    expect(await log.readAfter('s', third)).toEqual({ events: [], isComplete: true });
    expect((await log.readAfter('s', first))?.events.map(({ message }) => message)).toEqual(['two', 'three']);
    expect(await log.readAfter('other', first)).toBeUndefined();
    for (const id of ['99', '-1', '--', '1-1', 'x']) {
      expect([id, await log.readAfter('s', id)]).toEqual([id, undefined]);
    }
    pass(60);
    expect(await log.readAfter('s', first)).toBeUndefined();
    expect(await log.append('s', 'anew', false, 60)).toBe('1');
    await log.close();
    expect(await log.readAfter('s', '1')).toBeUndefined();
  });

  it('drops the oldest events of a stream, and says so to who comes back for them', async () => {
    const log = memoryEventLog({ eventsPerStream: 2 });
    for (const message of ['one', 'two', 'three']) await log.append('s', message, false, 60);
    expect((await log.readAfter('s', '1'))?.events.map(({ message }) => message)).toEqual(['two', 'three']);
    expect(await log.readAfter('s', '0')).toBeUndefined();
  });

  it('keeps no more characters than it may, of all streams together, nor of one alone', async () => {
    const log = memoryEventLog({ characters: 200 });
    await log.append('a', 'x'.repeat(40), false, 60);
    await log.append('b', 'x'.repeat(40), false, 60);
    expect(await log.readAfter('a', '1')).toBeDefined();
    await log.append('c', 'x'.repeat(40), false, 60);
    expect([await log.readAfter('a', '1'), (await log.readAfter('b', '0'))?.events.length]).toEqual([undefined, 1]);
    await log.append('d', 'x'.repeat(201), true, 60);
    expect(await log.readAfter('d', '0')).toBeUndefined();
    pass(60);
    // Evicted entries free their room.
    for (const name of ['e', 'f']) await log.append(name, 'x'.repeat(50), false, 60);
    expect([(await log.readAfter('e', '0'))?.events.length, (await log.readAfter('f', '0'))?.events.length]).toEqual([
      1, 1,
    ]);
  });

  it('keeps no more streams than it may', async () => {
    const log = memoryEventLog({ streams: 1 });
    await log.append('a', 'one', false, 60);
    await log.append('b', 'two', false, 60);
    expect([await log.readAfter('a', '0'), (await log.readAfter('b', '0'))?.events.length]).toEqual([undefined, 1]);
  });
});
