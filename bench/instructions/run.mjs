// npm run bench:instructions [-- --runs=3] [-- --contestants=<file>,…] [-- --eras=modern,legacy]: instructions that a call takes, and how
// contestants stand to each other by them. Repeats on a machine where time does not.
import { parseArgs } from 'node:util';
import { findContestants } from '../harness/contestants.mjs';
import { median } from '../harness/statistics.mjs';
import { createIssuer } from '../work/issuer.mjs';
import { callAdd } from '../work/requests.mjs';
import { countCalls } from './count-calls.mjs';
import { assertEmulator } from './emulator.mjs';

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
  },
});
assertEmulator();
const ids = options.contestants.split(',');
const contestants = (await findContestants()).filter(({ id }) => ids.includes(id));
const issuer = await createIssuer();
const tokenFor = async (scope) => ({ authorization: `Bearer ${await issuer.token({ scope })}` });
const allowed = await tokenFor('add');
const refused = await tokenFor('other');

console.log(`Instructions of a call in user mode, median of ${options.runs} processes, Node ${process.version}`);
for (const era of options.eras.split(',')) {
  const kinds = [
    { headers: allowed, status: 200, suffix: '', takesPart: ({ joins }) => joins.includes('tools-call') },
    { headers: refused, status: 403, suffix: ', refused', takesPart: ({ joins }) => joins.includes('refused') },
  ];
  let baseline;
  for (const { headers, status, suffix, takesPart } of kinds.slice(0, options.refused ? 2 : 1)) {
    for (const contestant of contestants.filter((each) => each.eras.includes(era) && takesPart(each))) {
      const entrant = { ...contestant, settings: { jwks: issuer.jwks, tools: 1 }, headers, status };
      const counts = [];
      for (let run = 0; run < Number(options.runs); run += 1) {
        counts.push(await countCalls({ ...entrant, request: callAdd(era, headers) }));
      }
      baseline ??= counts;
      print(`${contestant.title}${suffix}, ${era}`, counts, baseline);
    }
  }
}
process.exit();

/** How many times as fast as the first line, with the lowest and the highest that any two processes give. */
function print(title, counts, baseline) {
  const times = median(baseline) / median(counts);
  const lowest = Math.min(...baseline) / Math.max(...counts);
  const highest = Math.max(...baseline) / Math.min(...counts);
  console.log(
    [
      title.padEnd(52),
      Math.round(median(counts)).toLocaleString('en').padStart(10),
      `${times.toFixed(2).padStart(6)} × first line (${lowest.toFixed(2)} to ${highest.toFixed(2)})`,
    ].join(' '),
  );
}
