/** The process that works on a task, and for how long from now on. A process renews its leases; one that ran out tells of a process that died. */
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
  /** Owner of the task. */
  readonly principal: string;
  /** The server's record of it: a text that stores do not look into. */
  readonly content: string;
}

/** A task as it is kept. */
export interface StoredTask extends NewTask {
  /** Changes with every change of the task, and when another process takes it over. */
  readonly version: number;
  /** Whether it came to its end, so that nothing changes it any more. */
  readonly isOver: boolean;
  /** The process that works on it; undefined when it waits or is over. */
  readonly owner: string | undefined;
}

/** Which task, as it was read. */
export type TaskVersion = Pick<StoredTask, 'id' | 'principal' | 'version'>;

/** A change of a task. */
export interface TaskChange {
  readonly content: string;
  /** `over` is for ever, and frees the place that the task took of what its principal may have running. */
  readonly isOver: boolean;
  /** The lease after the change: a new one, `keep` for the current one, or undefined to release it. */
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
   * @returns false if another process works on it, or none, or it is gone
   */
  renew(id: string, lease: TaskLease): Promise<boolean>;
  /**
   * Takes tasks whose lease ran out, atomically: no two processes get the same one.
   *
   * @param lease - of the process that gets them
   * @param most - how many at the most
   */
  takeAbandoned(lease: TaskLease, most: number): Promise<readonly StoredTask[]>;
  /** Whether it can be used now, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}
