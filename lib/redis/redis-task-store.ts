import type { StoredTask, TaskChange, TaskLease, TaskStore, TaskVersion } from '../stores/task-store.js';
import type { KeySpace } from './key-space.js';
import { milliseconds, timeToLive } from './key-space.js';
import type { RedisCommands } from './redis-commands.js';
import { abandonedScript, changeScript, createScript, renewScript, takeScript } from './task-scripts.js';

// A task from a search may be gone or taken by another process in its turn, and more may follow. The next search continues.
const maxRounds = 10;

/** How much of what one principal has finished is kept. */
export interface FinishedLimits {
  readonly tasks: number;
  /** Size of their contents together. */
  readonly bytes: number;
}

/**
 * A {@link TaskStore} in Redis. It has one hash for each task, the leases, and the running and finished tasks of each principal. A task
 * and its index entries are changed in one script.
 *
 * @param finished - limit; beyond, the oldest are dropped
 */
export function redisTaskStore(commands: RedisCommands, keys: KeySpace, finished: FinishedLimits): TaskStore {
  const tasks = new RedisTasks(commands, keys, finished);
  return {
    create: async ({ id, principal, content }, seconds, lease, most) => {
      const args = [
        id,
        principal,
        content,
        timeToLive(seconds),
        lease.owner,
        milliseconds(lease.seconds),
        String(most),
      ];
      const all = [keys.task(id), keys.taskLeases(), keys.tasksOf(principal)] as const;
      return (await commands.evaluate(createScript, all, ...args)) === 1;
    },
    read: (id) => tasks.read(id),
    change: (task, change) => tasks.change(task, change),
    renew: async (id, { owner, seconds }) => {
      const both = [keys.task(id), keys.taskLeases()] as const;
      return (await commands.evaluate(renewScript, both, id, owner, milliseconds(seconds))) === 1;
    },
    takeAbandoned: (lease, most) => tasks.takeAbandoned(lease, most),
    close: () => Promise.resolve(),
  };
}

class RedisTasks {
  readonly #commands: RedisCommands;
  readonly #keys: KeySpace;
  readonly #finished: FinishedLimits;

  constructor(commands: RedisCommands, keys: KeySpace, finished: FinishedLimits) {
    this.#commands = commands;
    this.#keys = keys;
    this.#finished = finished;
  }

  async read(id: string): Promise<StoredTask | undefined> {
    const key = this.#keys.task(id);
    const answer = await this.#commands.call(['HMGET', key, 'principal', 'content', 'version', 'isOver', 'owner'], key);
    const [principal, content, version, isOver, owner] = fieldsOf(answer);
    if (principal === undefined || content === undefined) return undefined;
    return { id, principal, content, version: Number(version), isOver: isOver === '1', owner };
  }

  async change({ id, principal, version }: TaskVersion, { content, isOver, lease }: TaskChange): Promise<boolean> {
    const keys = this.#keys;
    const all = [
      keys.task(id),
      keys.taskLeases(),
      keys.tasksOf(principal),
      keys.finishedTasksOf(principal),
      keys.finishedSizeOf(principal),
    ] as const;
    const { tasks, bytes } = this.#finished;
    const args = [id, String(version), content, isOver ? '1' : '0', ...whose(lease), String(tasks), String(bytes)];
    const answer = await this.#commands.evaluate(changeScript, all, ...args);
    if (answer === null) return false;
    await this.#drop(fieldsOf(answer).map(String));
    return true;
  }

  /** A script names all its keys, and which ones are to go only the other script knows. Tasks that are not dropped now end with their time. */
  async #drop(ids: readonly string[]): Promise<void> {
    const [first, ...others] = ids.map((id) => this.#keys.task(id));
    if (first !== undefined) await this.#commands.call(['UNLINK', first, ...others], first).catch(() => undefined);
  }

  async takeAbandoned(lease: TaskLease, most: number): Promise<readonly StoredTask[]> {
    const taken: StoredTask[] = [];
    const seen = new Set<string>();
    for (let round = 0; round < maxRounds && taken.length < most; round++) {
      const wanted = most - taken.length;
      const answer = await this.#commands.evaluate(abandonedScript, [this.#keys.taskLeases()], String(wanted));
      const found = fieldsOf(answer).map(String);
      const ids = found.filter((id) => !seen.has(id));
      for (const id of ids) seen.add(id);
      const tasks = await Promise.all(ids.map((id) => this.#take(id, lease)));
      taken.push(...tasks.filter((task) => task !== undefined));
      if (found.length < wanted) break;
    }
    return taken;
  }

  async check(): Promise<void> {
    await this.#commands.ping();
  }

  async #take(id: string, { owner, seconds }: TaskLease): Promise<StoredTask | undefined> {
    const both = [this.#keys.task(id), this.#keys.taskLeases()] as const;
    const answer = await this.#commands.evaluate(takeScript, both, id, owner, milliseconds(seconds));
    if (answer === null) return undefined;
    const [principal = '', content = '', version] = fieldsOf(answer);
    return { id, principal, content, version: Number(version), isOver: false, owner };
  }
}

function whose(lease: TaskChange['lease']): readonly [string, string, string] {
  if (lease === 'keep') return ['keep', '', '0'];
  return lease === undefined ? ['nobody', '', '0'] : ['owner', lease.owner, milliseconds(lease.seconds)];
}

/** A list as Redis answers, with undefined for what is not there. */
function fieldsOf(answer: unknown): readonly (string | undefined)[] {
  return (answer as readonly (number | string | null)[]).map((field) => (field === null ? undefined : String(field)));
}
