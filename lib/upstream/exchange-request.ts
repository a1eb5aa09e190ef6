import type { ResolvedExchange } from './token-exchange-options.js';

/** The request that the token endpoint gets. */
export interface ExchangeRequest {
  readonly grantType: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** RFC 8693 §3 */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';

/**
 * The request for a token in place of another.
 *
 * @param token - the caller's token
 * @param exchange - the options of the exchange
 */
export function requestFor(
  token: string,
  { profile, audience, scopes }: Pick<ResolvedExchange, 'audience' | 'profile' | 'scopes'>,
): ExchangeRequest {
  const scope: Record<string, string> = scopes.length === 0 ? {} : { scope: scopes.join(' ') };
  if (profile === 'entra-obo') {
    // The on-behalf-of flow is a JWT bearer grant (RFC 7523 §2.1) with one parameter more.
    const parameters = { assertion: token, requested_token_use: 'on_behalf_of', ...scope };
    return { grantType: 'urn:ietf:params:oauth:grant-type:jwt-bearer', parameters };
  }
  // RFC 8693 §2.1
  const parameters = {
    subject_token: token,
    subject_token_type: accessTokenType,
    requested_token_type: accessTokenType,
    ...(audience === undefined ? {} : { audience }),
    ...scope,
  };
  return { grantType: 'urn:ietf:params:oauth:grant-type:token-exchange', parameters };
}
