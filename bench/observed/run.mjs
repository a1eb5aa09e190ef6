// npm run bench:observed [-- --pairs=400] [-- --only=channel]: measures the cost of watching calls, in instructions of a call. It
// compares a subscriber of the tracing channel, OpenTelemetry's SDK with exporters that drop everything, and a hand-made span and
// duration. Fails if one costs more than allowed.
//
// Short blocks of watched and unwatched calls take turns in one process, over a connection in memory. Two processes differ by more than
// a subscriber costs, since V8 compiles and collects at other moments in each.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { InstructionCount, assertEmulator } from '../../tools/instructions/emulator.mjs';

/** How much more a call may take than one that is not watched. */
const allowed = { channel: 0.05, opentelemetry: 0.35, 'by hand': undefined };
const counter = fileURLToPath(new URL('count.mjs', import.meta.url));

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '400' },
    warmUp: { type: 'string', default: '200' },
    only: { type: 'string' },
  },
});
assertEmulator();

let missed = 0;
console.log(
  `Instructions of a call in user mode, ${options.pairs} pairs of blocks of 20 calls, Node ${process.version}`,
);
for (const [watched, bar] of Object.entries(allowed)) {
  if (options.only !== undefined && options.only !== watched) continue;
  const pairs = await countPairs(watched);
  const off = mean(middleOf(pairs.map(([unwatched]) => unwatched)));
  const differences = middleOf(pairs.map(([unwatched, seen]) => seen - unwatched));
  const on = off + mean(differences);
  const more = on / off - 1;
  const error = deviation(differences) / Math.sqrt(differences.length) / off;
  const isMissed = bar !== undefined && more > bar;
  if (isMissed) missed += 1;
  const limit = bar === undefined ? '' : ` (at most ${bar * 100} %)`;
  const figures = [off, on].map((count) => Math.round(count).toLocaleString('en')).join(' → ');
  const percent = `${(more * 100).toFixed(1)} ± ${(error * 100).toFixed(1)} % more`;
  console.log(`${isMissed ? '✗' : '✓'} ${watched.padEnd(14)} ${figures}: ${percent}${limit}`);
}
process.exit(Math.min(missed, 1));

/** Pairs of what a call takes that is not watched and one that is. */
async function countPairs(watched) {
  const count = new InstructionCount(watched.replaceAll(' ', '-'));
  const settings = {
    watched,
    file: count.file,
    warmUp: Number(options.warmUp),
    pairs: Number(options.pairs),
    blockSize: 20,
  };
  const [emulator, ...args] = count.command;
  try {
    const { stdout } = await promisify(execFile)(
      emulator,
      [...args, process.execPath, '--single-threaded', counter, JSON.stringify(settings)],
      { maxBuffer: 2 ** 24 },
    );
    return JSON.parse(stdout);
  } finally {
    count.close();
  }
}

/** Without the lowest and the highest quarter: a block may hold a compilation, or one collection of garbage more than others. */
function middleOf(values) {
  const quarter = Math.floor(values.length / 4);
  return [...values].sort((one, other) => one - other).slice(quarter, values.length - quarter);
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values) {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
