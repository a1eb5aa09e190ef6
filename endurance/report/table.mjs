const columns = {
  kind: 'kind',
  sent: 'sent',
  accepted: 'accepted',
  answered: 'answered',
  failed: 'failed',
  refused: 'refused',
  left: 'left',
  cutOff: 'cut off',
  gone: 'gone',
  missed: 'missed',
  repeated: 'repeated',
  duplicated: 'duplicated',
  lost: 'lost',
  wrongPrincipal: 'wrong principal',
  unexpected: 'unexpected',
  recoveryMs: 'recovery ms',
};

/** A Markdown table. @param {readonly object[]} rows @param {Readonly<Record<string, string>>} heads - of the first column */
export function formatTable(rows, heads = columns) {
  const names = Object.keys(heads);
  const cells = [Object.values(heads), ...rows.map((row) => names.map((name) => textOf(row[name])))];
  const widths = names.map((_name, column) => Math.max(...cells.map((line) => line[column].length)));
  const lineOf = (line) => `| ${line.map((cell, column) => pad(cell, widths[column], column === 0)).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [lineOf(cells[0]), lineOf(rule), ...cells.slice(1).map(lineOf)].join('\n');
}

/** The columns, the first of them under another name. @param {string} first */
export const columnsWith = (first) => ({ ...columns, kind: first });

function textOf(value) {
  return typeof value === 'number' ? String(Math.round(value)) : value;
}

function pad(cell, width, isText) {
  return isText ? cell.padEnd(width) : cell.padStart(width);
}
