// A process that warms up one subject, then calls it many times, and prints the bytes that it allocated.
import { getHeapStatistics } from 'node:v8';
import { toBytes } from '../work/http-text.mjs';
import { connectInMemory } from './in-memory.mjs';
import { subjects } from './subjects.mjs';

const warmUp = 200;
const blocks = 12;
const calls = 50;

const { listener, request } = await subjects[process.argv[2]].make();
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
  counts.push((used() - before) / calls);
}
// V8 and Node only ever add to a call's own allocations, in some blocks a twentieth, in others nothing. So the minimum is the call's. A
// block fits into the young generation, so no collection happens within it.
console.log(Math.min(...counts));
process.exit();
