import type { PatternNode } from './parse-pattern.js';

/** A condition between two characters: an edge, or the result of a look-around. */
export interface Assertion {
  /** Bit of the context that has the answer. */
  readonly bit: number;
  readonly isNegated: boolean;
}

/** A state of an automaton. `next` are indexes of states. */
export type State =
  | { readonly kind: 'accept' }
  | { readonly kind: 'assert'; readonly assertion: Assertion; readonly next: number }
  | { readonly kind: 'consume'; readonly set: number; readonly next: number }
  | { kind: 'split'; next: readonly number[] };

/** A nondeterministic automaton (Thompson's construction). */
export interface Automaton {
  readonly states: readonly State[];
  readonly start: number;
}

/** Numbers the edges, sets and look-arounds of a pattern. */
export interface Alphabet {
  setOf(source: string): number;
  lookOf(node: PatternNode & { readonly kind: 'look' }): number;
}

export const startBit = 0;
export const endBit = 1;
export const boundaryBit = 2;

/** A pattern with more states would be unexpectedly slow. */
const maxStates = 10_000;

/**
 * Builds the automaton of a pattern.
 *
 * @param pattern - the pattern
 * @param alphabet - gives numbers to sets and bits to look-arounds
 * @param isBackward - whether it reads the text from right to left
 * @throws Error if it has too many states
 */
export function buildAutomaton(pattern: PatternNode, alphabet: Alphabet, isBackward: boolean): Automaton {
  const states: State[] = [];
  const add = (state: State): number => {
    if (states.length >= maxStates) throw new Error(`it needs more than ${maxStates} states`);
    return states.push(state) - 1;
  };

  const repeat = (part: PatternNode, min: number, max: number, next: number): number => {
    let following = next;
    if (max === Infinity) {
      const loop: State & { kind: 'split' } = { kind: 'split', next: [] };
      following = add(loop);
      loop.next = [build(part, following), next];
    }
    for (let count = min; max !== Infinity && count < max; count++) {
      following = add({ kind: 'split', next: [build(part, following), next] });
    }
    for (let count = 0; count < min; count++) following = build(part, following);
    return following;
  };

  /** @returns the state that begins the node; `next` follows it */
  const build = (node: PatternNode, next: number): number => {
    if (node.kind === 'set') return add({ kind: 'consume', set: alphabet.setOf(node.source), next });
    if (node.kind === 'choice') {
      return add({ kind: 'split', next: node.options.map((option) => build(option, next)) });
    }
    if (node.kind === 'repeat') return repeat(node.part, node.min, node.max, next);
    if (node.kind === 'sequence') {
      const parts = isBackward ? node.parts : [...node.parts].reverse();
      return parts.reduce((following, part) => build(part, following), next);
    }
    const assertion =
      node.kind === 'edge' ? edges[node.edge] : { bit: alphabet.lookOf(node), isNegated: node.isNegated };
    return add({ kind: 'assert', assertion, next });
  };
  const accept = add({ kind: 'accept' });
  return { states, start: build(pattern, accept) };
}

const edges: Readonly<Record<'$' | '^' | 'B' | 'b', Assertion>> = {
  '^': { bit: startBit, isNegated: false },
  $: { bit: endBit, isNegated: false },
  b: { bit: boundaryBit, isNegated: false },
  B: { bit: boundaryBit, isNegated: true },
};
