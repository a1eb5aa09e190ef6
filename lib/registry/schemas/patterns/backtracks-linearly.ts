import { CharacterClasses } from './character-classes.js';
import type { PatternNode } from './parse-pattern.js';
import { isAnchored, PositionGraph } from './position-graph.js';

/**
 * Whether a backtracking engine, such as JavaScript's, takes time proportional to the text for a pattern. This holds if the number of
 * ways to match any beginning of a text is bounded (no infinite degree of ambiguity, Weber and Seidl 1991). In doubt, the result is
 * false.
 *
 * @param pattern - the expression
 * @param source - its text, which names characters worth trying
 * @param flags - `u`, or empty
 */
export function backtracksLinearly(pattern: PatternNode, source: string, flags: string): boolean {
  const looks = looksOf(pattern);
  if (looks.some(({ part }) => !backtracksLinearly(anchored(part), source, flags))) return false;
  if (looks.some(({ part }) => hasLoop(part)) && !looksComeFirst(pattern)) return false;
  if (countOptional(pattern) > maxOptional) return false;
  try {
    const graph = new PositionGraph(withoutTail(pattern), new CharacterClasses(flags), samples(source));
    return !graph.isAmbiguous();
  } catch {
    // Too large to find out.
    return false;
  }
}

/** Each optional part may double the ways. */
const maxOptional = 12;

function anchored(part: PatternNode): PatternNode {
  return { kind: 'sequence', parts: [{ kind: 'edge', edge: '^' }, withoutEdges(part)] };
}

/** Inside a look-around `^` is about the text, not about where the look begins. */
function withoutEdges(node: PatternNode): PatternNode {
  return node.kind === 'edge' ? { kind: 'sequence', parts: [] } : mapParts(node, withoutEdges);
}

function mapParts(node: PatternNode, map: (part: PatternNode) => PatternNode): PatternNode {
  if (node.kind === 'choice') return { ...node, options: node.options.map(map) };
  if (node.kind === 'sequence') return { ...node, parts: node.parts.map(map) };
  return node.kind === 'repeat' || node.kind === 'look' ? { ...node, part: map(node.part) } : node;
}

function partsOf(node: PatternNode): readonly PatternNode[] {
  if (node.kind === 'choice') return node.options;
  if (node.kind === 'sequence') return node.parts;
  return node.kind === 'repeat' || node.kind === 'look' ? [node.part] : [];
}

function looksOf(node: PatternNode): readonly (PatternNode & { readonly kind: 'look' })[] {
  return node.kind === 'look' ? [node] : partsOf(node).flatMap(looksOf);
}

function hasLoop(node: PatternNode): boolean {
  return (node.kind === 'repeat' && node.max > 64) || partsOf(node).some(hasLoop);
}

function countOptional(node: PatternNode): number {
  const own = node.kind === 'repeat' && node.max === 1 ? 1 : 0;
  return partsOf(node).reduce((sum, part) => sum + countOptional(part), own);
}

/**
 * Whether each unbounded look-around is tried a bounded number of times. It has to come before any repetition, in a pattern that begins
 * at the beginning of the text.
 */
function looksComeFirst(pattern: PatternNode): boolean {
  const options = pattern.kind === 'choice' ? pattern.options : [pattern];
  return options.every((option) => repeatsAfter(option, !isAnchored(option)) !== undefined);
}

/** Whether anything was repeated once a node is through; undefined if an endless look-around stands after that. */
function repeatsAfter(node: PatternNode, isRepeated: boolean): boolean | undefined {
  if (node.kind === 'look') return isRepeated && hasLoop(node.part) ? undefined : isRepeated;
  if (node.kind === 'repeat') {
    const inside = repeatsAfter(node.part, isRepeated || node.max > 1);
    return inside === undefined ? undefined : inside || node.max > 1;
  }
  if (node.kind === 'choice') {
    const after = node.options.map((option) => repeatsAfter(option, isRepeated));
    return after.includes(undefined) ? undefined : after.includes(true);
  }
  const parts = node.kind === 'sequence' ? node.parts : [];
  return parts.reduce<boolean | undefined>(
    (before, part) => (before === undefined ? undefined : repeatsAfter(part, before)),
    isRepeated,
  );
}

/** A repeated set at the very end cannot fail once its minimum is there, so the rest of it is never gone back over. */
function withoutTail(node: PatternNode): PatternNode {
  if (node.kind === 'choice') return { ...node, options: node.options.map(withoutTail) };
  if (node.kind === 'sequence') {
    const last = node.parts.at(-1);
    return last === undefined ? node : { ...node, parts: [...node.parts.slice(0, -1), withoutTail(last)] };
  }
  return node.kind === 'repeat' && node.part.kind === 'set' ? { ...node, max: node.min } : node;
}

/** Characters that tell the sets of a pattern apart: those that it names, all of ASCII, and some of other scripts. */
function samples(source: string): readonly number[] {
  const named = Array.from(source, (character) => character.codePointAt(0) ?? 0);
  const escaped = [...source.matchAll(/\\(?:u\{([\dA-Fa-f]+)\}|u([\dA-Fa-f]{4})|x([\dA-Fa-f]{2}))/g)].map((found) =>
    parseInt(found[1] ?? found[2] ?? found[3] ?? '0', 16),
  );
  const ascii = Array.from({ length: 128 }, (_each, code) => code);
  const others = Array.from(
    '\u00A0\u00B2\u00C4\u00E4\u03A9\u03B1\u0416\u05D0\u0661\u0905\u0E01\u2003\u2028\u3042\u4E2D\uAC00',
    (character) => character.charCodeAt(0),
  );
  const known = new Set([...ascii, ...named, ...escaped, ...others]);
  return [...known].filter((code) => code <= 0x10ffff);
}
