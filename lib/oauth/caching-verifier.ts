import type { Eventually } from '../promises/and-then.js';
import { ExpiringMap } from '../stores/expiring-map.js';
import { hashToken } from './token-hash.js';
import type { TokenVerifier, VerifiedToken } from './token-verifier.js';

/** A verifier whose verdicts can become outdated. */
export interface VersionedVerifier extends TokenVerifier {
  /** Another value whenever keys changed; verdicts from before count no longer. */
  readonly version: number;
}

/** How long verdicts are remembered, and how many. */
export interface CacheLimits {
  /** Seconds that a verdict serves at the most; a token that ends earlier is forgotten earlier. */
  readonly seconds: number;
  /** Tokens that are remembered at the most. */
  readonly entries: number;
}

/**
 * Remembers which tokens were good. It knows them by a hash only, so that a dump of the memory is no list of tokens.
 * Who asks about the same token at the same time waits for one verdict.
 */
export class CachingVerifier implements TokenVerifier {
  readonly #verifier: VersionedVerifier;
  readonly #seconds: number;
  readonly #good: ExpiringMap<VerifiedToken>;
  readonly #pending = new Map<string, Promise<VerifiedToken>>();
  #version: number;

  constructor(verifier: VersionedVerifier, { seconds, entries }: CacheLimits) {
    this.#verifier = verifier;
    this.#seconds = seconds;
    this.#good = new ExpiringMap(entries);
    this.#version = verifier.version;
  }

  async check(): Promise<void> {
    await this.#verifier.check?.();
  }

  /** At once what is remembered. */
  verify(token: string): Eventually<VerifiedToken> {
    this.#forgetOutdated();
    const key = hashToken(token);
    const known = this.#good.get(key) ?? this.#pending.get(key);
    if (known !== undefined) return known;
    const verdict = this.#verify(key, token).finally(() => this.#pending.delete(key));
    this.#pending.set(key, verdict);
    return verdict;
  }

  async #verify(key: string, token: string): Promise<VerifiedToken> {
    const version = this.#verifier.version;
    const verified = freeze(await this.#verifier.verify(token));
    // Keys that came while it was verified may be the very ones that it was verified with, or may have replaced them.
    if (version === this.#verifier.version) this.#good.set(key, verified, this.#secondsFor(verified));
    return verified;
  }

  #secondsFor({ expiresAt = Infinity }: VerifiedToken): number {
    return Math.min(this.#seconds, expiresAt - Date.now() / 1000);
  }

  #forgetOutdated(): void {
    if (this.#verifier.version === this.#version) return;
    this.#version = this.#verifier.version;
    this.#good.clear();
  }
}

/** Many requests get the same object; none may change it for the others. */
function freeze<T extends object>(value: T): T {
  Object.freeze(value);
  for (const member of Object.values(value) as unknown[]) {
    if (typeof member === 'object' && member !== null) freeze(member);
  }
  return value;
}
