import type { ErrorCode } from '../../errors/error-table.js';

/** Outcomes of a decision: a refusal by its code, or another one. */
export type DecisionCode = ErrorCode | 'accepted' | 'concealed';

/** Counts decisions by outcome, since the process began. */
export class DecisionCounts {
  // A plain field, since it is counted at every call.
  #accepted = 0;
  readonly #others = new Map<DecisionCode, number>();

  /** Counts one decision. */
  count(code: DecisionCode): void {
    if (code === 'accepted') this.#accepted += 1;
    else this.#others.set(code, (this.#others.get(code) ?? 0) + 1);
  }

  /** The counts, by code; those of zero are left out. */
  get byCode(): Readonly<Partial<Record<DecisionCode, number>>> {
    return { ...(this.#accepted === 0 ? {} : { accepted: this.#accepted }), ...Object.fromEntries(this.#others) };
  }
}

/** Sums counts by code. */
export function sumOfCounts(
  all: readonly Readonly<Partial<Record<DecisionCode, number>>>[],
): Readonly<Partial<Record<DecisionCode, number>>> {
  const sums: Partial<Record<string, number>> = {};
  for (const counts of all) {
    for (const [code, count] of Object.entries(counts)) sums[code] = (sums[code] ?? 0) + count;
  }
  return sums;
}
