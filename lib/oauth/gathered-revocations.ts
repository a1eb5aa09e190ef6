import type { RevocationQuestions } from './ask-revocations.js';
import { askRevocations } from './ask-revocations.js';

interface Round {
  readonly keys: Set<string>;
  readonly times: Promise<ReadonlyMap<string, number | undefined>>;
}

// Little enough for a store not to keep others waiting.
const mostKeys = 1000;

/**
 * Asks a store once for what is asked in one go. Whoever looks at thousands of open streams, one after the other, costs the store a
 * handful of questions, and they are asked no earlier than each would be by itself.
 */
export class GatheredRevocations implements RevocationQuestions {
  readonly #store: RevocationQuestions;
  #round: Round | undefined;

  constructor(store: RevocationQuestions) {
    this.#store = store;
  }

  async revokedAt(keys: readonly string[]): Promise<readonly (number | undefined)[]> {
    const round = (this.#round ??= this.#begin());
    for (const key of keys) round.keys.add(key);
    // It is asked as it is; who comes now is in the next.
    if (round.keys.size >= mostKeys) this.#round = undefined;
    const times = await round.times;
    return keys.map((key) => times.get(key));
  }

  #begin(): Round {
    const keys = new Set<string>();
    const ask = async (): Promise<ReadonlyMap<string, number | undefined>> => {
      // Not before whoever asks now has asked for all that there is.
      await Promise.resolve();
      if (this.#round?.keys === keys) this.#round = undefined;
      const all = [...keys];
      const times = await askRevocations(this.#store, all);
      return new Map(all.map((key, index) => [key, times[index]]));
    };
    return { keys, times: ask() };
  }
}
