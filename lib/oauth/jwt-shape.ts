/**
 * The `iss` that a token claims to have, without any verification: good for choosing a verifier, and for nothing else.
 *
 * @param token - the token
 * @returns undefined for a token that is no signed JWT; null for one without `iss`
 */
export function issuerOfJwt(token: string): string | null | undefined {
  const payload = /^[^.]*\.([^.]*)\.[^.]*$/.exec(token)?.[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString());
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined;
    const { iss } = claims as { readonly iss?: unknown };
    return typeof iss === 'string' ? iss : null;
  } catch {
    return undefined;
  }
}
