import { ExpiringMap } from './expiring-map.js';

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
   * @returns whether this was its first use
   * @throws anything when that cannot be told; the request is refused then
   */
  markUsed(id: string, seconds: number): Promise<boolean>;
  /** Whether it can be used now, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}

const maxEntries = 200_000;

/**
 * A {@link ReplayStore} for one process.
 *
 * @param most - maximum number of identifiers. Further ones are refused, because forgetting one that is still alive would let it be
 *   used again
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
  const used = new ExpiringMap<true>(most);
  return {
    markUsed: (id, seconds) => {
      if (used.get(id) !== undefined) return Promise.resolve(false);
      return used.set(id, true, seconds)
        ? Promise.resolve(true)
        : Promise.reject(new Error(`More than ${String(most)} identifiers are in use at once`));
    },
    close: () => {
      used.clear();
      return Promise.resolve();
    },
  };
}
