// npm run bench:profile [-- --subject="modern call"] [-- --calls=30000] [-- --bytes]: where the time of a call goes, or with
// --bytes what allocates, by function. Calls go through a whole Express app over a connection in memory, so that the kernel is
// left out; subjects are those of the guard.
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { connectInMemory } from '../guard/in-memory.mjs';
import { subjects } from '../guard/subjects.mjs';
import { toBytes } from '../work/http-text.mjs';

const { values: options } = parseArgs({
  options: {
    subject: { type: 'string', default: 'modern call' },
    calls: { type: 'string', default: '30000' },
    bytes: { type: 'boolean', default: false },
  },
});
const calls = Number(options.calls);
const subject = subjects[options.subject];
if (subject === undefined || !(calls > 0)) {
  console.error(`--subject is one of: ${Object.keys(subjects).join(', ')}; --calls a number from 1`);
  process.exit(2);
}

const { listener, request } = await subject.make();
const { exchange } = connectInMemory(listener);
const bytes = toBytes(request);
const repeat = async (times) => {
  for (let time = 0; time < times; time += 1) await exchange(bytes);
};

const root = fileURLToPath(new URL('../../', import.meta.url));
const place = ({ functionName, url, lineNumber }) => {
  const name = url.startsWith('file:') ? fileURLToPath(url) : url;
  const file = path.isAbsolute(name) ? path.relative(root, name) : name;
  return `${functionName || '(anonymous)'} ${file === '' ? '' : `${file}:${lineNumber + 1}`}`;
};

/** Microseconds by function. */
async function timeSpent(session) {
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  await repeat(calls);
  const { profile } = await session.post('Profiler.stop');
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  return profile.samples.map((id, index) => [place(frames.get(id)), profile.timeDeltas[index]]);
}

/** Bytes by function, also those that were collected meanwhile. */
async function bytesAllocated(session) {
  await session.post('HeapProfiler.enable');
  const collected = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true };
  await session.post('HeapProfiler.startSampling', { samplingInterval: 512, ...collected });
  await repeat(calls);
  const { profile } = await session.post('HeapProfiler.stopSampling');
  const walk = ({ callFrame, selfSize, children }) => [[place(callFrame), selfSize], ...children.flatMap(walk)];
  return walk(profile.head);
}

await repeat(8000);
const session = new Session();
session.connect();
const unit = options.bytes ? 'bytes' : 'µs';
const sums = new Map();
for (const [name, amount] of await (options.bytes ? bytesAllocated(session) : timeSpent(session))) {
  sums.set(name, (sums.get(name) ?? 0) + amount / calls);
}
const total = [...sums.values()].reduce((sum, amount) => sum + amount, 0);
console.log(`${options.subject}: ${total.toFixed(1)} ${unit} a call`);
const show = ([name, amount]) =>
  console.log(`${amount.toFixed(2).padStart(10)} ${((amount / total) * 100).toFixed(1).padStart(5)} %  ${name}`);
for (const each of inOrder(byOwner())) show(each);
console.log();
for (const each of inOrder(sums).slice(0, 40)) show(each);
process.exit();

function inOrder(amounts) {
  return [...amounts].sort(([, one], [, other]) => other - one);
}

/** Owners of functions: this package, Node, another package, or the benchmark. */
function byOwner() {
  const owners = new Map();
  for (const [name, amount] of sums) {
    const owner =
      /node_modules\/(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ??
      / (dist|bench)\//.exec(name)?.[1] ??
      (name.includes(' node:') ? 'node:' : 'V8');
    owners.set(owner, (owners.get(owner) ?? 0) + amount);
  }
  return owners;
}
