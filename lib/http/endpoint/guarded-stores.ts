import { ConfigurationError } from '../../errors/configuration-error.js';
import { BrokenContractError } from '../../oauth/broken-contract-error.js';
import { within } from '../../promises/within.js';
import type { EventLog } from '../../stores/event-log.js';
import type { MessageBus, MessageListener } from '../../stores/message-bus.js';
import type { ReplayStore } from '../../stores/replay-store.js';
import type { SessionStore } from '../../stores/session-store.js';
import type { TaskStore } from '../../stores/task-store.js';

/** Milliseconds that a store of the app gets for an answer. Those of Redis give up much sooner. */
const storeTimeoutMs = 30_000;

/** Reads an answer of a store once: returns a copy that stays as it is, or undefined if it is none. */
type Reading<T> = (answer: unknown) => { readonly value: T } | undefined;

/** A reading for each method that answers later, also for those that a port may lack; `check` is passed on as it is. */
type Readings<Port> = {
  readonly [
    Method in keyof Required<Omit<Port, 'check'>> as Port[Method] extends Asynchronous ? Method : never
  ]-?: Port[Method] extends ((...args: never[]) => Promise<infer Answer>) | undefined ? Reading<Answer> : never;
};

type Asynchronous = ((...args: never[]) => Promise<unknown>) | undefined;

const anything: Reading<void> = () => ({ value: undefined });
const yesOrNo: Reading<boolean> = (answer) => (typeof answer === 'boolean' ? { value: answer } : undefined);

const sessionReadings = {
  create: yesOrNo,
  read: optional(fieldsOf),
  change: (answer) => ({ value: answer === false ? false : undefined }),
  delete: anything,
  close: anything,
  remainingMs: optional((answer) => (typeof answer === 'number' ? { value: answer } : undefined)),
} satisfies Readings<SessionStore>;

/** Methods that a port may lack. */
const optionalMethods: readonly string[] = ['remainingMs'];

const eventReadings = {
  append: (answer) => (typeof answer === 'string' && /^[\d-]{1,64}$/.test(answer) ? { value: answer } : undefined),
  readAfter: optional(eventsOf),
  close: anything,
} satisfies Readings<EventLog>;

const taskReadings = {
  create: yesOrNo,
  read: optional(taskOf),
  change: yesOrNo,
  renew: yesOrNo,
  takeAbandoned: (answer) => {
    const tasks = Array.isArray(answer) ? answer.map(taskOf) : [undefined];
    return tasks.every((each) => each !== undefined) ? { value: tasks.map(({ value }) => value) } : undefined;
  },
  close: anything,
} satisfies Readings<TaskStore>;

const busReadings = {
  publish: anything,
  subscribe: (answer) => (typeof answer === 'function' ? { value: answer as () => Promise<void> } : undefined),
  close: anything,
} satisfies Readings<MessageBus>;

const replayReadings = { markUsed: yesOrNo, close: anything } satisfies Readings<ReplayStore>;

/** Guards a session store of the app. See {@link guardedEventLog}. */
export const guardedSessions = (store: SessionStore): SessionStore => guarded(store, 'sessions', sessionReadings);

/**
 * Guards an event log of the app: each call is async, has a time limit, and its answer is read once and checked.
 *
 * @throws ConfigurationError `invalid_option` if a method is missing
 */
export const guardedEventLog = (log: EventLog): EventLog => guarded(log, 'events', eventReadings);

/** Guards a task store of the app. See {@link guardedEventLog}. */
export const guardedTasks = (store: TaskStore): TaskStore => guarded(store, 'tasks', taskReadings);

/** Guards a replay store of the app. See {@link guardedEventLog}. */
export const guardedReplay = (store: ReplayStore): ReplayStore => guarded(store, 'replay', replayReadings);

/** Guards a bus of the app. Listeners get texts alone, and none throws into the bus. See {@link guardedEventLog}. */
export function guardedBus(bus: MessageBus): MessageBus {
  const inner = guarded(bus, 'bus', busReadings);
  return { ...inner, subscribe: (topic, listener) => inner.subscribe(topic, textsFor(listener)) };
}

function textsFor(listener: MessageListener): MessageListener {
  return (message: unknown) => {
    if (typeof message !== 'string') return;
    try {
      listener(message);
    } catch {
      // The message is none of ours, such as one of another program on the same bus.
    }
  };
}

function guarded<Port extends object>(port: Port, name: string, readings: object): Port {
  const found = port as Readonly<Record<string, unknown>>;
  const methods = (Object.entries(readings) as [string, Reading<unknown>][]).filter(
    ([method]) => found[method] !== undefined || !optionalMethods.includes(method),
  );
  const missing = methods.filter(([method]) => typeof found[method] !== 'function').map(([method]) => method);
  if (missing.length > 0) {
    const text = `mcpRouter: stores.${name} must have the method ${missing.join(' and ')}; see docs/redis.md for ready ones.`;
    throw new ConfigurationError('invalid_option', text);
  }
  const wrapped = methods.map(([method, read]) => [
    method,
    guardedMethod(port, `stores.${name}.${method}`, method, read),
  ]);
  return { ...bound(port, ['check', 'count', 'dropped']), ...Object.fromEntries(wrapped) } as Port;
}

function guardedMethod(port: object, name: string, method: string, read: Reading<unknown>) {
  const call = async (args: readonly unknown[]): Promise<unknown> => {
    const act = (port as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>)[method];
    const reading = read(await act?.apply(port, [...args]));
    if (reading === undefined) throw new BrokenContractError(`${name} answered what its contract does not allow`);
    return reading.value;
  };
  return (...args: readonly unknown[]) => within(storeTimeoutMs, call(args), `${name} did not answer`);
}

/** The methods of these names that a port has, bound to it. */
function bound(port: object, names: readonly string[]): object {
  const found = port as Readonly<Record<string, unknown>>;
  const methods = names
    .map((name) => [name, found[name]] as const)
    .filter(([, method]) => typeof method === 'function');
  return Object.fromEntries(methods.map(([name, method]) => [name, (method as () => unknown).bind(port)]));
}

function optional<T>(read: Reading<T>): Reading<T | undefined> {
  // Stores that keep null for what they have not are common.
  return (answer) => (answer === undefined || answer === null ? { value: undefined } : read(answer));
}

function fieldsOf(answer: unknown) {
  if (Object.prototype.toString.call(answer) !== '[object Object]') return undefined;
  const fields = Object.entries(answer as object) as [string, unknown][];
  if (!fields.every(([, text]) => typeof text === 'string')) return undefined;
  return { value: Object.fromEntries(fields) as Readonly<Record<string, string>> };
}

function eventsOf(answer: unknown) {
  const { events, isComplete } = answer as { readonly events?: unknown; readonly isComplete?: unknown };
  if (!Array.isArray(events) || typeof isComplete !== 'boolean') return undefined;
  const copies = (events as { id: unknown; message: unknown }[]).map(({ id, message }) => ({ id, message }));
  if (!copies.every(({ id, message }) => typeof id === 'string' && typeof message === 'string')) return undefined;
  return { value: { events: copies as { id: string; message: string }[], isComplete } };
}

function taskOf(answer: unknown) {
  const { id, principal, content, version, isOver, owner } = answer as Readonly<Record<string, unknown>>;
  const texts = [id, principal, content].every((text) => typeof text === 'string');
  const isKnown = typeof version === 'number' && typeof isOver === 'boolean';
  const hasOwner = owner === undefined || owner === null || typeof owner === 'string';
  if (!texts || !isKnown || !hasOwner) return undefined;
  const task = { id, principal, content, version, isOver, owner: owner ?? undefined };
  return {
    value: task as {
      id: string;
      principal: string;
      content: string;
      version: number;
      isOver: boolean;
      owner: string | undefined;
    },
  };
}
