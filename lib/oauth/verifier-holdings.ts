/** What a verifier of ours holds at this moment. */
export interface VerifierHoldings {
  /** Tokens whose verdict is remembered. */
  readonly tokens: number;
  /** Seconds since the keys of each issuer were fetched, by its identifier; without those that were given or not fetched yet. */
  readonly keyAgeSeconds: Readonly<Record<string, number>>;
  /** The scopes that the metadata of the issuers lists; undefined as long as that of one is not known, or lists none. */
  readonly offeredScopes: readonly string[] | undefined;
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
  const isComplete = all.length === holders.length && all.every(({ offeredScopes }) => offeredScopes !== undefined);
  return {
    tokens: all.reduce((sum, each) => sum + each.tokens, tokens),
    keyAgeSeconds: Object.fromEntries(all.flatMap(({ keyAgeSeconds }) => Object.entries(keyAgeSeconds))),
    offeredScopes: isComplete ? all.flatMap(({ offeredScopes = [] }) => offeredScopes) : undefined,
  };
}
