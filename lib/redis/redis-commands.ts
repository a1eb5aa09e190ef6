import { createHash } from 'node:crypto';
import type { RedisAdapter } from './redis-adapter.js';
import { within } from '../promises/within.js';

/** Lua that Redis runs as one command. */
export interface RedisScript {
  readonly source: string;
  readonly sha: string;
}

/** Prepares a script. It gets every key that it touches in `KEYS`, as a cluster wants it. */
export function redisScript(source: string): RedisScript {
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

// A late answer shows by itself that Redis is back. This is for the case that nothing was under way; rare enough for the silence
// to show to a client that gives up silent connections.
const probeEveryMs = 10_000;

/**
 * Sends commands, each with a time limit. While Redis is down they fail at once, so that neither requests nor commands pile up. The
 * client's own queue is not used then.
 */
export class RedisCommands {
  readonly #adapter: RedisAdapter;
  readonly #timeoutMs: number;
  #wasReady = false;
  #ping: Promise<unknown> | undefined;
  /** Set while Redis does not answer, though it is connected: when it may be tried again, in milliseconds of the process. */
  #nextProbe: number | undefined;

  /** @param timeoutMs - how long an answer is waited for */
  constructor(adapter: RedisAdapter, timeoutMs: number) {
    this.#adapter = adapter;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * @param command - its name and arguments
   * @param key - the key that it is about; undefined when it is about none
   * @throws Error when Redis refuses it, is away, or does not answer in time
   */
  async call(command: readonly [string, ...string[]], key?: string): Promise<unknown> {
    this.#assertPresent();
    const answer = this.#adapter.send(command, key);
    const settled = (): void => {
      // Redis answers in order, so that whatever is answered shows that it is back.
      this.#nextProbe = undefined;
    };
    answer.then(settled, settled);
    return within(this.#timeoutMs, answer, `Redis did not answer ${command[0]}`, () => {
      this.#nextProbe ??= performance.now() + probeEveryMs;
    });
  }

  /**
   * Runs a script: by its digest, and with its text when Redis does not know it, as after a restart.
   *
   * @param keys - in one slot of a cluster
   * @throws Error as `call` does
   */
  async evaluate(
    { sha, source }: RedisScript,
    keys: readonly [string, ...string[]],
    ...args: readonly string[]
  ): Promise<unknown> {
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await this.call(['EVALSHA', sha, ...rest], keys[0]);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return this.call(['EVAL', source, ...rest], keys[0]);
    }
  }

  /**
   * Whether Redis answers. Simultaneous callers wait for one answer.
   *
   * @throws Error as `call` does
   */
  async ping(): Promise<void> {
    this.#ping ??= this.call(['PING']).finally(() => (this.#ping = undefined));
    await this.#ping;
  }

  #assertPresent(): void {
    if (this.#adapter.isReady) this.#wasReady = true;
    // At the start, the client may be on its way; the time limit holds for that, too.
    else if (this.#wasReady) throw new Error('Redis is not connected');
    if (this.#nextProbe === undefined) return;
    const now = performance.now();
    if (now < this.#nextProbe) throw new Error('Redis does not answer');
    this.#nextProbe = now + probeEveryMs;
  }
}
