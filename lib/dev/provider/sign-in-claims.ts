import type { Configuration } from 'oidc-provider';

/**
 * How and when the user signed in, in access tokens (RFC 9068 §2.2.1, RFC 9470 §6). It comes from the code or the refresh
 * token: refreshing a token does not make a sign-in fresher.
 */
export const signInClaims: NonNullable<Configuration['extraTokenClaims']> = (ctx) => {
  const { AuthorizationCode: code, RefreshToken: refreshToken } = ctx.oidc.entities;
  const { acr, amr, authTime } = code ?? refreshToken ?? {};
  const claims = { acr, amr, auth_time: authTime };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
};
