import { readFileSync, writeFileSync } from 'node:fs';
import prettier from 'prettier';
import { reckon } from './arithmetic.mjs';

const docs = (name) => new URL(`../../docs/${name}`, import.meta.url);
const grouped = (value) => Math.round(value).toLocaleString('en');
const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

/** @param {object} results - of run.mjs */
export function formatResults(results) {
  const { date, machine, others, isQuick, throughput, commands, subscriptions } = results;
  return [
    `Measured on ${date.slice(0, 10)} with Node ${machine.node} on ${machine.cores} cores (${machine.cpu}), ` +
      `while other programs used ${others.toFixed(1)} of them${isQuick ? ', in a **short run**' : ''}.`,
    ...(others > 0.2
      ? [
          '',
          '**Others worked on these cores at the same time.** Rates, ratios and CPU say little until this is repeated.',
        ]
      : []),
    '',
    '### Calls',
    '',
    table(
      ['work', 'processes', 'calls/s', '× one process', 'CPU µs a call', 'calls/s of a core', 'load generator, cores'],
      throughput.map(({ title, processes, rate, ratio, cpu, loadCpuShare }) => [
        title,
        processes,
        grouped(rate),
        ratio.toFixed(2),
        cpu.toFixed(0),
        grouped(1e6 / cpu),
        loadCpuShare.toFixed(2),
      ]),
    ),
    '### Redis commands',
    '',
    table(
      ['one', 'sent', 'which', 'what scripts do inside'],
      commands.map(({ title, commands: { sent, inside } }) => [title, total(sent), inWords(sent), inWords(inside)]),
    ),
    '### Subscriptions',
    '',
    table(
      [
        'processes',
        'streams',
        'V8 heap a stream',
        'resident a stream',
        'CPU µs a sign of life',
        'CPU µs a change, a stream that does not listen to it',
        'CPU µs a change, a subscriber',
        'until the last has heard, ms',
        '`PUBLISH` a change',
      ],
      subscriptions.map((row) => [
        row.processes,
        grouped(row.subscribers),
        kib(row.heap),
        // The resident memory of several processes varies by more than their few streams need.
        row.processes === 1 ? kib(row.resident) : '',
        row.signOfLifeCpu.toFixed(1),
        row.unheardCpu.toFixed(2),
        row.changeCpu.toFixed(1),
        row.changeMs.toFixed(0),
        row.published.toFixed(0),
      ]),
    ),
    '### A million open subscriptions',
    '',
    table(
      ['what', 'reckoned with', 'that is'],
      reckon(results).map(({ question, how, answer }) => [question, how, answer]),
    ),
  ].join('\n');
}

/** Writes docs/scaling.json, and the tables into docs/scaling.md. */
export async function publish(results) {
  const file = docs('scaling.md');
  const page = readFileSync(file, 'utf8').replace(
    /(<!-- results -->\n)[^]*(<!-- end of results -->)/,
    (_whole, begin, end) => `${begin}\n${formatResults(results)}\n${end}`,
  );
  const options = await prettier.resolveConfig(docs('scaling.md').pathname);
  writeFileSync(file, await prettier.format(page, { ...options, parser: 'markdown' }));
  const json = JSON.stringify(results, undefined, 2);
  writeFileSync(docs('scaling.json'), await prettier.format(json, { ...options, parser: 'json' }));
}

function table(head, rows) {
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const rule = head.map((_text, column) => (column === 0 ? '---' : '--:'));
  return [row(head), row(rule), ...rows.map(row), ''].join('\n');
}

function total(counts) {
  return String(
    Number(
      Object.values(counts)
        .reduce((sum, count) => sum + count, 0)
        .toFixed(2),
    ),
  );
}

function inWords(counts) {
  const each = Object.entries(counts).map(([name, count]) => `${Number(count.toFixed(2))} \`${name.toUpperCase()}\``);
  return each.length === 0 ? 'none' : each.join(', ');
}
