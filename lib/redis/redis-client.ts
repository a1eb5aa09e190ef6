import { ConfigurationError } from '../errors/configuration-error.js';
import { invalidOption } from '../errors/invalid-option.js';

// The members of the two clients that are used here, as shapes of our own: our declarations compile where neither package is installed.

/** A connection of the package `redis` that listens to channels. */
export interface NodeRedisSubscriber {
  connect(): Promise<unknown>;
  subscribe(channels: string[], listener: (message: string, channel: string) => void): Promise<void>;
  unsubscribe(channels: string[]): Promise<void>;
  destroy(): void;
  on(event: string, listener: () => void): unknown;
}

/** A client of the package `redis`, made by `createClient`. */
export interface NodeRedisClient {
  readonly isReady: boolean;
  readonly options: { readonly socket?: object; readonly keyPrefix?: unknown };
  sendCommand(args: string[]): Promise<unknown>;
  duplicate(overrides?: object): NodeRedisSubscriber;
}

/** A client of the package `redis`, made by `createCluster`. */
export interface NodeRedisCluster {
  readonly isReady: boolean;
  readonly masters: readonly unknown[];
  sendCommand(firstKey: string | undefined, isReadonly: boolean | undefined, args: string[]): Promise<unknown>;
  duplicate(overrides?: object): NodeRedisSubscriber;
}

/** A connection of the package `ioredis` that listens to channels. */
export interface IoRedisSubscriber {
  readonly status: string;
  connect(): Promise<unknown>;
  subscribe(...channels: string[]): Promise<unknown>;
  unsubscribe(...channels: string[]): Promise<unknown>;
  disconnect(): void;
  on(event: string, listener: (...args: string[]) => void): unknown;
}

/** A client of the package `ioredis`: `new Redis()` or `new Redis.Cluster()`. */
export interface IoRedisClient {
  readonly status: string;
  readonly isCluster: boolean;
  readonly options: object;
  call(command: string, ...args: string[]): Promise<unknown>;
  /** The options come first for a server, and after the nodes to start from for a cluster. */
  duplicate(optionsOrNodes?: object, options?: object): IoRedisSubscriber;
}

/** A client of the package `redis` 6 or `ioredis` 6, of one server or of a cluster. */
export type RedisClient = IoRedisClient | NodeRedisClient | NodeRedisCluster;

/** Whether it is a client of `ioredis`. */
export function isIoRedis(client: RedisClient): client is IoRedisClient {
  return 'call' in client && 'status' in client;
}

/**
 * Checks that it is a client that can do what is asked of it.
 *
 * @throws ConfigurationError `missing_option` or `invalid_option`
 */
export function assertRedisClient(client: RedisClient | undefined): RedisClient {
  if (client === undefined) {
    throw new ConfigurationError('missing_option', 'redisStores needs a client: redisStores(createClient({ … })).');
  }
  const methods: Readonly<Record<string, unknown>> = { ...pick(client, ['duplicate', 'call', 'sendCommand']) };
  const hasCommands = typeof methods['call'] === 'function' || 'isReady' in client;
  if (typeof methods['duplicate'] !== 'function' || typeof methods['sendCommand'] !== 'function' || !hasCommands) {
    throw invalidOption(
      'redisStores',
      'client must be of the package redis 6 (createClient, createCluster) or ioredis 6 (Redis, Cluster)',
    );
  }
  if (!isIoRedis(client) && 'getSentinelNode' in client) {
    throw invalidOption(
      'redisStores',
      'createSentinel of redis is not supported; with sentinels, use the package ioredis',
    );
  }
  if (hasKeyPrefix(client)) {
    throw invalidOption(
      'redisStores',
      'the client must not have a keyPrefix, which channels do not get; use the option prefix instead',
    );
  }
  return client;
}

function hasKeyPrefix(client: RedisClient): boolean {
  const { options = {}, _options: clusterOptions = {} } = pick(client, ['options', '_options']);
  const { redisOptions } = pick(options, ['redisOptions']);
  return [options, clusterOptions, redisOptions].some((held) => {
    const { keyPrefix = '' } = pick(held, ['keyPrefix']);
    return keyPrefix !== '';
  });
}

function pick(held: unknown, names: readonly string[]): Partial<Record<string, unknown>> {
  if (typeof held !== 'object' || held === null) return {};
  return Object.fromEntries(names.map((name) => [name, (held as Readonly<Record<string, unknown>>)[name]]));
}
