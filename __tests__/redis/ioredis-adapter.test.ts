import { expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { ioRedisAdapter } from '../../lib/redis/ioredis-adapter.js';

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

it('keeps no process alive for a connection that has ended already', async () => {
  const client = new Redis(1, '127.0.0.1', { lazyConnect: true });
  const listeners = { hear: () => undefined, lose: () => undefined };
  const connection = ioRedisAdapter(client).createSubscriber(listeners);
  await expect(connection.connect()).rejects.toThrow('Connection is closed');
  const before = timers();
  connection.destroy();
  expect(timers()).toBe(before);
});
