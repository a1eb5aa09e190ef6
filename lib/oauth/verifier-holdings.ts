/** What a verifier of ours holds at this moment. */
export interface VerifierHoldings {
  /** Tokens whose verdict is remembered. */
  readonly tokens: number;
  /** Seconds since the keys of each issuer were fetched, by its identifier; without those that were given or not fetched yet. */
  readonly keyAgeSeconds: Readonly<Record<string, number>>;
}

/** Something that may know what it holds. */
export interface Holding {
  /** What it holds, for operators. Optional. */
  holdings?(): VerifierHoldings;
}

/**
 * What several hold together.
 *
 * @param holders - those that do not know hold nothing
 * @param tokens - beside theirs
 */
export function sumOfHoldings(holders: readonly (Holding | undefined)[], tokens = 0): VerifierHoldings {
  const all = holders.flatMap((holder) => holder?.holdings?.() ?? []);
  return {
    tokens: all.reduce((sum, each) => sum + each.tokens, tokens),
    keyAgeSeconds: Object.fromEntries(all.flatMap(({ keyAgeSeconds }) => Object.entries(keyAgeSeconds))),
  };
}
