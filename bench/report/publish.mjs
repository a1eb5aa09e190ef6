import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { drawChart } from './chart.mjs';
import { formatTable, formatVerdicts } from './format.mjs';

const here = (name) => new URL(`../results/${name}`, import.meta.url);
const docs = (name) => new URL(`../../docs/${name}`, import.meta.url);

/**
 * Writes results as JSON, as tables and as pictures into bench/results, and into docs/performance.md when they are to be
 * published.
 *
 * @param {object} results
 * @param {boolean} isForDocs
 */
export function publishResults(results, isForDocs) {
  const { date, machine, measuring, tables, verdicts } = results;
  const { rounds, seconds, connections } = measuring;
  const charts = tables
    .filter(({ id }) => id.startsWith('tools-call-'))
    .map((table) => ({ table, name: `${table.id}.svg`, svg: drawChart(table, 'express-mcp') }));
  const withChart = (table) => {
    const chart = charts.find((each) => each.table === table);
    return formatTable(table) + (chart === undefined ? '' : `\n![${table.title}](${chart.name})\n`);
  };
  const text = [
    `Measured on ${date.slice(0, 10)} with Node ${machine.node} on ${machine.cores} cores (${machine.cpu}): ` +
      `${rounds} rounds of ${seconds} s over ${connections} connections.`,
    '',
    formatVerdicts(verdicts),
    ...tables.map(withChart),
  ].join('\n');

  mkdirSync(here(''), { recursive: true });
  writeFileSync(here('results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(here('results.md'), text);
  for (const { name, svg } of charts) writeFileSync(here(name), svg);
  if (!isForDocs) return;
  for (const { name, svg } of charts) writeFileSync(docs(name), svg);
  const page = readFileSync(docs('performance.md'), 'utf8');
  writeFileSync(
    docs('performance.md'),
    page.replace(/(<!-- results -->\n)[^]*(<!-- end of results -->)/, `$1\n${text}\n$2`),
  );
}
