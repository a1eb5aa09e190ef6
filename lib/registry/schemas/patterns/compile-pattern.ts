import { backtracksLinearly } from './backtracks-linearly.js';
import { LinearPattern } from './linear-pattern.js';
import { parsePattern } from './parse-pattern.js';
import { unicodeForm } from './unicode-form.js';

/** A pattern of a schema, ready to be matched. */
export interface CompiledPattern {
  /** Whether it matches a part of a text. Takes time proportional to the text. */
  readonly test: (text: string) => boolean;
  /** Whether JavaScript's own engine, which schema libraries use, would be as fast. */
  readonly isSafeForLibraries: boolean;
}

/** Number of cached patterns: schemas are checked first and compiled later. */
const maxKept = 500;
const kept = new Map<string, CompiledPattern>();

/**
 * Compiles a pattern (ECMA-262, JSON Schema core §6.4). JavaScript's own engine runs it if that takes time proportional to the text; an
 * automaton runs all others.
 *
 * @param pattern - value of `pattern`, or a name in `patternProperties`
 * @throws Error if it is not a regular expression, or cannot be matched in such time
 */
export function compilePattern(pattern: string): CompiledPattern {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const compiled = compile(pattern);
  if (kept.size >= maxKept) kept.clear();
  kept.set(pattern, compiled);
  return compiled;
}

/** The pattern that zod writes for `endsWith`; zod itself does not match by it. */
const endsWithText = /^\.\*(?:[^\\^$.*+?()[\]{}|]|\\[^A-Za-z0-9])+\$$/;

function compile(pattern: string): CompiledPattern {
  const expression = expressionOf(pattern);
  const { source, flags } = expression;
  try {
    const parsed = parsePattern(source, flags);
    if (backtracksLinearly(parsed, source, flags)) {
      return { test: (text) => expression.test(text), isSafeForLibraries: true };
    }
    const linear = new LinearPattern(parsed, flags);
    return { test: (text) => linear.test(text), isSafeForLibraries: endsWithText.test(source) };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the pattern ${JSON.stringify(pattern)} cannot be matched in bounded time: ${reason}`, { cause });
  }
}

/** Letters that are an escape without the flag `u`, too. Others are escapes in other languages, and literal here. */
const knownEscapes = /^[dDwWsSbBtnvfrcux0-9k]$/;

/**
 * The expression of a pattern, with the flag `u`, as JSON Schema wants it. Needless escapes (`\:`) are removed for that. If the flag
 * forbids nothing else but some part of the pattern, it is left out; a pattern that needs the flag is rewritten instead.
 */
function expressionOf(pattern: string): RegExp {
  const plain = pattern.replace(/\\([^])/gu, (escape, character: string) =>
    /[\w^$\\.*+?()[\]{}|/-]/.test(character) && character !== '_' ? escape : character,
  );
  try {
    return new RegExp(plain, 'u');
  } catch (cause) {
    const needed = /\\[pPu]\{|[\u{10000}-\u{10FFFF}]/u.test(pattern) ? unicodeExpression(plain) : undefined;
    if (needed !== undefined) return needed;
    const strange = [...pattern.matchAll(/\\([a-zA-Z])/g)].find(([, letter = '']) => !knownEscapes.test(letter));
    if (strange !== undefined || /\\u\{|[\u{10000}-\u{10FFFF}]/u.test(pattern)) throw cause;
    try {
      return new RegExp(pattern);
    } catch {
      // The author can act on the reason that comes with the flag.
      throw cause;
    }
  }
}

function unicodeExpression(plain: string): RegExp | undefined {
  try {
    return new RegExp(unicodeForm(plain), 'u');
  } catch {
    return undefined;
  }
}
