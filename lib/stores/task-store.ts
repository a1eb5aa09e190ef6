/** Who works on a task, for how long from now on. Whoever lives renews it; one that ran out tells of a process that died. */
export interface TaskLease {
  /** Names one run of a handler, so that a run that was given up by mistake cannot change the task any more. */
  readonly owner: string;
  /** Seconds. None at all gives the task up at once. */
  readonly seconds: number;
}

/** A task that begins. */
export interface NewTask {
  /** Not guessable. */
  readonly id: string;
  /** Whose it is. */
  readonly principal: string;
  /** What the server wants to know of it: a text that stores do not look into. */
  readonly content: string;
}

/** A task as it is kept. */
export interface StoredTask extends NewTask {
  /** Another one after every change, and when somebody else takes it over. */
  readonly version: number;
  /** Whether it came to its end, so that nothing changes it any more. */
  readonly isOver: boolean;
  /** Who works on it; undefined when it waits or is over. */
  readonly owner: string | undefined;
}

/** Which task, as it was read. */
export type TaskVersion = Pick<StoredTask, 'id' | 'principal' | 'version'>;

/** What becomes of a task. */
export interface TaskChange {
  readonly content: string;
  /** `over` is for ever, and frees the place that the task took of what its principal may have running. */
  readonly isOver: boolean;
  /** Who works on it then; `keep` is for who does already, and undefined for nobody. */
  readonly lease: TaskLease | 'keep' | undefined;
}

/** Keeps tasks. Processes that share an endpoint have to share it; then each of them can answer for every task. */
export interface TaskStore {
  /**
   * Begins a task, atomically with the count. It can be read, from any process, when the promise resolves.
   *
   * @param seconds - how long it is kept, whatever becomes of it
   * @param lease - who works on it
   * @param most - tasks of this principal that may run or wait at once
   * @returns false, and no task, when there are that many
   * @throws anything when it cannot be kept; the call is refused then
   */
  create(task: NewTask, seconds: number, lease: TaskLease, most: number): Promise<boolean>;
  /**
   * @returns undefined when there is no such task any more
   * @throws anything when that cannot be told; the request is refused then
   */
  read(id: string): Promise<StoredTask | undefined>;
  /**
   * Changes a task, atomically.
   *
   * @param task - as it was read
   * @returns false, and no change, when it is not this version any more, is over, or is gone
   * @throws anything when it cannot be changed, or that cannot be told
   */
  change(task: TaskVersion, change: TaskChange): Promise<boolean>;
  /**
   * Prolongs the lease of a task, counted from now.
   *
   * @returns false when somebody else works on it, or nobody, or it is gone
   */
  renew(id: string, lease: TaskLease): Promise<boolean>;
  /**
   * Gives tasks whose lease ran out to somebody else, atomically: no two processes get the same one.
   *
   * @param lease - who gets them
   * @param most - how many at the most
   */
  takeAbandoned(lease: TaskLease, most: number): Promise<readonly StoredTask[]>;
  /** Whether it can be used now, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}

/** How much the tasks of one process take at the most. */
export interface TaskStoreLimits {
  /** Default 10,000; beyond, the oldest of those that are over are dropped. */
  readonly tasks?: number;
  /** Characters of all contents together. Default 64 million; beyond, the oldest of those that are over are dropped. */
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
  const tasks = new MemoryTasks(limits.tasks ?? 10_000, limits.characters ?? 64_000_000);
  // Async, so that what is refused rejects as it does anywhere else.
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

class MemoryTasks {
  readonly #entries = new Map<string, Entry>();
  readonly #most: number;
  readonly #mostCharacters: number;
  /** Of all contents, together. */
  #characters = 0;

  constructor(most: number, mostCharacters: number) {
    this.#most = most;
    this.#mostCharacters = mostCharacters;
  }

  create(task: NewTask, seconds: number, lease: TaskLease, most: number): boolean {
    this.#dropEnded();
    let running = 0;
    for (const entry of this.#entries.values()) {
      if (entry.task.principal === task.principal && !entry.task.isOver) running++;
    }
    if (running >= most) return false;
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
    this.#characters += content.length - entry.task.content.length;
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
      // A change that the former owner decided on before comes too late.
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

  /** Drops what is over, the oldest first, until there is room; what is not over is never dropped. */
  #makeRoom(tasks: number, characters: number): void {
    for (const entry of this.#entries.values()) {
      const hasPlace = this.#entries.size + tasks <= this.#most;
      if (hasPlace && this.#characters + characters <= this.#mostCharacters) return;
      if (entry.task.isOver) this.#delete(entry);
    }
  }

  #delete({ task }: Entry): void {
    this.#entries.delete(task.id);
    this.#characters -= task.content.length;
  }
}
