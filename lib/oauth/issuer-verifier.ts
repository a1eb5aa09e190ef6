import { decodeJwt } from 'jose';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import type { TokenVerifier, VerifiedToken } from './token-verifier.js';

/**
 * Several issuers at one endpoint: the token's `iss` says whose keys and rules apply. Reading it before the signature
 * is verified is safe, because the chosen verifier demands the same value again.
 */
export class IssuerVerifier implements TokenVerifier {
  readonly #verifiers: ReadonlyMap<string, TokenVerifier>;

  /**
   * @param verifiers - a verifier for each issuer identifier
   */
  constructor(verifiers: ReadonlyMap<string, TokenVerifier>) {
    this.#verifiers = verifiers;
  }

  async verify(token: string): Promise<VerifiedToken> {
    const verifier = this.#verifiers.get(unverifiedIssuer(token));
    if (verifier === undefined) {
      throw new InvalidTokenError('The access token is from an issuer that is not accepted here');
    }
    return verifier.verify(token);
  }
}

function unverifiedIssuer(token: string): string {
  try {
    return decodeJwt(token).iss ?? '';
  } catch (cause) {
    throw new InvalidTokenError('The access token is malformed', { cause });
  }
}
