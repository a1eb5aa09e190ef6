import { ConfigurationError } from '../errors/configuration-error.js';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import type { RevocationStore } from '../stores/revocation-store.js';
import type { RevocationQuestions } from './ask-revocations.js';
import { askRevocations } from './ask-revocations.js';
import type { VerifiedToken } from './token-verifier.js';

/** The thing to revoke: one token by its `jti`, or everything issued so far to a subject or in a session (`sid`). */
export type Revocable =
  | { readonly tokenId: string; readonly issuer: string }
  | { readonly subject: string; readonly issuer: string }
  | { readonly session: string; readonly issuer: string };

const aDay = 86_400;

/**
 * Revokes tokens from now on: `mcpAuth` with this store refuses them with its next request, including tokens whose verdict is cached.
 * Tokens that are issued later to the same subject or session are good.
 *
 * @param store - the store that was given to `mcpAuth` as `stores.revocation`
 * @param what - see {@link Revocable}
 * @param seconds - how long to remember it: the longest lifetime of the issuer's tokens. Default a day
 * @throws ConfigurationError `invalid_option` without anything to revoke, or for no time
 *
 * @example
 * ```ts
 * import { mcpAuth, memoryRevocationStore, revokeTokens } from 'express-mcp';
 *
 * const issuer = 'https://login.example.com';
 * const revocation = memoryRevocationStore();
 * const auth = mcpAuth({ resource: 'https://api.example.com/mcp', issuer, stores: { revocation } });
 * await revokeTokens(revocation, { issuer, subject: 'ada' }, 3600);
 * ```
 */
export async function revokeTokens(store: RevocationStore, what: Revocable, seconds = aDay): Promise<void> {
  if (typeof (what as { readonly issuer?: unknown }).issuer !== 'string') {
    throw new ConfigurationError('invalid_option', 'revokeTokens: say whose token it is: issuer is missing.');
  }
  const [key] = keysOf(what.issuer, {
    jti: 'tokenId' in what ? what.tokenId : undefined,
    sub: 'subject' in what ? what.subject : undefined,
    sid: 'session' in what ? what.session : undefined,
  });
  if (key === undefined) {
    throw new ConfigurationError('invalid_option', 'revokeTokens: say what to revoke: tokenId, subject or session.');
  }
  // A store would forget it at once, in silence.
  if (!(typeof seconds === 'number' && seconds > 0)) {
    throw new ConfigurationError('invalid_option', 'revokeTokens: seconds must be a number above 0, such as 3600.');
  }
  await store.revoke(key.text, Math.floor(Date.now() / 1000), seconds);
}

/**
 * @param verified - a token that is otherwise good
 * @param store - remembers revocations
 * @param clockToleranceSeconds - how far the clock of the issuer may be ahead of the one that recorded the revocation
 * @throws InvalidTokenError if the token, its subject or its session was revoked
 * @throws TemporarilyUnavailableError if the store cannot tell
 * @throws BrokenContractError if its answer is invalid
 */
export async function rejectRevoked(
  { issuer = '', subject, claims }: VerifiedToken,
  store: RevocationQuestions,
  clockToleranceSeconds = 0,
): Promise<void> {
  // A mapping may name a user by another claim than `sub`; both names count.
  const named = subject === claims['sub'] ? [] : keysOf(issuer, { sub: subject });
  const keys = [...keysOf(issuer, claims), ...named];
  if (keys.length === 0) return;
  const times = await askRevocations(
    store,
    keys.map(({ text }) => text),
  );
  // A token without a time of issue may be older than the revocation.
  const issuedAt = Number.isFinite(claims['iat']) ? (claims['iat'] as number) : 0;
  const isRevoked = keys.some(({ claim }, index) => {
    const revokedAt = times[index];
    // An issuer whose clock is ahead may have issued it before the revocation, whatever `iat` says.
    return revokedAt !== undefined && (claim === 'jti' || issuedAt <= revokedAt + clockToleranceSeconds);
  });
  if (isRevoked) throw new InvalidTokenError('The access token was revoked');
}

const revocableClaims = ['jti', 'sub', 'sid'] as const;

function keysOf(
  issuer: string,
  claims: Readonly<Record<string, unknown>>,
): readonly { readonly claim: string; readonly text: string }[] {
  return revocableClaims.flatMap((claim) => {
    const value = claims[claim];
    // Some issuers use numbers as names, and `revokeTokens` gets the number as a text.
    const text = typeof value === 'number' ? String(value) : value;
    // In JSON, no pair of issuer and value can be mistaken for another.
    return typeof text === 'string' && text !== '' ? [{ claim, text: JSON.stringify([claim, issuer, text]) }] : [];
  });
}
