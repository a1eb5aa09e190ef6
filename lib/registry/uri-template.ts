import { withSameSpelling } from './equivalent-uri.js';
import type { Allowed, ParsedTemplate, TemplatePart } from './parse-uri-template.js';
import { parseUriTemplate } from './parse-uri-template.js';

/** The variables of a URI by name, decoded. The object has no prototype, since the names come from the template. */
export type MatchedVariables = Readonly<Record<string, string>>;

// RFC 3986 §3.3: a segment may hold all characters except those that end it. Clients also leave spaces and letters beyond ASCII
// unencoded.
const patterns: Readonly<Record<Allowed, RegExp>> = {
  simple: /^[^/?#\p{Cc}]+$/u,
  label: /^[^./?#\p{Cc}]+$/u,
  segments: /^[^/?#\p{Cc}]+(?:\/[^/?#\p{Cc}]+)*$/u,
  reserved: /^\P{Cc}+$/u,
};

/** RFC 3986 §3.4: in a query, `/` and `?` are ordinary characters. */
const queryValue = /^[^#&\p{Cc}]+$/u;

/**
 * A URI template (RFC 6570) in reverse: it tells whether a URI was made by it, and with which values.
 *
 * A client chooses the URI, so matching goes through it once, without backtracking. A variable ends at the first occurrence of the
 * template's next text, and the last variable at the end.
 */
export class UriTemplate {
  readonly template: string;
  readonly variables: readonly string[];
  readonly #parsed: ParsedTemplate;
  /** The same in the spelling of equivalent URIs. */
  readonly #same: ParsedTemplate;

  /**
   * @param template - RFC 6570 template
   * @param allowsDotSegments - whether values may have `.` and `..` between slashes
   * @throws ConfigurationError `invalid_uri_template`
   */
  constructor(
    template: string,
    private readonly allowsDotSegments = false,
  ) {
    this.#parsed = parseUriTemplate(template);
    this.#same = parseUriTemplate(withSameSpelling(template));
    this.template = template;
    const inPath = this.#parsed.parts.flatMap((part) => (part.kind === 'variable' ? [part.name] : []));
    this.variables = Object.freeze([...inPath, ...this.#parsed.query]);
  }

  /**
   * The values of the variables; undefined if the URI does not match this template. Values are decoded, so a value may contain any
   * character, `/` included: treat it as untrusted. Values that lead out of their folder (`..`) match only if they are allowed.
   *
   * @param uri - from a client
   */
  match(uri: string): MatchedVariables | undefined {
    return this.#match(uri, this.#parsed);
  }

  /**
   * The values of the variables of a URI that is equivalent to one of this template.
   *
   * @param uri - in the spelling of {@link withSameSpelling}
   */
  matchSameSpelling(uri: string): MatchedVariables | undefined {
    return this.#match(uri, this.#same);
  }

  #match(uri: string, { parts, query, writtenParameters }: ParsedTemplate): MatchedVariables | undefined {
    // Most URIs belong to another template: its texts show that before any parsing.
    if (!hasTexts(uri, parts)) return undefined;
    const found = Object.create(null) as Record<string, string>;
    const begin = query.length === 0 ? -1 : beginOfVariables(uri, writtenParameters);
    const path = begin === -1 ? uri : uri.slice(0, begin);
    if (!matchParts(path, parts, found)) return undefined;
    if (begin !== -1 && !matchQuery(uri.slice(begin + 1), query, found)) return undefined;
    return this.allowsDotSegments || !Object.values(found).some(hasDotSegment) ? found : undefined;
  }
}

/** Index of the `?` or `&` before the variables of the query. -1 if the URI has none of them. */
function beginOfVariables(uri: string, writtenParameters: number): number {
  let begin = uri.indexOf('?');
  for (let passed = 0; passed < writtenParameters && begin !== -1; passed += 1) begin = uri.indexOf('&', begin + 1);
  return begin;
}

/** RFC 3986 §3.3. Windows treats a backslash as a slash. */
function hasDotSegment(value: string): boolean {
  return /(?:^|[/\\])\.{1,2}(?:[/\\]|$)/.test(value);
}

/** Whether the texts around the variables of a template occur in order. */
function hasTexts(uri: string, parts: readonly TemplatePart[]): boolean {
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind !== 'literal') continue;
    const found = index > 0 ? uri.indexOf(part.text, at) : uri.startsWith(part.text) ? 0 : -1;
    if (found === -1) return false;
    at = found + part.text.length;
  }
  return true;
}

function matchParts(text: string, parts: readonly TemplatePart[], found: Record<string, string>): boolean {
  let at = 0;
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'literal') {
      if (!text.startsWith(part.text, at)) return false;
      at += part.text.length;
    } else {
      const end = endOfValue(text, at, parts.slice(index + 1));
      const value = decode(text.slice(at, end), patterns[part.allowed]);
      if (value === undefined) return false;
      found[part.name] = value;
      at = end;
    }
  }
  return at === text.length;
}

function endOfValue(text: string, start: number, following: readonly TemplatePart[]): number {
  const [next] = following;
  if (next?.kind !== 'literal') return text.length;
  // The very last text is matched at the end, so that `{name}.txt` yields `a.txt` for `a.txt.txt`.
  if (following.length === 1) return text.length - next.text.length;
  const end = text.indexOf(next.text, start + 1);
  return end === -1 ? text.length : end;
}

function matchQuery(text: string, names: readonly string[], found: Record<string, string>): boolean {
  return text.split('&').every((pair) => {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, equals);
    const raw = pair.slice(equals + 1);
    // The template cannot have made unknown or repeated parameters.
    if (equals === -1 || !names.includes(name) || name in found) return false;
    const value = raw === '' ? '' : decode(raw, queryValue);
    if (value !== undefined) found[name] = value;
    return value !== undefined;
  });
}

function decode(raw: string, pattern: RegExp): string | undefined {
  if (!pattern.test(raw)) return undefined;
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}
