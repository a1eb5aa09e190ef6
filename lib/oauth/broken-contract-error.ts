/**
 * A part that the app provides (a verifier, a store, a function that reads claims) returned an invalid value. The request is refused;
 * the app's developers are told why, and the caller is not.
 */
export class BrokenContractError extends TypeError {
  override get name(): string {
    return 'BrokenContractError';
  }
}
