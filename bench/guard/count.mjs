// A process that makes one subject warm, then calls it so many times, and says what that did to the heap.
import { getHeapStatistics } from 'node:v8';
import { median } from '../harness/statistics.mjs';
import { connectInMemory, toBytes } from './in-memory.mjs';
import { subjects } from './subjects.mjs';

const warmUp = 200;
const blocks = 7;
const calls = 50;

const { listener, request } = await subjects[process.argv[2]]();
const { exchange } = connectInMemory(listener);
const bytes = toBytes(request);

async function repeat(times) {
  for (let time = 0; time < times; time += 1) await exchange(bytes);
}

const used = () => getHeapStatistics().used_heap_size;

await repeat(warmUp);
const counts = [];
for (let block = 0; block < blocks; block += 1) {
  globalThis.gc();
  const before = used();
  await repeat(calls);
  const allocated = used() - before;
  // What the young generation cannot let go of is moved about, twice, and then waits for the old generation's turn.
  globalThis.gc({ type: 'minor' });
  globalThis.gc({ type: 'minor' });
  counts.push({ allocated: allocated / calls, surviving: (used() - before) / calls });
}
// A block in which V8 found time to clean up by itself is far off, and never the one in the middle.
const middle = (kind) => median(counts.map((count) => count[kind]));
console.log(JSON.stringify({ allocated: middle('allocated'), surviving: middle('surviving') }));
process.exit();
