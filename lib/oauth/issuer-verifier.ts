import { InvalidTokenError } from '../errors/invalid-token-error.js';
import type { Eventually } from '../promises/and-then.js';
import type { Sender, VerifiedToken } from './token-verifier.js';
import type { VerifierRoute, VersionedVerifier } from './caching-verifier.js';
import { ClaimMismatchError } from './claim-mismatch-error.js';
import type { Verifying } from './jose.js';
import { loadVerifying } from './jose.js';
import type { Holding, VerifierHoldings } from './verifier-holdings.js';
import { sumOfHoldings } from './verifier-holdings.js';

/** Finds the verifier for the tokens of an issuer. */
export interface IssuerDirectory extends Holding {
  /** The verifier for JWTs with this `iss`; undefined if their issuer is not accepted. */
  find(issuer: string): Eventually<VersionedVerifier | undefined>;
  /** The issuers that are known in advance, for operators. */
  readonly accepted: readonly string[];
  check?(): Promise<void>;
}

/** Verifiers by the kind of token. */
export interface IssuerVerifiers {
  /** For JWTs. */
  readonly directory: IssuerDirectory;
  /** For tokens that are not JWTs. Only one issuer can be asked about them, since no other may see them. */
  readonly opaque?: VersionedVerifier | undefined;
}

/**
 * The issuers that are known at start-up.
 *
 * @param byIssuer - a verifier for each issuer identifier
 */
export function fixedIssuers(byIssuer: ReadonlyMap<string, VersionedVerifier>): IssuerDirectory {
  return {
    find: (issuer) => byIssuer.get(issuer),
    accepted: [...byIssuer.keys()],
    // Checks all of them: tokens of an issuer that cannot be reached would be answered with 503.
    check: async () => {
      await Promise.all([...byIssuer.values()].map(async (verifier) => verifier.check?.()));
    },
    holdings: () => sumOfHoldings([...byIssuer.values()]),
  };
}

/**
 * Several issuers at one endpoint: the token's `iss` selects the keys and rules. Reading it before the signature is verified is safe,
 * because the chosen verifier demands the same value again.
 */
export class IssuerVerifier implements VerifierRoute {
  readonly #directory: IssuerDirectory;
  readonly #opaque: VersionedVerifier | undefined;

  constructor({ directory, opaque }: IssuerVerifiers) {
    this.#directory = directory;
    this.#opaque = opaque;
    // Begins to load. The first use reports an error; until then it is not an unhandled rejection.
    void Promise.allSettled([loadVerifying()]);
  }

  async check(): Promise<void> {
    await Promise.all([this.#directory.check?.(), this.#opaque?.check?.()]);
  }

  holdings(): VerifierHoldings {
    return sumOfHoldings([this.#directory]);
  }

  async verify(token: string, sender?: Sender): Promise<VerifiedToken> {
    return (await this.route(token)).verify(token, sender);
  }

  async route(token: string): Promise<VersionedVerifier> {
    const issuer = issuerOf(token, await loadVerifying());
    if (issuer.isJwt) return this.#find(issuer.value);
    if (this.#opaque !== undefined) return this.#opaque;
    throw new InvalidTokenError('The access token is malformed', { cause: issuer.cause });
  }

  async #find(issuer: unknown): Promise<VersionedVerifier> {
    const isText = typeof issuer === 'string' && issuer.length <= maxIssuerLength;
    const verifier = isText ? await this.#directory.find(issuer) : undefined;
    if (verifier !== undefined) return verifier;
    const cause = new ClaimMismatchError('iss', issuer, this.#directory.accepted);
    throw new InvalidTokenError('The access token is from an issuer that is not accepted here', { cause });
  }
}

// Issuer identifiers are URLs; the limit keeps maps by issuer from growing with texts that callers invent.
const maxIssuerLength = 2048;

type Found = { readonly isJwt: false; readonly cause: unknown } | { readonly isJwt: true; readonly value: unknown };

function issuerOf(token: string, { decodeJwt }: Verifying): Found {
  try {
    const { iss } = decodeJwt(token);
    return { isJwt: true, value: iss };
  } catch (cause) {
    return { isJwt: false, cause };
  }
}
