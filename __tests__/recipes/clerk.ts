import type { TokenVerifier } from '../../lib/index.js';
import { InvalidTokenError, TemporarilyUnavailableError } from '../../lib/index.js';

/** As docs/authorization.md has it, with another place for the API. */
export function clerkVerifier(options: {
  readonly api: string;
  readonly secretKey: string;
  readonly clients: ReadonlySet<string>;
}): TokenVerifier {
  return {
    async verify(token) {
      const response = await fetch(`${options.api}/oauth_applications/access_tokens/verify`, {
        method: 'POST',
        redirect: 'error',
        signal: AbortSignal.timeout(5000),
        headers: { authorization: `Bearer ${options.secretKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ access_token: token }),
      }).catch((cause: unknown) => {
        throw new TemporarilyUnavailableError(5, { cause });
      });
      if (response.status === 400 || response.status === 404) throw new InvalidTokenError();
      if (response.status !== 200) throw new TemporarilyUnavailableError(5);
      const found = (await response.json()) as Readonly<Record<string, unknown>>;
      const { client_id: clientId, subject, scopes, revoked, expired, expiration } = found;
      const isGood = revoked === false && expired === false && typeof clientId === 'string' && Array.isArray(scopes);
      // The answer names no resource, so only clients that are meant for this one count.
      if (!isGood || !options.clients.has(clientId)) throw new InvalidTokenError();
      return {
        clientId,
        subject: String(subject),
        scopes: scopes as string[],
        claims: found,
        ...(typeof expiration === 'number' ? { expiresAt: expiration } : {}),
      };
    },
  };
}
