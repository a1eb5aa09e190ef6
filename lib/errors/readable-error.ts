/**
 * Replaces a thrown value that cannot even be inspected. A revoked Proxy throws on `instanceof`, so its handler would throw in turn.
 *
 * @param thrown - anything
 * @returns the same, or an error in its place
 */
export function readableError(thrown: unknown): unknown {
  try {
    // Reads the prototype, and so throws if that is impossible.
    if (thrown instanceof Error) return thrown;
    return thrown;
  } catch (cause) {
    return new TypeError('Something was thrown that cannot be looked at, such as a revoked Proxy', { cause });
  }
}
