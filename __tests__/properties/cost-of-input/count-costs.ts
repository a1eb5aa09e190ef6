// Runs under the emulator: takes each input twice as large as well, and writes how many instructions each took, one line of JSON for each.
// Its argument is the file in which the emulator counts.
import { openSync, readSync } from 'node:fs';
import { inputs } from './inputs.js';

const descriptor = openSync(String(process.argv[2]), 'r');
const only = process.argv[3];
const runs = 2;

function instructions(): number {
  const bytes = Buffer.alloc(8);
  readSync(descriptor, bytes, 0, 8, 0);
  return Number(bytes.readBigUInt64LE());
}

/** Instructions of the cheapest of some runs: the others may hold the garbage collection of what came before. */
async function costOf(take: () => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let run = 0; run < runs; run++) {
    const before = instructions();
    await take();
    least = Math.min(least, instructions() - before);
  }
  return least;
}

for (const { title, size, most = 2.2, prepare } of inputs) {
  if (only !== undefined && !title.includes(only)) continue;
  const small = await costOf(await prepare(size));
  const large = await costOf(await prepare(2 * size));
  process.stdout.write(`${JSON.stringify({ title, small, large, most })}\n`);
}
process.exit();
