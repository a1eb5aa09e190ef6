import type { ErrorCode } from '../../errors/error-table.js';

/** What a decision can come to: a refusal by its code, or not. */
export type DecisionCode = ErrorCode | 'accepted' | 'concealed';

/** How many decisions came to what, since the process began. */
export class DecisionCounts {
  // The one that is counted with every call is no look-up.
  #accepted = 0;
  readonly #others = new Map<DecisionCode, number>();

  /** Counts one decision. */
  count(code: DecisionCode): void {
    if (code === 'accepted') this.#accepted += 1;
    else this.#others.set(code, (this.#others.get(code) ?? 0) + 1);
  }

  /** The counts, by code; without those that never were. */
  get byCode(): Readonly<Partial<Record<DecisionCode, number>>> {
    return { ...(this.#accepted === 0 ? {} : { accepted: this.#accepted }), ...Object.fromEntries(this.#others) };
  }
}

/** Counts by code, added up. */
export function sumOfCounts(
  all: readonly Readonly<Partial<Record<DecisionCode, number>>>[],
): Readonly<Partial<Record<DecisionCode, number>>> {
  const sums: Partial<Record<string, number>> = {};
  for (const counts of all) {
    for (const [code, count] of Object.entries(counts)) sums[code] = (sums[code] ?? 0) + count;
  }
  return sums;
}
