import { plainText } from './plain-text.js';

/**
 * Rows of cells as columns for a terminal.
 *
 * @param rows - the first one is the heading; all have the same number of cells
 */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const clean = rows.map((row) => row.map(plainText));
  const widths = (clean[0] ?? []).map((_, column) => Math.max(...clean.map((row) => lengthOf(row[column]))));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell)))
      .join('  ')
      .trimEnd();
  const [heading = [], ...others] = clean;
  const rule = widths.map((width) => '-'.repeat(width));
  return [heading, rule, ...others].map((cells) => `${line(cells)}\n`).join('');
}

const characters = new Intl.Segmenter();

/** In characters as people count them. */
function lengthOf(cell = ''): number {
  return Array.from(characters.segment(cell)).length;
}
