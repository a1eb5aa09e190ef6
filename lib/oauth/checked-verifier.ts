import type { Eventually } from '../promises/and-then.js';
import { andThen } from '../promises/and-then.js';
import type { TokenVerifier, TrustedVerifier, VerifiedToken } from './token-verifier.js';
import { checkVerdict } from './verdict.js';

/** A verifier of the app's own, whose verdicts are checked and copied. */
export class CheckedVerifier implements TrustedVerifier {
  /** Only where the verifier has something to check. */
  readonly check?: () => Promise<void>;
  readonly recognizes?: (token: string) => boolean;
  readonly #verifier: TokenVerifier;
  readonly #resource: URL;

  /**
   * @param verifier - the app's
   * @param resource - the endpoint
   */
  constructor(verifier: TokenVerifier, resource: URL) {
    this.#verifier = verifier;
    this.#resource = resource;
    if (verifier.check !== undefined) this.check = async () => verifier.check?.();
    if (verifier.recognizes !== undefined) this.recognizes = verifier.recognizes.bind(verifier);
  }

  verify(token: string): Eventually<VerifiedToken> {
    return andThen(this.#verifier.verify(token), (verdict: unknown) => checkVerdict(verdict, this.#resource));
  }
}
