import { InvalidTokenError } from '../errors/invalid-token-error.js';
import { parseChallenges } from '../oauth/parse-challenges.js';
import { TokenExchangeError } from './token-exchange-error.js';
import type { ExchangeProfile } from './token-exchange-options.js';

/** The authorization server does not give a token with these scopes for the caller's token. */
export class RefusedScopes extends TokenExchangeError {}

/** The request that was refused. */
export interface RefusedExchange {
  readonly profile: ExchangeProfile;
  /** The caller's token, to keep it out of messages. */
  readonly token: string;
}

const aboutScopes = ['insufficient_scope', 'invalid_scope'];

const aboutTheToken: Readonly<Record<ExchangeProfile, readonly string[]>> = {
  // RFC 8693 §2.2.2: a subject token that is not valid or not acceptable is invalid_request.
  rfc8693: ['invalid_grant', 'invalid_request'],
  'entra-obo': ['invalid_grant', 'interaction_required'],
};

/**
 * Reads why the token endpoint refused (RFC 6749 §5.2, RFC 8693 §2.2.2).
 *
 * @param response - its answer
 * @param refused - what it refused
 * @returns InvalidTokenError if the caller has to sign in again, RefusedScopes, or TokenExchangeError for the rest
 */
export async function readRefusal(
  response: Response,
  { profile, token }: RefusedExchange,
): Promise<InvalidTokenError | TokenExchangeError> {
  const { error, error_description: description } = await errorIn(response);
  // A server may repeat in its description what it was sent.
  const said = [error, description].filter(isText).join(': ').replaceAll(token, '[token]').slice(0, 500);
  const text = `The authorization server answered ${String(response.status)}${said === '' ? '' : ` ${said}`}`;
  if (isText(error) && aboutScopes.includes(error)) return new RefusedScopes(text);
  if (isText(error) && aboutTheToken[profile].includes(error)) {
    const cause = new TokenExchangeError(text);
    return new InvalidTokenError('The access token is not accepted for calls to the API behind this', { cause });
  }
  return new TokenExchangeError(text);
}

async function errorIn(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const challenges = parseChallenges(response.headers.get('www-authenticate') ?? '');
  const challenge = challenges.find(({ parameters }) => parameters['error'] !== undefined);
  try {
    const body: unknown = await response.json();
    if (isText((body as { readonly error?: unknown } | null)?.error)) return body as Readonly<Record<string, unknown>>;
  } catch {
    // Not JSON: the challenge says it, or nothing does.
  }
  return challenge?.parameters ?? {};
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
