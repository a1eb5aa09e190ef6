import { assertMembers } from '../errors/assert-members.js';
import { invalidOption } from '../errors/invalid-option.js';
import type { EventLog } from '../stores/event-log.js';
import type { MessageBus } from '../stores/message-bus.js';
import type { ReplayStore } from '../stores/replay-store.js';
import type { RevocationStore } from '../stores/revocation-store.js';
import type { SessionStore } from '../stores/session-store.js';
import type { TaskStore } from '../stores/task-store.js';
import { ioRedisAdapter } from './ioredis-adapter.js';
import { KeySpace } from './key-space.js';
import { nodeRedisAdapter } from './node-redis-adapter.js';
import type { RedisClient } from './redis-client.js';
import { assertRedisClient, isIoRedis } from './redis-client.js';
import { RedisCommands } from './redis-commands.js';
import { redisEventLog } from './redis-event-log.js';
import { redisMessageBus } from './redis-message-bus.js';
import { redisReplayStore } from './redis-replay-store.js';
import { redisRevocationStore } from './redis-revocation-store.js';
import { redisSessionStore } from './redis-session-store.js';
import { redisTaskStore } from './redis-task-store.js';

/** Options of `redisStores`. */
export interface RedisStoresOptions {
  /** Prefix of all names of keys and channels: one for each endpoint, without braces. Default `express-mcp`. */
  readonly prefix?: string;
  /** Milliseconds that Redis gets for an answer. Default 2000. */
  readonly commandTimeoutMs?: number;
  /** How many events a stream keeps that clients may resume; beyond, the oldest are dropped. Default 1000. */
  readonly eventsPerStream?: number;
  /** How many tasks that one principal has finished are kept until their time is over; beyond, the oldest are dropped. Default 1000. */
  readonly finishedTasksPerPrincipal?: number;
  /** Bytes of these, together; the last one is kept in any case. Default 16 MiB. */
  readonly finishedBytesPerPrincipal?: number;
  /** Bytes of the streams of one principal that clients may resume; beyond, the oldest are dropped. Default 16 MiB. */
  readonly eventBytesPerPrincipal?: number;
  /** Bytes of all these streams; beyond, the oldest are dropped of the principal who has most. Default 128 MiB. */
  readonly eventBytes?: number;
  /** Bytes of all sessions; beyond, those of the principal who has most end, the oldest first. Default 128 MiB. */
  readonly sessionBytes?: number;
}

/** Every port of `lib/stores`, in Redis. */
export interface RedisStores {
  /** For `mcpRouter`: carries changes, answers and cancellations between processes. */
  readonly bus: MessageBus;
  /** For `mcpRouter`: sessions of legacy clients. */
  readonly sessions: SessionStore;
  /** For `mcpRouter`: streams that can be resumed. */
  readonly events: EventLog;
  /** For `mcpRouter`: tasks, which every process can answer for, and which outlive the process that works on them. */
  readonly tasks: TaskStore;
  /** For `mcpAuth`: DPoP proofs that were used. */
  readonly replay: ReplayStore;
  /** For `mcpAuth`: what was revoked. Given to it, every request asks Redis once. */
  readonly revocation: RevocationStore;
  /** Closes the connection of the bus. The injected client stays open; the app closes it. */
  close(): Promise<void>;
}

const optionNames = Object.keys({
  prefix: true,
  commandTimeoutMs: true,
  eventsPerStream: true,
  finishedTasksPerPrincipal: true,
  finishedBytesPerPrincipal: true,
  eventBytesPerPrincipal: true,
  eventBytes: true,
  sessionBytes: true,
} satisfies Record<keyof RedisStoresOptions, true>);

const maxTimeoutMs = 60_000;
const maxEvents = 1_000_000;
const maxTasks = 1_000_000;
const maxBytes = Number.MAX_SAFE_INTEGER;

/**
 * State that several processes share, in Redis 6.2 or later, a server or a cluster. Connections are made like those of the client,
 * and come back by themselves.
 *
 * @param client - of the package `redis` 6 (connected) or `ioredis` 6, without a `keyPrefix`
 * @param options - see {@link RedisStoresOptions}
 * @throws ConfigurationError `missing_option`, `invalid_option` or `unknown_option`
 *
 * @example
 * ```ts no-run needs a Redis
 * import express from 'express';
 * import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
 * import { redisStores } from 'express-mcp/redis';
 * import { createClient } from 'redis';
 *
 * const client = createClient({ url: 'redis://localhost:6379', disableOfflineQueue: true });
 * client.on('error', (error) => console.error('Redis', error));
 * await client.connect();
 * const { bus, sessions, events, tasks, replay } = redisStores(client);
 *
 * const app = express();
 * const issuer = 'https://login.example.com';
 * app.use(mcpAuth({ resource: 'https://api.example.com/mcp', issuer, stores: { replay } }));
 * const registry = createRegistry({ name: 'clock', version: '1.0.0' });
 * app.use(mcpRouter(registry, { sessions: true, stores: { bus, sessions, events, tasks } }));
 * app.use(mcpErrorHandler());
 * ```
 */
export function redisStores(client: RedisClient, options: RedisStoresOptions = {}): RedisStores {
  assertMembers(options, optionNames, 'redisStores');
  const { prefix = 'express-mcp', finishedTasksPerPrincipal = 1000, finishedBytesPerPrincipal = 2 ** 24 } = options;
  if (typeof prefix !== 'string' || !/^[^\s{}]+$/.test(prefix)) {
    throw invalidOption('redisStores', 'prefix must be a text without spaces and braces, such as "notes"');
  }
  const timeoutMs = wholeNumber('commandTimeoutMs', options.commandTimeoutMs ?? 2000, maxTimeoutMs);
  const eventLimits = {
    eventsPerStream: wholeNumber('eventsPerStream', options.eventsPerStream ?? 1000, maxEvents),
    bytesPerOwner: wholeNumber('eventBytesPerPrincipal', options.eventBytesPerPrincipal ?? 2 ** 24, maxBytes),
    bytes: wholeNumber('eventBytes', options.eventBytes ?? 2 ** 27, maxBytes),
  };
  const sessionBytes = wholeNumber('sessionBytes', options.sessionBytes ?? 2 ** 27, maxBytes);
  const finished = {
    tasks: wholeNumber('finishedTasksPerPrincipal', finishedTasksPerPrincipal, maxTasks),
    bytes: wholeNumber('finishedBytesPerPrincipal', finishedBytesPerPrincipal, maxBytes),
  };

  const checked = assertRedisClient(client);
  const adapter = isIoRedis(checked) ? ioRedisAdapter(checked) : nodeRedisAdapter(checked);
  const commands = new RedisCommands(adapter, timeoutMs);
  const keys = new KeySpace(prefix);
  const bus = redisMessageBus(adapter, commands, { keys, timeoutMs });
  return Object.freeze({
    bus,
    sessions: redisSessionStore(commands, keys, sessionBytes),
    events: redisEventLog(commands, keys, eventLimits),
    tasks: redisTaskStore(commands, keys, finished),
    replay: redisReplayStore(commands, keys),
    revocation: redisRevocationStore(commands, keys),
    close: () => bus.close(),
  });
}

function wholeNumber(option: string, value: unknown, most: number): number {
  if (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= most) return Number(value);
  throw invalidOption('redisStores', `${option} must be a whole number from 1 to ${most}`);
}
