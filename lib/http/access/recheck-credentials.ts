import { InvalidTokenError } from '../../errors/invalid-token-error.js';
import { rejectRevoked } from '../../oauth/revocation.js';
import type { Sender, VerifiedToken } from '../../oauth/token-verifier.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import { inTime } from './hook-timeout.js';

/** The credentials that a stream was opened with. */
export interface OpenedWith {
  readonly verified: VerifiedToken;
  readonly token: string;
  readonly sender: Sender;
}

/**
 * Checks whether a good token is still valid, for streams that outlive their request. It is verified again unless its verdict is
 * cached, and checked for revocation.
 *
 * @throws InvalidTokenError if it is not, or grants less than before
 * @throws TemporarilyUnavailableError, or what a verifier or a store throws, if that cannot be decided
 */
export async function recheckCredentials(opened: OpenedWith, resource: ProtectedResource): Promise<void> {
  const { application, policy, revocationOfStreams } = resource;
  await Promise.all([
    // At once, so that the store is asked about all streams together.
    revocationOfStreams === undefined
      ? undefined
      : rejectRevoked(opened.verified, revocationOfStreams, policy.clockToleranceSeconds),
    // With `authenticate` the app names the caller, and it can do so for a request only.
    application === undefined ? verifyAgain(opened, resource) : undefined,
  ]);
}

/** An authorization server that is asked about all tokens must not be asked about all of its streams at once. */
async function verifyAgain({ verified, token, sender }: OpenedWith, resource: ProtectedResource): Promise<void> {
  const again = await resource.recheckTurns.take(async () => inTime(resource.verifier.verify(token, sender)));
  if (again === verified) return;
  const isSame =
    again.issuer === verified.issuer && again.subject === verified.subject && again.clientId === verified.clientId;
  const grantsAll = verified.scopes.every((scope) => again.scopes.includes(scope));
  if (!isSame || !grantsAll) throw new InvalidTokenError('The access token grants something else now');
}
