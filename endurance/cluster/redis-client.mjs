import { Redis } from 'ioredis';
import { createClient } from 'redis';

// The setting from docs/redis.md: after this silence a connection is dropped.
const silenceMs = 5000;

/**
 * Connects a client as docs/redis.md says.
 *
 * @param {'ioredis' | 'redis'} kind - the package
 * @param {number} port
 */
export function openRedisClient(kind, port) {
  return kind === 'redis' ? openNodeRedis(port) : openIoRedis(port);
}

async function openNodeRedis(port) {
  const client = createClient({
    url: `redis://127.0.0.1:${port}`,
    disableOfflineQueue: true,
    pingInterval: silenceMs / 2,
    socket: {
      connectTimeout: 2000,
      socketTimeout: silenceMs,
      reconnectStrategy: (retries) => Math.min(50 * (retries + 1), 500),
    },
  });
  client.on('error', () => undefined);
  await client.connect();
  return { client, close: () => client.destroy() };
}

async function openIoRedis(port) {
  const client = new Redis(`redis://127.0.0.1:${port}`, {
    enableOfflineQueue: false,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    socketTimeout: silenceMs,
    retryStrategy: (times) => Math.min(50 * times, 500),
  });
  client.on('error', () => undefined);
  await client.connect();
  return { client, close: () => client.disconnect() };
}
