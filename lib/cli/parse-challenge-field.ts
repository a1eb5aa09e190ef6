/** One challenge of a `WWW-Authenticate` field. */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** By name in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

// RFC 9110 §5.6.2 and §5.6.4
const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const quotedString = '"(?:[^"\\\\]|\\\\.)*"';

const element = new RegExp(`(?:${quotedString}|[^",])+`, 'g');
const balanced = new RegExp(`^(?:${quotedString}|[^"])*$`);
// RFC 9110 §11.2: auth-param = token BWS "=" BWS ( token / quoted-string )
const parameter = new RegExp(`^(?<name>${token})[ \\t]*=[ \\t]*(?<value>${quotedString}|${token})$`);
// RFC 9110 §11.3: challenge = auth-scheme [ 1*SP ( token68 / #auth-param ) ]
const beginning = new RegExp(`^(?<scheme>${token})(?: +(?<rest>.+))?$`);
const token68 = /^[A-Za-z0-9\-._~+/]+=*$/;

type Parameters = Map<string, string>;

/**
 * Parses every challenge strictly by the grammar (RFC 9110 §11.6.1). `express-mcp/testing` reads as much as it can; here the question
 * is whether every client can read it.
 *
 * @param field - value of the field, its lines joined by commas
 * @returns undefined if it breaks the grammar, or names a parameter twice
 */
export function parseChallengeField(field: string): readonly Challenge[] | undefined {
  if (!balanced.test(field)) return undefined;
  const challenges: { readonly scheme: string; readonly parameters: Parameters }[] = [];
  for (const text of (field.match(element) ?? []).map((each) => each.trim()).filter((each) => each !== '')) {
    // A parameter goes first: after a comma it belongs to the challenge before.
    const current = challenges.at(-1);
    if (parameter.test(text)) {
      if (current === undefined || !addParameter(text, current.parameters)) return undefined;
      continue;
    }
    const { scheme, rest } = beginning.exec(text)?.groups ?? {};
    if (scheme === undefined) return undefined;
    const parameters: Parameters = new Map();
    challenges.push({ scheme: scheme.toLowerCase(), parameters });
    if (rest !== undefined && !addParameter(rest, parameters) && !token68.test(rest)) return undefined;
  }
  return challenges;
}

/** Whether it is a parameter, and one of a new name. */
function addParameter(text: string, parameters: Parameters): boolean {
  const { name, value = '' } = parameter.exec(text)?.groups ?? {};
  if (name === undefined || parameters.has(name.toLowerCase())) return false;
  const isQuoted = value.startsWith('"');
  parameters.set(name.toLowerCase(), isQuoted ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value);
  return true;
}
