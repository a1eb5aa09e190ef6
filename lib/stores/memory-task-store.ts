import type { NewTask, StoredTask, TaskChange, TaskLease, TaskStore, TaskVersion } from './task-store.js';

/** Maximum sizes for the tasks of one process. */
export interface TaskStoreLimits {
  /** Default 10,000; beyond, the oldest finished tasks of the principal with the most are dropped. */
  readonly tasks?: number;
  /**
   * Characters of all contents together. Default 24 million; beyond, the oldest finished tasks of the principal with the most are
   * dropped. The running tasks of one principal take at most half of what is free.
   */
  readonly characters?: number;
}

interface Entry {
  task: StoredTask;
  /** Milliseconds since 1970. */
  readonly until: number;
  leaseUntil: number;
}

/**
 * A {@link TaskStore} for one process.
 *
 * @param limits - see {@link TaskStoreLimits}
 *
 * @example
 * ```ts
 * import { memoryTaskStore } from 'express-mcp';
 *
 * const store = memoryTaskStore();
 * const lease = { owner: 'run-1', seconds: 30 };
 * await store.create({ id: 'task-1', principal: 'ada', content: '{}' }, 3600, lease, 100);
 * const task = await store.read('task-1');
 * console.log(task?.owner); // run-1
 * ```
 */
export function memoryTaskStore(limits: TaskStoreLimits = {}): TaskStore {
  const tasks = new MemoryTasks(limits.tasks ?? 10_000, limits.characters ?? 24_000_000);
  // Async, so that refusals reject as they do in other stores.
  return {
    create: async (...args) => Promise.resolve().then(() => tasks.create(...args)),
    read: async (id) => Promise.resolve(tasks.find(id)?.task),
    change: async (...args) => Promise.resolve(tasks.change(...args)),
    renew: async (...args) => Promise.resolve(tasks.renew(...args)),
    takeAbandoned: async (...args) => Promise.resolve(tasks.takeAbandoned(...args)),
    close: async () => {
      tasks.clear();
      return Promise.resolve();
    },
  };
}

/** Sums over tasks that run or wait. */
interface Running {
  readonly tasks: number;
  readonly characters: number;
}

/** The finished tasks of one principal, the oldest first. */
interface Ended {
  readonly entries: Entry[];
  characters: number;
}

class MemoryTasks {
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;
  readonly #maxCharacters: number;
  /** Sum over all contents. */
  #characters = 0;

  constructor(most: number, maxCharacters: number) {
    this.#most = most;
    this.#maxCharacters = maxCharacters;
  }

  create(task: NewTask, seconds: number, lease: TaskLease, most: number): boolean {
    this.#dropEnded();
    const { own, all } = this.#running(task.principal);
    if (own.tasks >= most || !this.#mayRun(own, all, task.content.length)) return false;
    this.#makeRoom(1, task.content.length);
    if (this.#entries.size >= this.#most) throw new Error(`More than ${this.#most} tasks are running at once`);
    const { id, principal, content } = task;
    this.#entries.set(id, {
      task: { id, principal, content, version: 1, isOver: false, owner: lease.owner },
      until: Date.now() + seconds * 1000,
      leaseUntil: Date.now() + lease.seconds * 1000,
    });
    this.#characters += content.length;
    return true;
  }

  find(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined || entry.until > Date.now()) return entry;
    this.#delete(entry);
    return undefined;
  }

  change({ id, version }: TaskVersion, { content, isOver, lease }: TaskChange): boolean {
    const entry = this.find(id);
    if (entry?.task.version !== version || entry.task.isOver) return false;
    const owner = lease === 'keep' ? entry.task.owner : lease?.owner;
    if (lease !== undefined && lease !== 'keep') entry.leaseUntil = Date.now() + lease.seconds * 1000;
    const growth = content.length - entry.task.content.length;
    if (!isOver && growth > 0) {
      const { own, all } = this.#running(entry.task.principal);
      if (!this.#mayRun(own, all, growth)) throw new Error('Tasks that run take too much memory');
    }
    this.#characters += growth;
    entry.task = { ...entry.task, content, isOver, owner: isOver ? undefined : owner, version: version + 1 };
    this.#makeRoom(0, 0);
    return true;
  }

  renew(id: string, { owner, seconds }: TaskLease): boolean {
    const entry = this.find(id);
    if (entry?.task.owner !== owner) return false;
    entry.leaseUntil = Date.now() + seconds * 1000;
    return true;
  }

  takeAbandoned({ owner, seconds }: TaskLease, most: number): readonly StoredTask[] {
    this.#dropEnded();
    const now = Date.now();
    const taken: StoredTask[] = [];
    for (const entry of this.#entries.values()) {
      if (taken.length >= most) break;
      if (entry.task.owner === undefined || entry.leaseUntil > now) continue;
      // The new version makes changes that the former owner decided on earlier fail.
      entry.task = { ...entry.task, owner, version: entry.task.version + 1 };
      entry.leaseUntil = now + seconds * 1000;
      taken.push(entry.task);
    }
    return taken;
  }

  clear(): void {
    this.#entries.clear();
    this.#characters = 0;
  }

  #dropEnded(): void {
    const now = Date.now();
    for (const entry of this.#entries.values()) if (entry.until <= now) this.#delete(entry);
  }

  /** Sums over the tasks that run or wait, for one principal and for all. */
  #running(principal: string): { readonly own: Running; readonly all: Running } {
    const own = { tasks: 0, characters: 0 };
    const all = { tasks: 0, characters: 0 };
    for (const { task } of this.#entries.values()) {
      if (task.isOver) continue;
      for (const sum of task.principal === principal ? [own, all] : [all]) {
        sum.tasks++;
        sum.characters += task.content.length;
      }
    }
    return { own, all };
  }

  /** A principal gets at most half of what is free, so that others find room. */
  #mayRun(own: Running, all: Running, characters: number): boolean {
    return own.characters + characters <= (this.#maxCharacters - all.characters) / 2;
  }

  /** Drops finished tasks, the oldest of the principal with the most, until there is room. Others are never dropped. */
  #makeRoom(tasks: number, characters: number): void {
    const isFull = (): boolean =>
      this.#entries.size + tasks > this.#most || this.#characters + characters > this.#maxCharacters;
    if (!isFull()) return;
    const ended = this.#endedByPrincipal();
    while (isFull() && ended.size > 0) {
      const [principal, largest] = [...ended].reduce((one, other) =>
        other[1].characters > one[1].characters ? other : one,
      );
      const oldest = largest.entries.shift();
      if (oldest === undefined) {
        ended.delete(principal);
      } else {
        largest.characters -= oldest.task.content.length;
        this.#delete(oldest);
      }
    }
  }

  #endedByPrincipal(): Map<string, Ended> {
    const ended = new Map<string, Ended>();
    for (const entry of this.#entries.values()) {
      const { isOver, principal, content } = entry.task;
      if (!isOver) continue;
      const share = ended.get(principal) ?? { entries: [], characters: 0 };
      share.entries.push(entry);
      share.characters += content.length;
      ended.set(principal, share);
    }
    return ended;
  }

  #delete({ task }: Entry): void {
    this.#entries.delete(task.id);
    this.#characters -= task.content.length;
  }
}
