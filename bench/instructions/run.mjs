// npm run bench -- --bars [--runs=3] [--only=calls,importing,registering,start-up,first-use], or npm run bench:instructions [--
// --runs=3] [-- --contestants=<file>,…] [-- --eras=modern,legacy].
//
// Counts the instructions of a call, and compares contestants. The counts are reproducible on machines whose times are not. With `--bars`
// it also counts what comes before the first call.
import { parseArgs } from 'node:util';
import { findContestants } from '../harness/contestants.mjs';
import { median } from '../harness/statistics.mjs';
import { createIssuer } from '../work/issuer.mjs';
import { callAdd } from '../work/requests.mjs';
import { countCalls } from './count-calls.mjs';
import { judgeStartUp, startUpKinds } from './start-up-bars.mjs';
import { assertEmulator } from '../../tools/instructions/emulator.mjs';

const usual = [
  ...['bare-express', 'node-http', 'drained-express', 'express-mcp', 'express-mcp-listener'],
  ...['sdk-2', 'mcp-lite', 'tmcp'],
];

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    contestants: { type: 'string', default: usual.join(',') },
    eras: { type: 'string', default: 'modern,legacy' },
    refused: { type: 'boolean', default: false },
    bars: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
});
assertEmulator();
const chosen = options.only?.split(',') ?? ['calls', ...(options.bars ? startUpKinds : [])];
const eras = chosen.includes('calls') ? options.eras.split(',') : [];
const ids = options.contestants.split(',');
// Contestants are modules with dependencies of their own, which nothing but calls takes.
const contestants = eras.length === 0 ? [] : (await findContestants()).filter(({ id }) => ids.includes(id));
const issuer = await createIssuer();
const tokenFor = async (scope) => ({ authorization: `Bearer ${await issuer.token({ scope })}` });
const allowed = await tokenFor('add');
const refused = await tokenFor('other');

console.log(
  `Instructions of a call in user mode, median of ${options.runs} processes, × the first line, Node ${process.version}`,
);
const counted = new Map();
for (const era of eras) {
  const kinds = [
    { headers: allowed, status: 200, suffix: '', takesPart: ({ joins }) => joins.includes('tools-call') },
    { headers: refused, status: 403, suffix: ', refused', takesPart: ({ joins }) => joins.includes('refused') },
  ];
  let baseline;
  for (const { headers, status, suffix, takesPart } of kinds.slice(0, options.refused || options.bars ? 2 : 1)) {
    for (const contestant of contestants.filter((each) => each.eras.includes(era) && takesPart(each))) {
      const entrant = { ...contestant, settings: { jwks: issuer.jwks, tools: 1 }, headers, status };
      const counts = [];
      for (let run = 0; run < Number(options.runs); run += 1) {
        counts.push(await countCalls({ ...entrant, request: callAdd(era, headers) }));
      }
      baseline ??= counts;
      print(`${contestant.title}${suffix}, ${era}`, counts, baseline);
      counted.set(`${contestant.id}${suffix}, ${era}`, counts);
    }
  }
}
if (options.bars) for (const era of eras) judge(era);
for (const kind of startUpKinds.filter((each) => chosen.includes(each))) await judgeStartUp(kind, Number(options.runs));
process.exit();

/** Holds what was counted against what is to be reached on this version of Node; what was not counted is left out. */
function judge(era) {
  const isOld = Number(process.versions.node.split('.')[0]) < 24;
  const bars = [
    ['express-mcp-listener', 'bare-express', isOld ? 3 : 1.8],
    ['express-mcp-listener', 'node-http', isOld ? 0.5 : 0.6],
    ['express-mcp', 'bare-express', 1.15],
    ['express-mcp, refused', 'express-mcp', 1],
    ['express-mcp-listener, refused', 'express-mcp-listener', 1],
  ];
  for (const [one, other, wanted] of bars) {
    const [ours, theirs] = [counted.get(`${one}, ${era}`), counted.get(`${other}, ${era}`)];
    if (ours === undefined || theirs === undefined) continue;
    const times = median(theirs) / median(ours);
    const verdict = times >= wanted ? 'reached' : `missed by ${((1 - times / wanted) * 100).toFixed(0)} %`;
    console.log(`${one}, of ${other}, ${era}: wanted ≥ ${wanted} ×, ${between(ours, theirs)}, ${verdict}`);
  }
}

/** How many times as cheap one is as another, with the lowest and the highest that any two processes give. */
function between(ours, theirs) {
  const lowest = Math.min(...theirs) / Math.max(...ours);
  const highest = Math.max(...theirs) / Math.min(...ours);
  return `${(median(theirs) / median(ours)).toFixed(2)} × (${lowest.toFixed(2)} to ${highest.toFixed(2)})`;
}

function print(title, counts, baseline) {
  const count = Math.round(median(counts)).toLocaleString('en').padStart(10);
  console.log(`${title.padEnd(52)} ${count}   ${between(counts, baseline)}`);
}
