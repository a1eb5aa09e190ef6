import { InvalidTokenError } from '../errors/invalid-token-error.js';
import type { VersionedVerifier } from './caching-verifier.js';
import type { Verifying } from './jose.js';
import { loadVerifying } from './jose.js';
import type { VerifiedToken } from './token-verifier.js';

/** Who verifies what. */
export interface IssuerVerifiers {
  /** For JWTs: a verifier for each issuer identifier. */
  readonly byIssuer: ReadonlyMap<string, VersionedVerifier>;
  /** For tokens that are no JWTs; only one issuer can be asked about them, since no other may get to see them. */
  readonly opaque?: VersionedVerifier | undefined;
}

/**
 * Several issuers at one endpoint: the token's `iss` says whose keys and rules apply. Reading it before the signature
 * is verified is safe, because the chosen verifier demands the same value again.
 */
export class IssuerVerifier implements VersionedVerifier {
  readonly #byIssuer: ReadonlyMap<string, VersionedVerifier>;
  readonly #opaque: VersionedVerifier | undefined;

  constructor({ byIssuer, opaque }: IssuerVerifiers) {
    this.#byIssuer = byIssuer;
    this.#opaque = opaque;
    // Begins to load. Whoever needs it gets the error, should there be one; until then it is no unhandled rejection.
    void Promise.allSettled([loadVerifying()]);
  }

  /** Versions only grow, so that their sum changes with every one of them. */
  get version(): number {
    let sum = 0;
    for (const { version } of this.#byIssuer.values()) sum += version;
    return sum;
  }

  /** All of them: tokens of an issuer that cannot be reached would be answered with 503. */
  async check(): Promise<void> {
    const verifiers = new Set([...this.#byIssuer.values(), ...(this.#opaque === undefined ? [] : [this.#opaque])]);
    await Promise.all([...verifiers].map(async (verifier) => verifier.check?.()));
  }

  async verify(token: string): Promise<VerifiedToken> {
    const issuer = this.#issuerOf(token, await loadVerifying());
    const verifier = issuer === undefined ? this.#opaque : this.#byIssuer.get(issuer);
    if (verifier !== undefined) return verifier.verify(token);
    throw new InvalidTokenError('The access token is from an issuer that is not accepted here');
  }

  /** Undefined for what is no JWT, where there is somebody to ask about such tokens. */
  #issuerOf(token: string, { decodeJwt }: Verifying): string | undefined {
    try {
      return decodeJwt(token).iss ?? '';
    } catch (cause) {
      if (this.#opaque !== undefined) return undefined;
      throw new InvalidTokenError('The access token is malformed', { cause });
    }
  }
}
