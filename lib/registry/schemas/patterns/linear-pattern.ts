import type { Alphabet } from './automaton.js';
import { boundaryBit, buildAutomaton, endBit, startBit } from './automaton.js';
import { CharacterClasses } from './character-classes.js';
import type { Tape } from './lazy-dfa.js';
import { LazyDfa } from './lazy-dfa.js';
import type { PatternNode } from './parse-pattern.js';

/** Bits of a context that are left for look-arounds. */
const maxLooks = 28;

/**
 * A regular expression that is matched in time proportional to the text, whatever the expression. Look-arounds are found out
 * for every position first, each in one pass over the text from its far side.
 */
export class LinearPattern {
  readonly #characters: CharacterClasses;
  readonly #looks: { readonly dfa: LazyDfa; readonly bit: number; readonly isAhead: boolean }[] = [];
  readonly #dfa: LazyDfa;
  readonly #isUnicode: boolean;
  /** Reused for short texts, which are the usual ones: making arrays would take longer than matching. */
  readonly #shortClasses = new Uint16Array(256);
  readonly #shortContexts = new Uint32Array(257);

  /**
   * @param pattern - the expression
   * @param flags - `u`, or nothing
   * @throws Error when it is too large
   */
  constructor(pattern: PatternNode, flags: string) {
    this.#characters = new CharacterClasses(flags);
    this.#isUnicode = flags === 'u';
    const isIn = (characterClass: number, set: number): boolean => this.#characters.isIn(characterClass, set);
    // A look-around that is repeated is built several times and found out once.
    const bits = new Map<PatternNode, number>();
    const alphabet: Alphabet = {
      setOf: (source) => this.#characters.setOf(source),
      lookOf: (look) => {
        const known = bits.get(look);
        if (known !== undefined) return known;
        const { part, isAhead } = look;
        // Looks inside this one are built, and so get their turn, before it.
        const dfa = new LazyDfa(buildAutomaton(part, alphabet, isAhead), isIn);
        if (this.#looks.length >= maxLooks) throw new Error(`it has more than ${maxLooks} look-arounds`);
        const bit = boundaryBit + 1 + this.#looks.length;
        this.#looks.push({ dfa, bit, isAhead });
        bits.set(look, bit);
        return bit;
      },
    };
    this.#dfa = new LazyDfa(buildAutomaton(pattern, alphabet, false), isIn);
  }

  /** Whether the expression matches somewhere in a text. */
  test(text: string): boolean {
    const tape = this.#tapeOf(text);
    for (const { dfa, bit, isAhead } of this.#looks) dfa.mark(tape, bit, isAhead);
    return this.#dfa.finds(tape);
  }

  #tapeOf(text: string): Tape {
    const isShort = text.length < this.#shortClasses.length;
    const classes = isShort ? this.#shortClasses : new Uint16Array(text.length);
    const contexts = isShort ? this.#shortContexts : new Uint32Array(text.length + 1);
    let length = 0;
    let wasWord = false;
    for (let at = 0; at < text.length; length++) {
      const code = (this.#isUnicode ? text.codePointAt(at) : text.charCodeAt(at)) ?? 0;
      at += code > 0xffff ? 2 : 1;
      classes[length] = this.#characters.classOf(code);
      const isWord = isWordCharacter(code);
      contexts[length] = Number(isWord !== wasWord) << boundaryBit;
      wasWord = isWord;
    }
    contexts[length] = (1 << endBit) | (Number(wasWord) << boundaryBit);
    contexts[0] = (contexts[0] ?? 0) | (1 << startBit);
    return { classes: classes.subarray(0, length), contexts: contexts.subarray(0, length + 1) };
  }
}

/** ECMA-262 §22.2.2.9.3: letters, digits and the underscore of ASCII. */
function isWordCharacter(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 95 || (code >= 97 && code <= 122);
}
