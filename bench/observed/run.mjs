// npm run bench:observed [-- --pairs=24] [-- --only=channel]: what it costs to watch calls, in instructions of a call: the tracing channel has
// a subscriber, OpenTelemetry's SDK records spans and durations that go nowhere, and the same span and duration made by hand. Fails when
// one costs more than it may.
//
// Blocks of calls that are watched and of calls that are not take turns in one process. Two processes differ by more than a subscriber
// costs, since V8 compiles at other moments in each.
import { parseArgs } from 'node:util';
import { Helper } from '../harness/process.mjs';
import { InstructionCount, assertEmulator } from '../../tools/instructions/emulator.mjs';
import { createTestIssuer } from '../../dist/testing/index.js';
import { callAdd } from '../work/requests.mjs';
import { watchField } from './watched-app.mjs';

/** How much more a call may take than one that nobody watches. */
const allowed = { channel: 0.05, opentelemetry: 0.35, 'by hand': undefined };
const blockSize = 200;
const connections = 8;

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '24' },
    warmUp: { type: 'string', default: '10' },
    only: { type: 'string' },
  },
});
assertEmulator();
const issuer = await createTestIssuer({ audience: 'https://api.example.com/mcp' });
const headers = { authorization: `Bearer ${await issuer.token({ scope: 'add', expiresIn: 36_000 })}` };

let missed = 0;
console.log(
  `Instructions of a call in user mode, ${options.pairs} pairs of blocks of ${blockSize} calls, Node ${process.version}`,
);
for (const [watched, bar] of Object.entries(allowed)) {
  if (options.only !== undefined && options.only !== watched) continue;
  const pairs = await countPairs(watched);
  const [off, on] = [0, 1].map((place) => middle(pairs.map((pair) => pair[place])));
  const more = on / off - 1;
  const isMissed = bar !== undefined && more > bar;
  if (isMissed) missed += 1;
  const limit = bar === undefined ? '' : ` (at most ${bar * 100} %)`;
  const figures = [off, on].map((count) => Math.round(count).toLocaleString('en')).join(' → ');
  const error = standardError(pairs.map(([unwatched, seen]) => seen / unwatched - 1));
  const percent = `${(more * 100).toFixed(1)} ± ${(error * 100).toFixed(1)} % more`;
  console.log(`${isMissed ? '✗' : '✓'} ${watched.padEnd(14)} ${figures}: ${percent}${limit}`);
}
process.exit(Math.min(missed, 1));

/** Pairs of what a call takes that is not watched and one that is. */
async function countPairs(watched) {
  const count = new InstructionCount(watched.replaceAll(' ', '-'));
  const server = new Helper('server.mjs', watched, { flags: ['--single-threaded'], under: count.command });
  const load = new Helper('load.mjs', 'the load');
  try {
    const file = new URL('watched-app.mjs', import.meta.url).href;
    const settings = { issuer: issuer.issuer, jwks: issuer.jwks, watched };
    const { url, headers: more } = await server.ask({ kind: 'start', file, settings, headers });
    const block = async (state) => {
      const request = callAdd('modern', headers);
      const requests = [{ ...request, headers: { ...request.headers, ...more, [watchField]: state } }];
      const before = count.read();
      const { failures } = await load.ask({ url, requests, status: 200, connections, count: blockSize });
      if (failures > 0) throw new Error(`${watched}: ${failures} of ${blockSize} answers were not 200`);
      return (count.read() - before) / blockSize;
    };
    const pairs = [];
    for (let pair = 0; pair < Number(options.warmUp) + Number(options.pairs); pair += 1) {
      // In turns, so that what becomes cheaper with time does so for both.
      const isOffFirst = pair % 2 === 0;
      const first = await block(isOffFirst ? 'off' : 'on');
      const second = await block(isOffFirst ? 'on' : 'off');
      if (pair >= Number(options.warmUp)) pairs.push(isOffFirst ? [first, second] : [second, first]);
    }
    return pairs;
  } finally {
    await Promise.all([server.stop(), load.stop()]);
    count.close();
  }
}

/** The mean without the lowest and the highest quarter: a block may hold a compilation, or one collection of garbage more than others. */
function middle(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const quarter = Math.floor(sorted.length / 4);
  const kept = sorted.slice(quarter, sorted.length - quarter);
  return kept.reduce((sum, value) => sum + value, 0) / kept.length;
}

function standardError(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}
