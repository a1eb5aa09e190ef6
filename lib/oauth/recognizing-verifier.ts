import { InvalidTokenError } from '../errors/invalid-token-error.js';
import type { Eventually } from '../promises/and-then.js';
import { isPromise } from '../promises/and-then.js';
import { BrokenContractError } from './broken-contract-error.js';
import { ClaimMismatchError } from './claim-mismatch-error.js';
import { issuerOfJwt } from './jwt-shape.js';
import type { Sender, TrustedVerifier, VerifiedToken } from './token-verifier.js';
import type { VerifierHoldings } from './verifier-holdings.js';
import { sumOfHoldings } from './verifier-holdings.js';

/**
 * Several kinds of credentials at one endpoint. The first verifier that recognises a token decides about it, and no other is asked,
 * whatever its verdict.
 */
export class RecognizingVerifier implements TrustedVerifier {
  readonly #verifiers: readonly TrustedVerifier[];

  /** @param verifiers - in the order in which they are asked; one without `recognizes` takes every token */
  constructor(verifiers: readonly TrustedVerifier[]) {
    this.#verifiers = verifiers;
  }

  async check(): Promise<void> {
    await Promise.all(this.#verifiers.map(async (verifier) => verifier.check?.()));
  }

  holdings(): VerifierHoldings {
    return sumOfHoldings(this.#verifiers);
  }

  verify(token: string, sender?: Sender): Eventually<VerifiedToken> {
    const verifier = this.#verifiers.find((each) => recognizes(each, token));
    if (verifier !== undefined) return verifier.verify(token, sender);
    throw new InvalidTokenError('The access token is of no kind that is accepted here', this.#whyNot(token));
  }

  /** A JWT that none recognises names another issuer, or none. Operators see both values. */
  #whyNot(token: string): ErrorOptions {
    const issuer = issuerOfJwt(token);
    const accepted = this.#verifiers.flatMap(({ issuers = [] }) => issuers);
    if (issuer === undefined || accepted.length === 0) return {};
    return { cause: new ClaimMismatchError('iss', issuer ?? undefined, accepted) };
  }
}

function recognizes(verifier: TrustedVerifier, token: string): boolean {
  if (verifier.recognizes === undefined) return true;
  // The app's function may not keep to its type.
  const answer: unknown = verifier.recognizes(token);
  if (typeof answer === 'boolean') return answer;
  // The promise is not used, and its rejection must not end the process.
  if (isPromise(answer)) Promise.resolve(answer).catch(() => undefined);
  throw new BrokenContractError('recognizes of a verifier must return true or false, and must not be async');
}
