import { retryAfterSeconds } from '../errors/retry-after.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';
import type { Eventually } from '../promises/and-then.js';
import { ExpiringMap } from '../stores/expiring-map.js';
import type { VersionedVerifier } from './caching-verifier.js';
import type { IssuerDirectory } from './issuer-verifier.js';

/** How many issuers are kept, and for how long. */
export interface TenantLimits {
  /** Issuers that are kept, those that are accepted and those that are not. */
  readonly entries: number;
  /** How long an issuer that is accepted is kept, in seconds. */
  readonly acceptedSeconds: number;
  /** How long an issuer that is not accepted is kept, in seconds. */
  readonly refusedSeconds: number;
  /** Issuers that are asked about at the same time. */
  readonly pending: number;
  /** How long the answer may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** Limits that fit thousands of tenants in a database. */
export const tenantLimits: TenantLimits = {
  entries: 10_000,
  acceptedSeconds: 3600,
  refusedSeconds: 30,
  pending: 100,
  timeoutMs: 5000,
};

/**
 * Issuers that an app looks up when the first token of each arrives. Every answer is remembered. Invented issuers are kept apart, so
 * that they cannot push out those of tenants.
 */
export class TenantIssuers implements IssuerDirectory {
  /** None is known beforehand. */
  readonly accepted: readonly string[] = [];
  readonly #lookUp: (issuer: string) => Eventually<VersionedVerifier | undefined>;
  readonly #limits: TenantLimits;
  readonly #known: ExpiringMap<VersionedVerifier>;
  readonly #unknown: ExpiringMap<true>;
  readonly #pending = new Map<string, Promise<VersionedVerifier | undefined>>();

  /**
   * @param lookUp - the verifier of an issuer, or undefined when it is not accepted
   * @param limits - see {@link TenantLimits}
   */
  constructor(lookUp: (issuer: string) => Eventually<VersionedVerifier | undefined>, limits = tenantLimits) {
    this.#lookUp = lookUp;
    this.#limits = limits;
    this.#known = new ExpiringMap(limits.entries);
    this.#unknown = new ExpiringMap(limits.entries);
  }

  /**
   * @throws TemporarilyUnavailableError when the answer takes too long, or too many are waited for
   * @throws what `lookUp` throws
   */
  find(issuer: string): Eventually<VersionedVerifier | undefined> {
    const known = this.#known.get(issuer);
    if (known !== undefined || this.#unknown.get(issuer) === true) return known;
    const pending = this.#pending.get(issuer);
    if (pending !== undefined) return pending;
    if (this.#pending.size >= this.#limits.pending) throw unanswered('Too many issuers are asked about');
    const found = this.#ask(issuer);
    this.#pending.set(issuer, found);
    return found;
  }

  async #ask(issuer: string): Promise<VersionedVerifier | undefined> {
    try {
      const verifier = await this.#inTime(issuer);
      const { acceptedSeconds, refusedSeconds } = this.#limits;
      if (verifier === undefined) this.#unknown.set(issuer, true, refusedSeconds);
      else this.#known.set(issuer, verifier, acceptedSeconds);
      return verifier;
    } finally {
      this.#pending.delete(issuer);
    }
  }

  async #inTime(issuer: string): Promise<VersionedVerifier | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(unanswered('The function issuers did not answer in time'));
      }, this.#limits.timeoutMs);
    });
    try {
      return await Promise.race([Promise.resolve(issuer).then(this.#lookUp), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function unanswered(reason: string): TemporarilyUnavailableError {
  return new TemporarilyUnavailableError(retryAfterSeconds.outageEnds, { cause: new Error(reason) });
}
