import type { CharacterClasses } from './character-classes.js';
import type { PatternNode } from './parse-pattern.js';

/** Work that is done to find out; beyond it a pattern counts as ambiguous. */
const maxSteps = 300_000;
const maxPositions = 1_000;

/** Turns that a counted repetition may leave out and still be taken as it is. */
const maxOptionalTurns = 3;

/** The first and last positions of a part of a pattern, and whether it can be empty. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isEmpty: boolean;
}

const nothing: Part = { first: [], last: [], isEmpty: true };

/**
 * The positions of a pattern (Glushkov's automaton): one for each set in it, with an arrow to each that may come next. Counted
 * repetitions are taken for unbounded ones where their parts are not plain, since many counts are as slow.
 */
export class PositionGraph {
  /** The classes of characters of each position, as bits. */
  readonly #labels: bigint[] = [];
  readonly #follow: Set<number>[] = [];
  #isAmbiguous = false;
  #steps = 0;

  /** @throws Error when the pattern is too large */
  constructor(pattern: PatternNode, characters: CharacterClasses, samples: readonly number[]) {
    const sources: string[] = [];
    const options = pattern.kind === 'choice' ? pattern.options : [pattern];
    const parts = options.map((option) => ({ isAnchored: isAnchored(option), part: this.#build(option, sources) }));
    const sets = sources.map((source) => characters.setOf(source));
    const classes = new Set(samples.map((code) => characters.classOf(code)));
    for (const set of sets) {
      let label = 0n;
      for (const each of classes) if (characters.isIn(each, set)) label |= 1n << BigInt(each);
      this.#labels.push(label);
    }
    // A search begins anew at each position: as if any text came before.
    const free = parts.filter((each) => !each.isAnchored).flatMap(({ part }) => part.first);
    if (free.length > 0) {
      this.#labels.push([...classes].reduce((label, each) => label | (1n << BigInt(each)), 0n));
      const start = this.#follow.push(new Set(free)) - 1;
      this.#follow[start]?.add(start);
    }
  }

  /**
   * Whether the number of ways to match is unbounded. It is if a text leads from some position p to p, from p to another one q, and
   * from q to q.
   */
  isAmbiguous(): boolean {
    if (this.#isAmbiguous) return true;
    const reach = this.#labels.map((_label, position) => this.#reachableFrom(position));
    const loops = [...reach.keys()].filter((position) => reach[position]?.has(position) === true);
    return loops.some((p) =>
      loops.some((q) => p !== q && reach[p]?.has(q) === true && this.#haveCommonText(p, q, reach)),
    );
  }

  /** Looks for a text from (p, p, q) to (p, q, q), character by character in all three places. */
  #haveCommonText(p: number, q: number, reach: readonly ReadonlySet<number>[]): boolean {
    const size = this.#labels.length;
    const seen = new Set<number>();
    const pending: (readonly [number, number, number])[] = [[p, p, q]];
    for (let triple = pending.pop(); triple !== undefined; triple = pending.pop()) {
      for (const x of this.#follow[triple[0]] ?? []) {
        if (x !== p && reach[x]?.has(p) !== true) continue;
        for (const z of this.#follow[triple[2]] ?? []) {
          if (z !== q && reach[z]?.has(q) !== true) continue;
          const both = this.#label(x) & this.#label(z);
          if (both === 0n) continue;
          for (const y of this.#follow[triple[1]] ?? []) {
            if (++this.#steps > maxSteps) return true;
            if ((both & this.#label(y)) === 0n || (y !== q && reach[y]?.has(q) !== true)) continue;
            if (x === p && y === q && z === q) return true;
            const key = (x * size + y) * size + z;
            if (seen.has(key)) continue;
            seen.add(key);
            pending.push([x, y, z]);
          }
        }
      }
    }
    return false;
  }

  #label(position: number): bigint {
    return this.#labels[position] ?? 0n;
  }

  #reachableFrom(position: number): ReadonlySet<number> {
    const seen = new Set<number>();
    const pending = [...(this.#follow[position] ?? [])];
    for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
      if (seen.has(each)) continue;
      seen.add(each);
      pending.push(...(this.#follow[each] ?? []));
    }
    return seen;
  }

  #build(node: PatternNode, sources: string[]): Part {
    if (node.kind === 'set') {
      if (sources.push(node.source) > maxPositions) throw new Error('too large');
      const position = this.#follow.push(new Set()) - 1;
      return { first: [position], last: [position], isEmpty: false };
    }
    if (node.kind === 'choice') {
      const parts = node.options.map((option) => this.#build(option, sources));
      return {
        first: parts.flatMap(({ first }) => first),
        last: parts.flatMap(({ last }) => last),
        isEmpty: parts.some(({ isEmpty }) => isEmpty),
      };
    }
    if (node.kind === 'sequence') {
      return node.parts.reduce<Part>((before, each) => this.#join(before, this.#build(each, sources)), nothing);
    }
    return node.kind === 'repeat' ? this.#repeat(node, sources) : nothing;
  }

  #repeat({ part, min, max }: PatternNode & { readonly kind: 'repeat' }, sources: string[]): Part {
    if (max === 0) return nothing;
    if (max === 1) {
      const once = this.#build(part, sources);
      return { ...once, isEmpty: min === 0 || once.isEmpty };
    }
    if (max <= 64 && max - min <= maxOptionalTurns && isPlain(part)) {
      // A turn is taken only after the one before it.
      const copies = Array.from({ length: max }, () => this.#build(part, sources));
      copies.reduce((before, each) => (this.#join(before, each), each));
      const last = copies.filter((_copy, index) => index + 1 >= min).flatMap((copy) => copy.last);
      return { first: copies[0]?.first ?? [], last, isEmpty: min === 0 };
    }
    const built = this.#build(part, sources);
    // Two empty turns, or one: an engine tries both.
    if (built.isEmpty) this.#isAmbiguous = true;
    this.#join(built, built);
    return { ...built, isEmpty: min === 0 || built.isEmpty };
  }

  #join(before: Part, after: Part): Part {
    for (const last of before.last) {
      for (const first of after.first) {
        if (before === after && this.#follow[last]?.has(first) === true) this.#isAmbiguous = true;
        this.#follow[last]?.add(first);
      }
    }
    return {
      first: before.isEmpty ? [...before.first, ...after.first] : before.first,
      last: after.isEmpty ? [...before.last, ...after.last] : after.last,
      isEmpty: before.isEmpty && after.isEmpty,
    };
  }
}

/** Whether an expression matches at the beginning of a text only. */
export function isAnchored(option: PatternNode): boolean {
  const first = option.kind === 'sequence' ? option.parts[0] : option;
  return first?.kind === 'edge' && first.edge === '^';
}

/** One way to match, and a fixed length. */
function isPlain(node: PatternNode): boolean {
  return node.kind === 'set' || (node.kind === 'sequence' && node.parts.every(isPlain));
}
