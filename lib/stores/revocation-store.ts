import { ExpiringMap } from './expiring-map.js';

/**
 * Remembers which tokens, subjects and sessions were revoked, and when. Processes that share an endpoint have to share it.
 */
export interface RevocationStore {
  /**
   * Remembers a revocation; a later one of the same key replaces it.
   *
   * @param key - what was revoked
   * @param revokedAt - when, in seconds since 1970
   * @param seconds - how long it has to be remembered: as long as the longest token lives
   * @throws anything when it cannot be remembered
   */
  revoke(key: string, revokedAt: number, seconds: number): Promise<void>;
  /**
   * When each of these was revoked, in the same order; undefined for what was not.
   *
   * @throws anything when that cannot be told; the request is refused then
   */
  revokedAt(keys: readonly string[]): Promise<readonly (number | undefined)[]>;
  /** Whether it can be used now, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}

const maxEntries = 1_000_000;

/**
 * A {@link RevocationStore} for one process. If it is full, `revoke` rejects: a revocation that is alive is never forgotten for another.
 *
 * @param most - maximum number of revocations. Default: a million
 *
 * @example
 * ```ts
 * import { memoryRevocationStore } from 'express-mcp';
 *
 * const store = memoryRevocationStore();
 * await store.revoke('sub:ada', 1_760_000_000, 3600);
 * console.log(await store.revokedAt(['sub:ada', 'sub:bob'])); // [ 1760000000, undefined ]
 * ```
 */
export function memoryRevocationStore(most = maxEntries): RevocationStore {
  const revocations = new ExpiringMap<number>(most);
  return {
    revoke: (key, revokedAt, seconds) => {
      revocations.dropEnded();
      if (revocations.size >= most && revocations.get(key) === undefined) {
        return Promise.reject(new Error(`More than ${String(most)} revocations are alive at once`));
      }
      revocations.set(key, revokedAt, seconds);
      return Promise.resolve();
    },
    revokedAt: (keys) => Promise.resolve(keys.map((key) => revocations.get(key))),
    close: () => {
      revocations.clear();
      return Promise.resolve();
    },
  };
}
