import { assertMembers } from '../../errors/assert-members.js';
import type { EventLog } from '../../stores/event-log.js';
import { memoryEventLog } from '../../stores/event-log.js';
import type { MessageBus } from '../../stores/message-bus.js';
import { memoryMessageBus } from '../../stores/message-bus.js';
import type { ReplayStore } from '../../stores/replay-store.js';
import type { SessionStore } from '../../stores/session-store.js';
import { memorySessionStore } from '../../stores/session-store.js';
import { guardedBus, guardedEventLog, guardedReplay, guardedSessions, guardedTasks } from './guarded-stores.js';
import type { TaskStore } from '../../stores/task-store.js';
import { memoryTaskStore } from '../../stores/memory-task-store.js';

/** Ports of `lib/stores` that the router uses. */
export interface RouterStores {
  /** Carries changes, cancellations and answers between processes. */
  readonly bus?: MessageBus;
  /** Keeps sessions of legacy clients. */
  readonly sessions?: SessionStore;
  /** Keeps the events of streams, so that a client can resume one. */
  readonly events?: EventLog;
  /** Keeps tasks. */
  readonly tasks?: TaskStore;
  /**
   * Remembers which `requestState` was brought back, so that each is good once. Default: none, and a state is good for its 15 minutes,
   * for the same caller and the same request. Several endpoints and `mcpAuth` may share one.
   */
  readonly replay?: ReplayStore;
}

/** The stores with defaults filled in. */
export type ResolvedStores = Required<Omit<RouterStores, 'replay'>> & { readonly replay: ReplayStore | undefined };

/**
 * Checks the stores, and takes those in memory for what is missing.
 *
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function resolveStores(stores: RouterStores = {}): ResolvedStores {
  assertMembers(stores, ['bus', 'sessions', 'events', 'tasks', 'replay'], 'mcpRouter stores');
  const { bus, sessions, events, tasks, replay } = stores;
  return {
    bus: bus === undefined ? memoryMessageBus() : guardedBus(bus),
    sessions: sessions === undefined ? memorySessionStore() : guardedSessions(sessions),
    events: events === undefined ? memoryEventLog() : guardedEventLog(events),
    tasks: tasks === undefined ? memoryTaskStore() : guardedTasks(tasks),
    replay: replay === undefined ? undefined : guardedReplay(replay),
  };
}
