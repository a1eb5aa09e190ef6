import { createHash } from 'node:crypto';

/** The format of what is written. Another format gets another number, so that two versions can run side by side. */
const formatVersion = '1';

/** The names of keys and channels. docs/redis.md lists them. */
export class KeySpace {
  readonly #start: string;

  /** @param prefix - without braces, or a key could end up in another slot of a cluster than it is meant for */
  constructor(prefix: string) {
    this.#start = `${prefix}:${formatVersion}:`;
  }

  channel(topic: string): string {
    return `${this.#start}bus:${topic}`;
  }

  session(id: string): string {
    return `${this.#start}session:${id}`;
  }

  /** The sessions of one owner. By a digest, since an owner can be any text of any length. */
  sessionsOf(owner: string): string {
    return `${this.#start}sessions:${createHash('sha256').update(owner).digest('base64url')}`;
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
}

/** A time to live, in whole milliseconds as Redis wants it; what is kept for no time is gone after one. */
export function timeToLive(seconds: number): string {
  return String(Math.max(1, Math.ceil(seconds * 1000)));
}
