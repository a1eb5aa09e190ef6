import { UsedIdentifiers } from './used-identifiers.js';

/**
 * Remembers what may be used only once, such as the `jti` of a DPoP proof (RFC 9449 §11.1). Processes that share an
 * endpoint have to share it.
 */
export interface ReplayStore {
  /**
   * Marks an identifier as used, atomically.
   *
   * @param id - any text, of bounded length
   * @param seconds - how long it has to be remembered
   * @param owner - digest of the principal that uses it, of 43 characters. A store that can be full refuses the owner with the most
   *   identifiers first, so that one caller cannot keep others out. A store that only forgets what has ended may ignore it.
   * @returns whether this was its first use
   * @throws anything when that cannot be told; the request is refused then
   */
  markUsed(id: string, seconds: number, owner?: string): Promise<boolean>;
  /** Whether it can be used now, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}

const maxEntries = 200_000;

/**
 * A {@link ReplayStore} for one process. It never forgets an identifier that is alive. If it is full, the owner with the most
 * identifiers has to wait, and all others go on. Each of n owners can use `most / n` at once.
 *
 * @param most - maximum number of identifiers
 *
 * @example
 * ```ts
 * import { memoryReplayStore } from 'express-mcp';
 *
 * const store = memoryReplayStore();
 * console.log(await store.markUsed('proof-1', 60)); // true
 * console.log(await store.markUsed('proof-1', 60)); // false
 * ```
 */
export function memoryReplayStore(most = maxEntries): ReplayStore {
  const used = new UsedIdentifiers(most);
  return {
    markUsed: (id, seconds, owner = '') =>
      new Promise((resolve) => {
        resolve(used.add(id, owner, seconds));
      }),
    close: () => {
      used.clear();
      return Promise.resolve();
    },
  };
}
