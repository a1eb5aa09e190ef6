/** A regular expression, taken apart. */
export type PatternNode =
  | { readonly kind: 'choice'; readonly options: readonly PatternNode[] }
  | { readonly kind: 'edge'; readonly edge: '$' | '^' | 'B' | 'b' }
  | { readonly kind: 'look'; readonly isAhead: boolean; readonly isNegated: boolean; readonly part: PatternNode }
  | { readonly kind: 'repeat'; readonly part: PatternNode; readonly min: number; readonly max: number }
  | { readonly kind: 'sequence'; readonly parts: readonly PatternNode[] }
  /** One character out of a set, as the source of a regular expression for it. */
  | { readonly kind: 'set'; readonly source: string };

/**
 * Takes a regular expression apart (ECMA-262 §22.2.1).
 *
 * @param source - one that the engine of the process accepts
 * @param flags - `u`, or nothing
 * @throws Error for references to groups, which no automaton can follow
 */
export function parsePattern(source: string, flags: string): PatternNode {
  return new PatternParser(source, flags === 'u').parse();
}

class PatternParser {
  #at = 0;

  constructor(
    private readonly source: string,
    private readonly isUnicode: boolean,
  ) {}

  parse(): PatternNode {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #take(text: string): boolean {
    if (!this.source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** Takes what a sticky expression finds here. */
  #takeMatch(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at;
    const found = expression.exec(this.source) ?? undefined;
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.source.length && !/[|)]/.test(this.source.charAt(this.#at))) parts.push(this.#repeated());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'sequence', parts };
  }

  #repeated(): PatternNode {
    const part = this.#atom();
    const found = this.#takeMatch(/(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/y);
    if (found === undefined) return part;
    const [, sign, least, comma, most] = found;
    if (sign !== undefined) {
      return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity };
    }
    const min = Number(least);
    const max = comma === undefined ? min : most === undefined || most === '' ? Infinity : Number(most);
    return { kind: 'repeat', part, min, max };
  }

  #atom(): PatternNode {
    const edge = this.#takeMatch(/[$^]|\\[bB]/y)?.[0].slice(-1);
    if (edge === '$' || edge === '^' || edge === 'b' || edge === 'B') return { kind: 'edge', edge };
    if (this.source.startsWith('(', this.#at)) return this.#group();
    if (this.#takeMatch(/\\(?:[1-9]|k<)/y) !== undefined) throw new Error('it refers to a group');
    return { kind: 'set', source: this.#takeMatch(this.isUnicode ? unicodeSet : plainSet)?.[0] ?? '' };
  }

  #group(): PatternNode {
    const opening = this.#takeMatch(/\((?:\?(?:<?[=!]|:|<[^>]*>|[a-z-]*:))?/y)?.[0] ?? '';
    if (/^\(\?[a-z-]/.test(opening)) throw new Error('it changes flags');
    const part = this.parse();
    this.#take(')');
    if (!/[=!]$/.test(opening)) return part;
    return { kind: 'look', isAhead: !opening.includes('<'), isNegated: opening.endsWith('!'), part };
  }
}

const klass = String.raw`\[(?:\\.|[^\]\\])*\]`;
const unicodeSet = new RegExp(
  String.raw`${klass}|\\u[dD][89abAB][\dA-Fa-f]{2}\\u[dD][c-fC-F][\dA-Fa-f]{2}|\\u\{[\dA-Fa-f]+\}|\\u[\dA-Fa-f]{4}|\\x[\dA-Fa-f]{2}|\\c[A-Za-z]|\\[pP]\{[^}]*\}|\\.|[^]`,
  'uy',
);
const plainSet = new RegExp(String.raw`${klass}|\\u[\dA-Fa-f]{4}|\\x[\dA-Fa-f]{2}|\\c[A-Za-z]|\\.|[^]`, 'y');
