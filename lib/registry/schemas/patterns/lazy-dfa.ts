import type { Automaton } from './automaton.js';

/** A set of states that an automaton is in, before what leads on without a character. */
interface StateSet {
  readonly states: readonly number[];
  readonly steps: Map<number, Step>;
}

interface Step {
  readonly accepts: boolean;
  readonly next: StateSet;
}

/** A text as the automaton sees it: numbers of character classes, and what holds before each character and at the end. */
export interface Tape {
  readonly classes: Uint16Array;
  readonly contexts: Uint32Array;
}

/** Beyond this the known sets are forgotten, so that no text makes the memory grow. */
const maxSets = 1_000;

/**
 * An automaton that is made deterministic while it runs: each character costs one look-up, or at most the size of the automaton.
 * A match may begin anywhere.
 */
export class LazyDfa {
  readonly #sets = new Map<string, StateSet>();

  constructor(
    private readonly automaton: Automaton,
    /** Whether a character of a class is in a set. */
    private readonly isIn: (characterClass: number, set: number) => boolean,
  ) {}

  /** Whether there is a match anywhere. */
  finds({ classes, contexts }: Tape): boolean {
    let current = this.#setOf([]);
    for (let at = 0; at <= classes.length; at++) {
      const step = this.#step(current, contexts[at] ?? 0, classes[at]);
      if (step.accepts) return true;
      current = step.next;
    }
    return false;
  }

  /** Sets a bit in the context of each position where a match ends, or begins when the text is read backward. */
  mark({ classes, contexts }: Tape, bit: number, isBackward: boolean): void {
    let current = this.#setOf([]);
    const { length } = classes;
    for (let count = 0; count <= length; count++) {
      const at = isBackward ? length - count : count;
      const step = this.#step(current, contexts[at] ?? 0, classes[isBackward ? at - 1 : at]);
      if (step.accepts) contexts[at] = (contexts[at] ?? 0) | (1 << bit);
      current = step.next;
    }
  }

  #step(set: StateSet, context: number, characterClass = 0xffff): Step {
    const key = context * 0x1_0000 + characterClass;
    const known = set.steps.get(key);
    if (known !== undefined) return known;
    const { accepts, consuming } = this.#closure(set.states, context);
    const next = new Set<number>();
    for (const state of consuming) {
      if (characterClass !== 0xffff && this.isIn(characterClass, state.set)) next.add(state.next);
    }
    const step = { accepts, next: this.#setOf([...next].sort((one, other) => one - other)) };
    set.steps.set(key, step);
    return step;
  }

  /** Follows everything that needs no character. */
  #closure(
    from: readonly number[],
    context: number,
  ): { readonly accepts: boolean; readonly consuming: readonly { readonly set: number; readonly next: number }[] } {
    const { states, start } = this.automaton;
    const seen = new Set<number>();
    const pending = [start, ...from];
    const consuming: { readonly set: number; readonly next: number }[] = [];
    let accepts = false;
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      const state = states[index];
      if (state === undefined || seen.has(index)) continue;
      seen.add(index);
      if (state.kind === 'accept') accepts = true;
      else if (state.kind === 'consume') consuming.push(state);
      else if (state.kind === 'split') pending.push(...state.next);
      else if (((context >>> state.assertion.bit) & 1) === (state.assertion.isNegated ? 0 : 1)) {
        pending.push(state.next);
      }
    }
    return { accepts, consuming };
  }

  #setOf(states: readonly number[]): StateSet {
    const key = states.join();
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    if (this.#sets.size >= maxSets) this.#sets.clear();
    const set: StateSet = { states, steps: new Map() };
    this.#sets.set(key, set);
    return set;
  }
}
