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
  let sum = tokens;
  const keyAgeSeconds: Record<string, number> = {};
  const offered: (readonly string[])[] = [];
  // Each refusal for a missing scope asks, so this makes no lists that it does not return.
  for (const holder of holders) {
    const held = holder?.holdings?.();
    if (held === undefined) continue;
    sum += held.tokens;
    Object.assign(keyAgeSeconds, held.keyAgeSeconds);
    if (held.offeredScopes !== undefined) offered.push(held.offeredScopes);
  }
  return {
    tokens: sum,
    keyAgeSeconds,
    offeredScopes: offered.length === holders.length ? offered.flat() : undefined,
  };
}
