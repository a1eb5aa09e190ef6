// npm run bench:timed [-- --rounds=9] [-- --only=calls,first-use,start-up] [-- --quick]: bars by CPU time. Every measurement is a
// process of its own. Those of a round run one after the other in random order, and ratios are made within a round. Medians with 95 %
// intervals.
import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { median, medianWithInterval } from '../harness/statistics.mjs';
import { createIssuer } from '../work/issuer.mjs';
import { callAdd } from '../work/requests.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    only: { type: 'string', default: 'calls,first-use,start-up' },
    era: { type: 'string', default: 'modern' },
    quick: { type: 'boolean', default: false },
  },
});
const rounds = Array.from({ length: Number(options.rounds) }, (_, round) => round);
const isOld = Number(process.versions.node.split('.')[0]) < 24;
// One thread, so that compiling and collecting count; a young generation that does not grow while it is measured.
const flags = [...['--single-threaded', '--no-warnings'], ...['--min-semi-space-size=16', '--max-semi-space-size=16']];
const env = { ...process.env, NODE_ENV: 'production' };
const file = (name) => fileURLToPath(new URL(name, import.meta.url));

async function printed(name, args) {
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file(name), ...args], { env });
  return JSON.parse(stdout);
}

const shuffled = (values) =>
  values
    .map((value) => [Math.random(), value])
    .sort(([one], [other]) => one - other)
    .map(([, value]) => value);

const shown = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));

/** @param {{ atLeast?: number, atMost?: number }} wanted */
function print(sentence, ratios, { atLeast, atMost }) {
  const { median: middle, low, high } = medianWithInterval(ratios);
  const isReached = middle >= (atLeast ?? -Infinity) && middle <= (atMost ?? Infinity);
  const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
  console.log(
    `${isReached ? '✓' : '✗'} ${sentence}: wanted ${bound}, ${shown(middle)} (${shown(low)} to ${shown(high)})`,
  );
}

async function measureCalls() {
  const size = options.quick ? ['4000', '24', '150'] : ['8000', '40', '250'];
  const entrants = {
    bare: ['bare-express', 'add'],
    http: ['node-http', 'add'],
    floor: ['node-http-guarded', 'add'],
    'floor, refused': ['node-http-guarded', 'other'],
    express: ['express-mcp', 'add'],
    listener: ['express-mcp-listener', 'add'],
    'express, refused': ['express-mcp', 'other'],
    'listener, refused': ['express-mcp-listener', 'other'],
  };
  const costs = Object.fromEntries(Object.keys(entrants).map((name) => [name, []]));
  for (let round = 0; round < rounds.length; round += 1) {
    for (const name of shuffled(Object.keys(entrants))) {
      costs[name].push(await printed('calls.mjs', [...entrants[name], options.era, ...size]));
    }
  }
  for (const [name, values] of Object.entries(costs)) console.log(`  ${name}: ${median(values).toFixed(1)} µs`);
  const times = (one, other) => rounds.map((round) => costs[other][round] / costs[one][round]);
  print('listener, × bare Express by hand', times('listener', 'bare'), { atLeast: isOld ? 3 : 1.8 });
  print('listener, × bare node:http', times('listener', 'http'), { atLeast: isOld ? 0.5 : 0.6 });
  print('in Express, × bare Express by hand', times('express', 'bare'), { atLeast: 1.15 });
  print('the floor by hand, × bare Express by hand', times('floor', 'bare'), { atLeast: isOld ? 3 : 1.8 });
  print('the floor by hand, × bare node:http', times('floor', 'http'), { atLeast: isOld ? 0.5 : 0.6 });
  print('listener, of the floor by hand (for information)', times('listener', 'floor'), { atLeast: 0 });
  print('refused of allowed, in Express', times('express', 'express, refused'), { atMost: 1 });
  print('refused of allowed, listener', times('listener', 'listener, refused'), { atMost: 1 });
  print('refused of allowed, the floor by hand', times('floor', 'floor, refused'), { atMost: 1 });
}

async function measureFirstUse() {
  const ratios = [];
  for (let round = 0; round < rounds.length; round += 1) {
    const { first, verify, seen } = await printed('first-use.mjs', []);
    ratios.push(first / (verify + seen));
  }
  print('first use of an ES256 token, of one jwtVerify and a call with a known token', ratios, { atMost: 1.15 });
}

/** From the start of the process to its first answered call with 100 tools. */
async function measureStartUp() {
  const issuer = await createIssuer();
  const { path, ...request } = callAdd('modern', { authorization: `Bearer ${await issuer.token()}` });
  const startOne = async (contestant) => {
    const began = performance.now();
    const child = fork(file('app.mjs'), [contestant, JSON.stringify(issuer.jwks), '100'], {
      env,
      execArgv: ['--no-warnings'],
    });
    const exited = once(child, 'exit');
    const [{ port }] = await once(child, 'message');
    const response = await fetch(`http://127.0.0.1:${port}${path}`, request);
    if (response.status !== 200) throw new Error(`${contestant} answers ${response.status}`);
    await response.arrayBuffer();
    const milliseconds = performance.now() - began;
    child.send('report');
    const [{ cpu }] = await once(child, 'message');
    await exited;
    return { milliseconds, cpu };
  };
  const samples = { 'bare-express': [], 'express-mcp': [], 'express-mcp-listener': [] };
  for (let round = 0; round < rounds.length; round += 1) {
    for (const name of shuffled(Object.keys(samples))) samples[name].push(await startOne(name));
  }
  for (const [name, values] of Object.entries(samples)) {
    const of = (key) => median(values.map((sample) => sample[key])).toFixed(0);
    console.log(`  ${name}: ${of('milliseconds')} ms, ${of('cpu')} ms of CPU`);
  }
  for (const name of ['express-mcp', 'express-mcp-listener']) {
    const ratios = samples[name].map(({ cpu }, round) => cpu / samples['bare-express'][round].cpu);
    print(`CPU from start to first answered call with 100 tools, ${name} of bare Express`, ratios, { atMost: 1.3 });
  }
}

console.log(`CPU time, medians of ${rounds.length} rounds with 95 % intervals, Node ${process.version}`);
const kinds = { calls: measureCalls, 'first-use': measureFirstUse, 'start-up': measureStartUp };
for (const name of options.only.split(',')) await kinds[name]();
process.exit();
