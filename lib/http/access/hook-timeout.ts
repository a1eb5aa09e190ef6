import { retryAfterSeconds } from '../../errors/retry-after.js';
import { TemporarilyUnavailableError } from '../../errors/temporarily-unavailable-error.js';
import type { Eventually } from '../../promises/and-then.js';
import { isPromise } from '../../promises/and-then.js';
import { TooLateError, within } from '../../promises/within.js';

/** Milliseconds that functions of the app get to authenticate a caller or to put a decision on record. */
export const hookTimeoutMs = 30_000;

/**
 * Waits for the authentication of a caller, but not for ever.
 *
 * @throws TemporarilyUnavailableError later, if the app's verifier or store does not answer
 */
export function inTime<T>(authenticated: Eventually<T>): Eventually<T> {
  if (!isPromise(authenticated)) return authenticated;
  return within(hookTimeoutMs, authenticated, 'The caller was not authenticated').catch((cause: unknown) => {
    throw cause instanceof TooLateError
      ? new TemporarilyUnavailableError(retryAfterSeconds.outageEnds, { cause })
      : cause;
  });
}
