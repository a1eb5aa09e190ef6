// Results as text. A column is shown if a row has its value.

const decimals = (digits) => (value) => value.toFixed(digits);
const grouped = (value) => Math.round(value).toLocaleString('en');
const kibibytes = (value) => (value / 2 ** 10).toFixed(2);
const mebibytes = (value) => (value / 2 ** 20).toFixed(1);

/** Columns of a row with their headings. */
const columns = [
  { key: 'rate', head: 'requests/s', show: grouped },
  { key: 'rateRatio', head: '× first line', show: decimals(2) },
  { key: 'p50', head: 'p50 ms', show: decimals(2) },
  { key: 'p99', head: 'p99 ms', show: decimals(2) },
  { key: 'cpu', head: 'CPU µs', show: decimals(1) },
  { key: 'cpuRatio', head: 'CPU × first line', show: decimals(2) },
  { key: 'memory', head: 'memory MiB', show: mebibytes },
  { key: 'bytes', head: 'bytes', show: grouped },
  { key: 'heapEach', head: 'heap KiB each', show: kibibytes },
  { key: 'heapRatio', head: 'heap × first line', show: decimals(2) },
  { key: 'residentEach', head: 'resident KiB each', show: kibibytes },
  { key: 'lastHeardMs', head: 'ms until all heard', show: decimals(1) },
  { key: 'changeCpu', head: 'CPU µs each', show: decimals(1) },
  { key: 'importMilliseconds', head: 'import ms', show: decimals(0) },
  { key: 'importMemory', head: 'import MiB', show: mebibytes },
  { key: 'packages', head: 'packages', show: grouped },
  { key: 'installedBytes', head: 'installed MiB', show: mebibytes },
];

/** @param {{ title: string, rows: readonly object[] }} table */
export function formatTable({ title, rows }) {
  const shown = columns.filter(({ key }) => rows.some((row) => row[key] !== undefined));
  const lines = rows.map((row) => [
    row.title,
    ...shown.map(({ key, show }) => (row[key] === undefined ? '' : show(row[key]))),
  ]);
  return align(title, ['', ...shown.map(({ head }) => head)], lines);
}

/** @param {readonly { sentence: string, wanted: string, measured: number, isReached: boolean }[]} verdicts */
export function formatVerdicts(verdicts) {
  const lines = verdicts.map(({ sentence, wanted, measured, isReached }) => [
    sentence,
    wanted,
    measured.toFixed(2),
    isReached ? 'yes' : 'no',
  ]);
  return align('The bar', ['', 'wanted', 'measured', 'reached'], lines);
}

/** A Markdown table that a terminal shows well, too. */
function align(title, head, lines) {
  const widths = head.map((text, column) => Math.max(3, text.length, ...lines.map((line) => line[column].length)));
  const row = (cells) => `| ${cells.map((cell, column) => pad(cell, widths[column], column)).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [`### ${title}`, '', row(head), rule, ...lines.map(row), ''].join('\n');
}

const pad = (text, width, column) => (column === 0 ? text.padEnd(width) : text.padStart(width));
