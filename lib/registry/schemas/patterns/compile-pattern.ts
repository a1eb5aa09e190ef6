import { backtracksLinearly } from './backtracks-linearly.js';
import { LinearPattern } from './linear-pattern.js';
import { parsePattern } from './parse-pattern.js';

/** A pattern of a schema, ready to be matched. */
export interface CompiledPattern {
  /** Whether it matches somewhere in a text. Takes time proportional to the text. */
  readonly test: (text: string) => boolean;
  /** Whether JavaScript's own engine would take no longer: schema libraries match by that one. */
  readonly isSafeForLibraries: boolean;
}

/** Patterns that are kept: schemas are checked first and compiled later. */
const maxKept = 500;
const kept = new Map<string, CompiledPattern>();

/**
 * Compiles a pattern (ECMA-262, JSON Schema core §6.4). JavaScript's own engine runs it where that takes time proportional
 * to the text; an automaton runs all others.
 *
 * @param pattern - value of `pattern`, or a name in `patternProperties`
 * @throws Error when it is no regular expression, or one that cannot be matched in such time
 */
export function compilePattern(pattern: string): CompiledPattern {
  const known = kept.get(pattern);
  if (known !== undefined) return known;
  const compiled = compile(pattern);
  if (kept.size >= maxKept) kept.clear();
  kept.set(pattern, compiled);
  return compiled;
}

/** What zod writes for `endsWith`, which it does not match by an expression. */
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

/** Letters that are an escape without the flag `u` as well. Others mean something in other languages, and here themselves. */
const knownEscapes = /^[dDwWsSbBtnvfrcux0-9k]$/;

/**
 * The expression of a pattern: with the flag `u`, as JSON Schema wants it. Escapes that need not be there (`\:`) are taken
 * away for that; where only such things are in the way that the flag forbids, it is left out.
 */
function expressionOf(pattern: string): RegExp {
  const plain = pattern.replace(/\\([^])/gu, (escape, character: string) =>
    /[\w^$\\.*+?()[\]{}|/-]/.test(character) && character !== '_' ? escape : character,
  );
  try {
    return new RegExp(plain, 'u');
  } catch (cause) {
    const strange = [...pattern.matchAll(/\\([a-zA-Z])/g)].find(([, letter = '']) => !knownEscapes.test(letter));
    if (strange !== undefined || /\\u\{|[\u{10000}-\u{10FFFF}]/u.test(pattern)) throw cause;
    try {
      return new RegExp(pattern);
    } catch {
      // The reason with the flag is what the author can act on.
      throw cause;
    }
  }
}
