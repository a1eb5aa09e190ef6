/**
 * What was thrown, if it can be looked at at all: of a revoked Proxy not even `instanceof` can be asked, and whoever handles it would
 * throw in its turn.
 *
 * @param thrown - anything
 * @returns the same, or an error in its place
 */
export function readableError(thrown: unknown): unknown {
  try {
    // Asks for the prototype, and so throws if there is none to be had.
    if (thrown instanceof Error) return thrown;
    return thrown;
  } catch (cause) {
    return new TypeError('Something was thrown that cannot be looked at, such as a revoked Proxy', { cause });
  }
}
