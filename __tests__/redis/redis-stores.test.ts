import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { createClient, createCluster, createSentinel } from 'redis';
import type { RedisClient, RedisStoresOptions } from '../../lib/redis/index.js';
import { redisStores } from '../../lib/redis/index.js';

describe('redisStores', () => {
  const lazy = { lazyConnect: true } as const;
  const text = 'redisStores: ';

  it.each<[string, unknown, string]>([
    ['no client', undefined, 'redisStores needs a client: redisStores(createClient({ … })).'],
    [
      'something else',
      { get: () => 'value' },
      `${text}client must be of the package redis 6 (createClient, createCluster) or ioredis 6 (Redis, Cluster).`,
    ],
    [
      'sentinels by way of redis',
      createSentinel({ name: 'main', sentinelRootNodes: [{ host: '127.0.0.1', port: 1 }] }),
      `${text}createSentinel of redis is not supported; with sentinels, use the package ioredis.`,
    ],
    ...[
      createClient({ keyPrefix: 'app:' }),
      createCluster({ rootNodes: [], keyPrefix: 'app:' }),
      new Redis({ ...lazy, keyPrefix: 'app:' }),
      new Redis.Cluster([{ port: 1 }], { ...lazy, redisOptions: { keyPrefix: 'app:' } }),
    ].map((client): [string, unknown, string] => [
      'a keyPrefix',
      client,
      `${text}the client must not have a keyPrefix, which channels do not get; use the option prefix instead.`,
    ]),
  ])('refuses %s, and says what to give', (_what, client, message) => {
    expect(() => redisStores(client as RedisClient)).toThrow(message);
  });

  it.each<[unknown, string]>([
    [{ prefix: 'a{b}' }, `${text}prefix must be a text without spaces and braces, such as "notes".`],
    [{ prefix: '' }, `${text}prefix must be a text without spaces and braces, such as "notes".`],
    [{ commandTimeoutMs: 0 }, `${text}commandTimeoutMs must be a whole number from 1 to 60000.`],
    [{ eventsPerStream: 1.5 }, `${text}eventsPerStream must be a whole number from 1 to 1000000.`],
    [{ finishedTasksPerPrincipal: 0 }, `${text}finishedTasksPerPrincipal must be a whole number from 1 to 1000000.`],
    [
      { finishedBytesPerPrincipal: 'many' },
      `${text}finishedBytesPerPrincipal must be a whole number from 1 to 9007199254740991.`,
    ],
    ...(['sessionBytes', 'eventBytesPerPrincipal', 'eventBytes'] as const).map((name): [unknown, string] => [
      { [name]: 0 },
      `${text}${name} must be a whole number from 1 to 9007199254740991.`,
    ]),
    [{ timeout: 5 }, 'timeout'],
  ])('refuses the options %j', (options, message) => {
    expect(() => redisStores(new Redis(lazy), options as RedisStoresOptions)).toThrow(message);
  });
});
