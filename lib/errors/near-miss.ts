/**
 * Finds the name that a developer most likely meant. It has the same letters in another case, is the singular or plural, or differs by
 * a few typing mistakes.
 *
 * @param written - what the developer wrote
 * @param known - the names that exist
 * @returns undefined if none is close
 */
export function nearMiss(written: string, known: readonly string[]): string | undefined {
  const word = simplified(written);
  const maxDistance = Math.min(3, Math.floor(word.length / 3));
  let [best, bestDistance]: [string | undefined, number] = [undefined, maxDistance + 1];
  for (const name of known) {
    const distance = editDistance(word, simplified(name), bestDistance);
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Longer names are no near miss of any of ours, and comparing them would cost time. */
const maxLength = 40;

function simplified(name: string): string {
  return name
    .slice(0, maxLength)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/**
 * Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours that make one word of the other.
 *
 * @param limit - distances from here on are all the same to the caller
 */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? limit;
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= to.length; column += 1) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          at(row - 2, column - 2) + (isSwap ? 1 : limit),
        ),
      );
    }
  }
  return at(from.length, to.length);
}
