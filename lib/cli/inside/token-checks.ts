import type { FirstVisit } from '../examine.js';
import type { Finding } from '../finding.js';
import { failure, ok, warning } from '../finding.js';
import { quoted } from '../plain-text.js';
import type { CallerToken } from './caller-token.js';

/** A day. Such a token cannot be revoked, unless the endpoint asks the server about it. */
const maxLifeSeconds = 86_400;

/** The facts that the token is compared with. */
export interface TokenContext {
  readonly visit: Pick<FirstVisit, 'metadata'>;
  /** The URL of the endpoint as it was typed. */
  readonly typed: string;
  /** Whether the endpoint accepts it. Then differences are a matter of its configuration. */
  readonly isTaken: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Compares the claims of a token with the endpoint's metadata. The findings show claims only. */
export function checkToken(token: CallerToken, context: TokenContext): readonly Finding[] {
  const { claims } = token;
  if (claims === undefined) {
    return [
      ok('issued', 'The token is opaque: who issued it and for whom, only the endpoint can find out.'),
      held(token),
    ];
  }
  return [checkIssuer(claims, context), checkAudience(claims, context), checkLifetime(claims, context), held(token)];
}

function checkIssuer({ iss }: NonNullable<CallerToken['claims']>, { visit, isTaken }: TokenContext): Finding {
  const servers: unknown = visit.metadata?.document['authorization_servers'];
  if (Array.isArray(servers) && servers.includes(iss)) {
    return ok('issued', `iss is ${quoted(iss)}, as the metadata says.`);
  }
  const finding = `iss is ${quoted(iss)}, and authorization_servers of the metadata is ${quoted(servers)}.`;
  if (isTaken) {
    return warning('issued', finding, 'The endpoint takes it. Let the metadata name the issuer of its tokens.');
  }
  return failure(
    'issued',
    finding,
    'Give mcpAuth() the iss of your tokens as `issuer`, character by character, or sign in at the other server.',
  );
}

/** RFC 8707 §2: a token is for the resource that it was asked for. */
function checkAudience({ aud }: NonNullable<CallerToken['claims']>, { visit, typed, isTaken }: TokenContext): Finding {
  const resource = visit.metadata?.document['resource'] ?? typed;
  const audiences: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (audiences.includes(resource)) return ok('audience', `aud is ${quoted(aud)}, which is the resource.`);
  const finding = `aud is ${quoted(aud)}, and the resource is ${quoted(resource)}.`;
  if (isTaken) {
    return warning(
      'audience',
      finding,
      'The endpoint takes it. Make sure that tokens for other services do not have the same aud.',
    );
  }
  return failure(
    'audience',
    finding,
    'Let clients ask with the parameter `resource`, and the authorization server put it into aud; or name its aud in `audience` of the issuer.',
  );
}

function checkLifetime({ exp }: NonNullable<CallerToken['claims']>, { now }: TokenContext): Finding {
  if (typeof exp !== 'number') {
    return failure(
      'lifetime',
      `exp is ${quoted(exp)}.`,
      'Let the authorization server say when tokens end (RFC 9068 §2.2).',
    );
  }
  const seconds = Math.round(exp - now / 1000);
  if (seconds <= 0) return failure('lifetime', `It ended ${-seconds} s ago.`, 'Get a new token.');
  if (seconds <= maxLifeSeconds) return ok('lifetime', `It ends in ${seconds} s.`);
  return warning('lifetime', `It ends in ${seconds} s.`, 'Issue tokens for minutes, and refresh tokens beside them.');
}

function held({ scopes }: CallerToken): Finding {
  if (scopes === undefined) {
    return warning(
      'held',
      'It does not say which scopes it has.',
      'Leave it if the endpoint finds out by introspection.',
    );
  }
  return ok('held', scopes.length === 0 ? 'It has no scopes.' : `It has ${quoted(scopes.join(' '))}.`);
}
