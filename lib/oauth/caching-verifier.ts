import type { Eventually } from '../promises/and-then.js';
import { ExpiringMap } from '../stores/expiring-map.js';
import { hashToken } from './token-hash.js';
import type { Sender, TrustedVerifier, VerifiedToken } from './token-verifier.js';
import type { Holding, VerifierHoldings } from './verifier-holdings.js';
import { sumOfHoldings } from './verifier-holdings.js';

/** A verifier whose verdicts can become outdated. */
export interface VersionedVerifier extends TrustedVerifier {
  /** Changes whenever keys changed; older verdicts are no longer valid. */
  readonly version: number;
}

/** Finds the verifier that a token is for. */
export interface VerifierRoute extends Holding {
  /** @throws InvalidTokenError when there is none */
  route(token: string): Eventually<VersionedVerifier>;
  check?(): Promise<void>;
}

/** How long verdicts are cached, and how many. */
export interface CacheLimits {
  /** Maximum age of a cached verdict, in seconds; a token that ends earlier is removed earlier. */
  readonly seconds: number;
  /** Maximum number of cached tokens. */
  readonly entries: number;
}

interface Remembered {
  readonly verified: VerifiedToken;
  readonly by: VersionedVerifier;
  /** The version of the verifier before it verified. */
  readonly version: number;
}

/**
 * Caches verdicts about good tokens. It stores a hash of each token, so that a memory dump contains no tokens. Simultaneous requests
 * with the same token share one verdict.
 */
export class CachingVerifier implements TrustedVerifier {
  readonly #verifiers: VerifierRoute;
  readonly #seconds: number;
  readonly #good: ExpiringMap<Remembered>;
  readonly #pending = new Map<string, Promise<VerifiedToken>>();

  constructor(verifiers: VerifierRoute, { seconds, entries }: CacheLimits) {
    this.#verifiers = verifiers;
    this.#seconds = seconds;
    this.#good = new ExpiringMap(entries);
  }

  async check(): Promise<void> {
    await this.#verifiers.check?.();
  }

  holdings(): VerifierHoldings {
    return sumOfHoldings([this.#verifiers], this.#good.size);
  }

  /** Returns a cached verdict at once. */
  verify(token: string, sender?: Sender): Eventually<VerifiedToken> {
    const key = hashToken(token);
    const known = this.#good.get(key);
    // A verdict made with other keys is outdated.
    if (known !== undefined && known.version === known.by.version) return known.verified;
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    const verdict = this.#verify(key, token, sender).finally(() => this.#pending.delete(key));
    this.#pending.set(key, verdict);
    return verdict;
  }

  async #verify(key: string, token: string, sender: Sender | undefined): Promise<VerifiedToken> {
    const by = await this.#verifiers.route(token);
    const { version } = by;
    const verified = freeze(await by.verify(token, sender));
    // Keys that arrived during the verification may have been used for it, or may have replaced those that were.
    if (version === by.version) this.#good.set(key, { verified, by, version }, this.#secondsFor(verified));
    return verified;
  }

  #secondsFor({ expiresAt = Infinity }: VerifiedToken): number {
    return Math.min(this.#seconds, expiresAt - Date.now() / 1000);
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
