/** Facts about the caches of a verifier. */
export interface VerifierHoldings {
  /** Tokens whose verdict is cached. */
  readonly tokens: number;
  /** Seconds since the keys of each issuer were fetched, by its identifier. Keys that were given, or not fetched yet, are left out. */
  readonly keyAgeSeconds: Readonly<Record<string, number>>;
  /** The scopes that the metadata of the issuers lists; undefined while one is unknown or lists none. */
  readonly offeredScopes: readonly string[] | undefined;
}

/** An object that may report its caches. */
export interface Holding {
  /** Reports its caches, for operators. Optional. */
  holdings?(): VerifierHoldings;
}

/**
 * The sum over several verifiers.
 *
 * @param holders - those without a report count as empty
 * @param tokens - added to theirs
 */
export function sumOfHoldings(holders: readonly (Holding | undefined)[], tokens = 0): VerifierHoldings {
  const all = holders.flatMap((holder) => holder?.holdings?.() ?? []);
  const offered = all.flatMap(({ offeredScopes }) => (offeredScopes === undefined ? [] : [offeredScopes]));
  return {
    tokens: all.reduce((sum, each) => sum + each.tokens, tokens),
    keyAgeSeconds: Object.fromEntries(all.flatMap(({ keyAgeSeconds }) => Object.entries(keyAgeSeconds))),
    offeredScopes: offered.length === holders.length ? offered.flat() : undefined,
  };
}
