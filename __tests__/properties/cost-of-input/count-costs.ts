// Runs under the emulator: takes each input twice as large as well, and writes how many instructions each took, one line of JSON for each.
// Its argument is the file in which the emulator counts.
import { openSync, readSync } from 'node:fs';
import { guards } from './guards.js';
import { inputs } from './inputs.js';
import type { Input } from './inputs.js';

const descriptor = openSync(String(process.argv[2]), 'r');
const only = process.argv[3];
/** Runs of each size; more of them if the larger one seems to cost too much, since garbage collection only ever adds. */
const runs = 2;
const moreRuns = 8;

function instructions(): number {
  const bytes = Buffer.alloc(8);
  readSync(descriptor, bytes, 0, 8, 0);
  return Number(bytes.readBigUInt64LE());
}

/** Instructions of the cheapest of some runs: the others may hold the garbage collection of what came before. */
async function costOf(take: () => Promise<unknown>, times: number): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < times; run++) {
    const before = instructions();
    await take();
    least = Math.min(least, instructions() - before);
  }
  return least;
}

interface Costs {
  readonly small: number;
  readonly large: number;
}

async function costsOf({ most = 2.2, prepare }: Input, size: number): Promise<Costs> {
  const [takeSmall, takeLarge] = [await prepare(size), await prepare(2 * size)];
  const small = await costOf(takeSmall, runs);
  const large = await costOf(takeLarge, runs);
  if (large / small <= most) return { small, large };
  return {
    small: Math.min(small, await costOf(takeSmall, moreRuns)),
    large: Math.min(large, await costOf(takeLarge, moreRuns)),
  };
}

for (const input of [...inputs, ...guards]) {
  const { title, size, most = 2.2, unbounded = false } = input;
  if (only !== undefined && !title.includes(only)) continue;
  let costs = await costsOf(input, size);
  // A hash table that grows makes one doubling dearer. Cost that grows faster than the size makes each dearer, so the next one decides.
  if (unbounded && costs.large / costs.small > most) costs = await costsOf(input, 2 * size);
  // Collection of garbage between two runs is no cost of an input. An endpoint that is made anew does not meet it again.
  if (costs.large / costs.small > most) costs = await costsOf(input, unbounded ? 2 * size : size);
  process.stdout.write(`${JSON.stringify({ title, ...costs, most })}\n`);
}
process.exit();
