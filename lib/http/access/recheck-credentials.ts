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
 * Whether a token that was good counts still, for streams that outlive their request: it is verified once more, as far as the verdict is
 * not remembered, and looked for among those that were revoked.
 *
 * @throws InvalidTokenError when it does not, or grants less than it did
 * @throws TemporarilyUnavailableError or whatever a verifier or a store throws when that cannot be told
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
