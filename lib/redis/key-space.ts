import { createHash } from 'node:crypto';

/** The format of what is written. Another format gets another number, so that two versions can run side by side. */
const formatVersion = '1';

/** The names of keys that know what entries of one kind weigh; all of them in one slot. */
export interface WeighedKeys {
  /** Entries of all owners, by the time at which they end unless they are used. */
  readonly ends: string;
  /** Bytes of each entry. The field without a name has the sum. */
  readonly sizes: string;
  /** Digests of owners, by what their entries weigh. */
  readonly owners: string;
  /** Entries of one owner, by the time at which they end unless they are used. By a digest, since an owner can be any text of any length. */
  readonly of: (digest: string) => string;
}

/** The names of keys and channels. docs/redis.md lists them. */
export class KeySpace {
  readonly #prefix: string;
  readonly #start: string;
  readonly #tasks: string;

  /** @param prefix - without braces, or a key could end up in another slot of a cluster than it is meant for */
  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#start = `${prefix}:${formatVersion}:`;
    // One slot for all tasks of an endpoint, since a task and its index entries are changed together. The prefix is part of it, so that
    // other endpoints use other slots.
    this.#tasks = `${this.#start}{tasks.${prefix}}:`;
  }

  channel(topic: string): string {
    return `${this.#start}bus:${topic}`;
  }

  session(id: string): string {
    return `${this.#start}session:${id}`;
  }

  /** Names for the weights of sessions or streams. */
  weighed(kind: 'sessions' | 'events'): WeighedKeys {
    const start = `${this.#start}{${kind}.${this.#prefix}}:`;
    return {
      ends: `${start}ends`,
      sizes: `${start}sizes`,
      owners: `${start}owners`,
      of: (digest) => `${start}of:${digest}`,
    };
  }

  events(stream: string): string {
    return `${this.#start}events:${stream}`;
  }

  replay(id: string): string {
    return `${this.#start}replay:${id}`;
  }

  /** The braces put all of them in one slot, because several are asked for at once. */
  revoked(key: string): string {
    return `${this.#start}{revoked}:${key}`;
  }

  task(id: string): string {
    return `${this.#tasks}task:${id}`;
  }

  /** Index of the tasks that a process works on, by the time at which the lease runs out. */
  taskLeases(): string {
    return `${this.#tasks}leases`;
  }

  /** Tasks that one principal has running or waiting, by the time at which they are gone. A digest, since names of keys show in many places. */
  tasksOf(principal: string): string {
    return `${this.#tasks}running:${digestOf(principal)}`;
  }

  /** Tasks that one principal has finished, in this order. */
  finishedTasksOf(principal: string): string {
    return `${this.#tasks}finished:${digestOf(principal)}`;
  }

  /** How much that is. */
  finishedSizeOf(principal: string): string {
    return `${this.#tasks}finished-size:${digestOf(principal)}`;
  }
}

/** A short name for any text. */
export function digestOf(name: string): string {
  return createHash('sha256').update(name).digest('base64url');
}

/** A time to live, in whole milliseconds as Redis wants it; what is kept for no time is gone after one. */
export function timeToLive(seconds: number): string {
  return String(Math.max(1, Math.ceil(seconds * 1000)));
}

/** A time from now on, in whole milliseconds; none is none. */
export function milliseconds(seconds: number): string {
  return String(Math.max(0, Math.ceil(seconds * 1000)));
}
