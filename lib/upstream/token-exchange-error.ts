/**
 * The authorization server refused an exchange for a reason that no caller can mend, or answered what must not be used. The
 * caller gets an internal error with a reference, and `onError` gets this. It contains no token.
 */
export class TokenExchangeError extends Error {
  override get name(): string {
    return 'TokenExchangeError';
  }
}
