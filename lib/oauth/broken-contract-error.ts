/**
 * Something that the app brought along (a verifier, a store, a function that reads claims) returned what it must not. Nobody can
 * work with it, so the request is refused; the app's developers are told, and the caller is not.
 */
export class BrokenContractError extends TypeError {
  override get name(): string {
    return 'BrokenContractError';
  }
}
