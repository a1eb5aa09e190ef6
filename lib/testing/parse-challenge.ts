/** A challenge, taken apart. */
export interface ParsedChallenge {
  readonly scheme: string;
  readonly parameters: Readonly<Partial<Record<string, string>>>;
}

// RFC 9110 §11.2 and §5.6: auth-param = token BWS "=" BWS ( token / quoted-string )
const parameter = /([!#$%&'*+\-.^_`|~\w]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/**
 * Takes the first challenge of a `WWW-Authenticate` field apart.
 *
 * @param field - value of the header field
 */
export function parseChallenge(field: string): ParsedChallenge {
  const [scheme = ''] = field.trim().split(/\s/, 1);
  const parameters: Record<string, string> = {};
  for (const [, name = '', quoted, plain = ''] of field.slice(scheme.length).matchAll(parameter)) {
    parameters[name.toLowerCase()] ??= quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
  }
  return { scheme, parameters };
}
