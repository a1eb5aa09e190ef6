/** The parameters of one challenge, in the order in which they are written; undefined ones are left out. */
export type ChallengeParameters = Readonly<Record<string, string | undefined>>;

/**
 * The value of a `WWW-Authenticate` field (RFC 9110 §11.6.1, RFC 6750 §3).
 *
 * Every parameter is written as a quoted-string. Characters that RFC 6750 §3 forbids in `error_description` and `scope` (quotes,
 * backslashes, control and non-ASCII characters) are replaced. So no value can end the string, add a parameter or split the header.
 *
 * @param scheme - authentication scheme, such as `Bearer`
 * @param parameters - names and raw values
 * @returns for example `Bearer error="insufficient_scope", scope="notes:write"`
 */
export function buildChallenge(scheme: string, parameters: ChallengeParameters): string {
  let written = '';
  for (const name in parameters) {
    const value = parameters[name];
    if (value !== undefined) written += `${written === '' ? ' ' : ', '}${name}="${harmless(value)}"`;
  }
  return scheme + written;
}

const isHarmless = /^[\x20-\x21\x23-\x5B\x5D-\x7E]*$/;

/** RFC 6750 §3: %x20-21 / %x23-5B / %x5D-7E. A double quote becomes a single one, the rest a question mark. */
function harmless(value: string): string {
  return isHarmless.test(value) ? value : value.replace(/"/g, "'").replace(/[^\x20-\x7E]|\\/g, '?');
}
