import { expect, it } from '@jest/globals';
import { KeySpace } from '../../lib/redis/key-space.js';
import type { RedisAdapter } from '../../lib/redis/redis-adapter.js';
import { RedisCommands } from '../../lib/redis/redis-commands.js';
import { redisSessionStore } from '../../lib/redis/redis-session-store.js';

// In its last millisecond, a key has 0 left, exists, and lives on if it is used. A real server is in it too briefly for a test.
it.each([
  [1, 1],
  [0, 0],
  [-2, undefined],
])('a session for which PTTL answers %d has %p milliseconds left', async (answer, left) => {
  const adapter: Pick<RedisAdapter, 'isReady' | 'send'> = { isReady: true, send: () => Promise.resolve(answer) };
  const store = redisSessionStore(new RedisCommands(adapter as RedisAdapter, 1000), new KeySpace('test'), 1e6);
  expect(await store.remainingMs?.('session')).toBe(left);
});
