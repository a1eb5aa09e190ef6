/** A parsed challenge. */
export interface ParsedChallenge {
  readonly scheme: string;
  readonly parameters: Readonly<Partial<Record<string, string>>>;
}

// RFC 9110 §5.6.2: token; §11.2: auth-param = token BWS "=" BWS ( token / quoted-string )
const parameter = /([!#$%&'*+\-.^_`|~\w]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))[\s,]*/y;
const scheme = /([!#$%&'*+\-.^_`|~\w]+)[\s,]*/y;

/**
 * Parses the challenges of a `WWW-Authenticate` field (RFC 9110 §11.6.1) into schemes and parameters. Text that is not a challenge ends
 * the parsing.
 *
 * @param field - value of the header field
 */
export function parseChallenges(field: string): readonly ParsedChallenge[] {
  const challenges: { readonly scheme: string; readonly parameters: Record<string, string> }[] = [];
  let at = field.length - field.trimStart().length;
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(field);
    at = found === null ? at : pattern.lastIndex;
    return found;
  };
  for (;;) {
    const current = challenges.at(-1);
    const found = current === undefined ? null : read(parameter);
    if (current !== undefined && found !== null) {
      const [, name, quoted, plain = ''] = found;
      // A parameter must not occur twice (RFC 6750 §3); the first one counts.
      current.parameters[String(name).toLowerCase()] ??= quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
      continue;
    }
    const next = read(scheme)?.[1];
    if (next === undefined) return challenges;
    challenges.push({ scheme: next, parameters: {} });
  }
}
