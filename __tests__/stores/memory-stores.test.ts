import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ExpiringMap } from '../../lib/stores/expiring-map.js';
import { memoryReplayStore } from '../../lib/stores/replay-store.js';
import { memoryRevocationStore } from '../../lib/stores/revocation-store.js';

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

const pass = (seconds: number): void => {
  jest.setSystemTime(Date.now() + seconds * 1000);
};

describe('a replay store', () => {
  it('says of each identifier once that it is new, until its time is over', async () => {
    const store = memoryReplayStore();
    expect(await store.markUsed('a', 60)).toBe(true);
    expect(await Promise.all([store.markUsed('a', 60), store.markUsed('b', 60)])).toEqual([false, true]);
    pass(60);
    expect(await store.markUsed('a', 60)).toBe(true);
    await store.close();
    expect(await store.markUsed('a', 60)).toBe(true);
  });

  it('refuses rather than forgets, and goes on when there is room again', async () => {
    const store = memoryReplayStore(2);
    await store.markUsed('a', 60);
    await store.markUsed('b', 60);
    await expect(store.markUsed('c', 60)).rejects.toThrow('More than 2 identifiers');
    pass(60);
    expect(await store.markUsed('d', 60)).toBe(true);
  });
});

describe('a revocation store', () => {
  it('says when what was revoked', async () => {
    const store = memoryRevocationStore();
    await store.revoke('sub:ada', 100, 60);
    await store.revoke('sub:ada', 200, 60);
    expect(await store.revokedAt(['sub:bob', 'sub:ada'])).toEqual([undefined, 200]);
    pass(60);
    expect(await store.revokedAt(['sub:ada'])).toEqual([undefined]);
    await store.revoke('sub:ada', 300, 60);
    await store.close();
    expect(await store.revokedAt(['sub:ada'])).toEqual([undefined]);
  });
});

describe('a full revocation store', () => {
  it('refuses rather than forgets, takes a later revocation of what it knows, and goes on when there is room', async () => {
    const store = memoryRevocationStore(2);
    await store.revoke('sub:ada', 100, 60);
    await store.revoke('sub:bob', 100, 60);
    await expect(store.revoke('sub:eve', 100, 60)).rejects.toThrow('More than 2 revocations are alive at once');
    await store.revoke('sub:bob', 200, 60);
    expect(await store.revokedAt(['sub:ada', 'sub:bob', 'sub:eve'])).toEqual([100, 200, undefined]);
    pass(60);
    await store.revoke('sub:eve', 300, 60);
    expect(await store.revokedAt(['sub:eve'])).toEqual([300]);
  });
});

describe('a map that forgets', () => {
  it('drops what ended before it drops what is alive', () => {
    const map = new ExpiringMap<number>(2);
    map.set('a', 1, 10);
    map.set('b', 2, 60);
    pass(10);
    expect(map.set('c', 3, 60)).toBe(true);
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([undefined, 2, 3, 2]);
    expect(map.set('d', 4, 60)).toBe(false);
    expect([map.get('b'), map.get('c'), map.get('d')]).toEqual([undefined, 3, 4]);
  });

  it('forgets what has ended as soon as something else comes, however much room there is', () => {
    const map = new ExpiringMap<number>(1000);
    for (let count = 0; count < 100; count += 1) {
      map.set(String(count), count, 60);
      pass(30);
    }
    expect(map.size).toBe(2);
  });

  it('keeps nothing for no time, and gives up what is deleted', () => {
    const map = new ExpiringMap<number>(2);
    map.set('a', 1, 60);
    map.set('a', 2, 0);
    map.set('b', 1, 60);
    map.delete('b');
    expect([map.get('a'), map.get('b'), map.size]).toEqual([undefined, undefined, 0]);
    map.set('c', 1, 5);
    pass(5);
    expect([map.get('c'), map.size]).toEqual([undefined, 0]);
  });

  it('does the same as a plain list, whatever is set, deleted and ended in whatever order', () => {
    const most = 5;
    const map = new ExpiringMap<number>(most);
    let model: { key: string; value: number; until: number }[] = [];
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let step = 0; step < 5000; step += 1) {
      const key = String(random(12));
      const what = random(10);
      if (what === 0) pass(1);
      if (what <= 2) {
        map.delete(key);
        model = model.filter((entry) => entry.key !== key);
      } else {
        // All last equally long, so that the oldest is the first to end.
        map.set(key, step, 3);
        model = model.filter((entry) => entry.key !== key && entry.until > Date.now());
        if (model.length === most) model.shift();
        model.push({ key, value: step, until: Date.now() + 3000 });
      }
      const alive = model.filter((entry) => entry.until > Date.now());
      for (let each = 0; each < 12; each += 1) {
        expect(map.get(String(each))).toBe(alive.find((entry) => entry.key === String(each))?.value);
      }
      model = alive;
      expect(map.size).toBe(alive.length);
    }
  });
});
