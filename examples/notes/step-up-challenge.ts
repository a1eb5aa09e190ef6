/**
 * The parameters of an authorization request that a challenge demands (RFC 9470 §3 and §4).
 *
 * @param challenge - the `WWW-Authenticate` field of a 401 response
 * @returns undefined if the challenge asks for no other sign-in
 */
export function demandedSignIn(challenge: string | null): Readonly<Record<string, string>> | undefined {
  if (challenge?.includes('error="insufficient_user_authentication"') !== true) return undefined;
  const parameters = [...challenge.matchAll(/\b(acr_values|max_age)="?([^",]+)"?/g)];
  return Object.fromEntries(parameters.map(([, name = '', value = '']) => [name, value]));
}
