import type { RevocationQuestions } from './ask-revocations.js';
import { askRevocations } from './ask-revocations.js';

interface Round {
  readonly keys: Set<string>;
  readonly times: Promise<ReadonlyMap<string, number | undefined>>;
}

// Small enough for a store to answer without blocking others.
const maxKeys = 1000;

/**
 * Combines questions to a revocation store into batches. Checking thousands of open streams in one turn takes a handful of questions.
 * They are sent no earlier than the single ones would be.
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
    // The batch is full and is sent as it is; later keys go into the next.
    if (round.keys.size >= maxKeys) this.#round = undefined;
    const times = await round.times;
    return keys.map((key) => times.get(key));
  }

  #begin(): Round {
    const keys = new Set<string>();
    const ask = async (): Promise<ReadonlyMap<string, number | undefined>> => {
      // Waits until the current turn has added all its keys.
      await Promise.resolve();
      if (this.#round?.keys === keys) this.#round = undefined;
      const all = [...keys];
      const times = await askRevocations(this.#store, all);
      return new Map(all.map((key, index) => [key, times[index]]));
    };
    return { keys, times: ask() };
  }
}
