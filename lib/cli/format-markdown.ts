import { plainText } from './plain-text.js';

/**
 * Rows of cells as a Markdown table.
 *
 * @param rows - the first one is the heading; all have the same number of cells
 */
export function formatMarkdown(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...others] = rows.map((row) => row.map(escapeCell));
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [heading, heading.map(() => '---'), ...others].map(line).join('');
}

/** A cell means what it says: no character of it is Markdown or HTML. */
function escapeCell(cell: string): string {
  return plainText(cell).replace(/[\\`*_[\]<>|&~]/g, (character) => `\\${character}`);
}
