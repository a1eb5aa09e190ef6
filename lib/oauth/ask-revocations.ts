import { retryAfterSeconds } from '../errors/retry-after.js';
import { TemporarilyUnavailableError } from '../errors/temporarily-unavailable-error.js';
import type { RevocationStore } from '../stores/revocation-store.js';
import { BrokenContractError } from './broken-contract-error.js';

/** The part of a revocation store that checking a token needs. */
export type RevocationQuestions = Pick<RevocationStore, 'revokedAt'>;

/**
 * Asks a store when keys were revoked, and checks its answer. Otherwise a store with malformed answers would revoke no token,
 * unnoticed.
 *
 * @param store - the app's store
 * @param keys - of tokens, subjects or sessions that may be revoked
 * @returns for each key the time in seconds since 1970, or undefined
 * @throws TemporarilyUnavailableError when the store cannot tell
 * @throws BrokenContractError when its answer has something else than a time or undefined for each key
 */
export async function askRevocations(
  store: RevocationQuestions,
  keys: readonly string[],
): Promise<readonly (number | undefined)[]> {
  const times: unknown = await answerOf(store, keys);
  if (isArray(times) && times.length === keys.length) {
    // Copied, since `every` passes over the holes of an array.
    const all = [...times];
    if (all.every(isTime)) return all;
  }
  throw new BrokenContractError('A revocation store must answer with an array: a time or undefined for each key');
}

async function answerOf(store: RevocationQuestions, keys: readonly string[]): Promise<unknown> {
  try {
    return await store.revokedAt(keys);
  } catch (cause) {
    // GatheredRevocations has already asked in the same way, and its errors are explained.
    if (cause instanceof BrokenContractError || cause instanceof TemporarilyUnavailableError) throw cause;
    throw new TemporarilyUnavailableError(retryAfterSeconds.outageEnds, { cause, isOfStore: true });
  }
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isTime(value: unknown): value is number | undefined {
  return value === undefined || Number.isFinite(value);
}
