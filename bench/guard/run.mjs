// npm run bench:guard [-- --runs=10] [-- --update]: bytes that a call allocates, held against bench/guard/budget.json.
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median, spread } from '../harness/statistics.mjs';
import { subjects } from './subjects.mjs';

// Without compilation, because its savings depend on timing. One thread, and a young generation that has room for a whole block.
const flags = [
  ...['--no-opt', '--no-flush-bytecode', '--single-threaded', '--expose-gc'],
  ...['--min-semi-space-size=64', '--max-semi-space-size=64'],
];
/** Tolerance above the budget: more than the spread of ten runs on a machine with four times too much work. */
const tolerance = 0.1;

const budgetFile = new URL('budget.json', import.meta.url);
const counter = fileURLToPath(new URL('count.mjs', import.meta.url));
const major = process.versions.node.split('.')[0];

const { values: options } = parseArgs({
  options: { runs: { type: 'string', default: '1' }, update: { type: 'boolean', default: false } },
});

/** The counts of a subject, one a run. */
async function count(subject) {
  const results = [];
  for (let run = 0; run < Number(options.runs); run += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, counter, subject]);
    results.push(JSON.parse(stdout));
  }
  return results;
}

const counted = new Map(await Promise.all(Object.keys(subjects).map(async (name) => [name, await count(name)])));
const budgets = JSON.parse(readFileSync(budgetFile, 'utf8'));
const budget = budgets[major] ?? {};
const measured = {};
let tooMuch = 0;

console.log(
  `Bytes allocated per call beyond an app that answers with ready bytes on the same server, Node ${process.version}`,
);
for (const [subject, results] of counted) {
  const { baseline } = subjects[subject];
  if (baseline === undefined) continue;
  const beyond = results.map((result, run) => result - counted.get(baseline)[run]);
  const allowed = budget[subject];
  const value = Math.round(median(beyond));
  const isOver = allowed !== undefined && value > allowed * (1 + tolerance);
  if (isOver) tooMuch += 1;
  const words = [
    value.toLocaleString('en'),
    allowed === undefined ? 'no budget' : `of ${allowed.toLocaleString('en')}`,
    ...(results.length > 1 ? [`spread ${(spread(beyond) * 100).toFixed(2)} %`] : []),
  ];
  console.log(`${isOver ? '✗' : '✓'} ${subject}: ${words.join(', ')}`);
  measured[subject] = value;
}
if (options.update) writeFileSync(budgetFile, `${JSON.stringify({ ...budgets, [major]: measured }, undefined, 2)}\n`);
else if (tooMuch > 0) console.log(`${tooMuch} over budget by more than ${tolerance * 100} %`);
process.exit(options.update ? 0 : Math.min(tooMuch, 1));
