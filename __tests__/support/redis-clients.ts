import { Redis } from 'ioredis';
import { createClient, createCluster } from 'redis';
import type { RedisClient } from '../../lib/redis/index.js';

/** A connected client, and how to close it. */
export interface OpenClient {
  readonly client: RedisClient;
  close(): void;
}

/** Connects a client as docs/redis.md says. */
export type OpenClientOf = (port: number) => Promise<OpenClient>;

// The setting from docs/redis.md: after this silence a connection is dropped.
const silenceMs = 5000;

/** Both packages, by name. */
export const clientsOfServer: readonly (readonly [string, OpenClientOf])[] = [
  [
    'redis',
    async (port) => {
      const client = createClient({
        url: `redis://127.0.0.1:${port}`,
        disableOfflineQueue: true,
        pingInterval: silenceMs / 2,
        socket: {
          connectTimeout: 2000,
          socketTimeout: silenceMs,
          // Its default gives up forever after a socketTimeout.
          reconnectStrategy: (retries) => Math.min(50 * (retries + 1), 500),
        },
      });
      client.on('error', () => undefined);
      await client.connect();
      return {
        client,
        close: () => {
          client.destroy();
        },
      };
    },
  ],
  [
    'ioredis',
    async (port) => {
      const client = new Redis(port, '127.0.0.1', {
        enableOfflineQueue: false,
        lazyConnect: true,
        maxRetriesPerRequest: 0,
        connectTimeout: 2000,
        socketTimeout: silenceMs,
        retryStrategy: (times) => Math.min(50 * times, 500),
      });
      client.on('error', () => undefined);
      await client.connect();
      return {
        client,
        close: () => {
          client.disconnect();
        },
      };
    },
  ],
];

/** Both packages' clients of a cluster, by name. */
export const clientsOfCluster: readonly (readonly [string, OpenClientOf])[] = [
  [
    'redis',
    async (port) => {
      const client = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
      client.on('error', () => undefined);
      await client.connect();
      return {
        client,
        close: () => {
          client.destroy();
        },
      };
    },
  ],
  [
    'ioredis',
    async (port) => {
      const client = new Redis.Cluster([{ host: '127.0.0.1', port }], { lazyConnect: true });
      client.on('error', () => undefined);
      await client.connect();
      return {
        client,
        close: () => {
          client.disconnect();
        },
      };
    },
  ],
];
