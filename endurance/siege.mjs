// npm run siege [-- --short] [-- --seconds 10] [-- --only <attack>,…] [-- --publish]
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine, publish, writeResults } from './report/publish.mjs';
import { formatTable } from './report/table.mjs';
import { attacks } from './siege/attacks.mjs';
import { BesiegedServer } from './siege/besieged-server.mjs';
import { HonestCaller } from './siege/honest-caller.mjs';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    seconds: { type: 'string' },
    only: { type: 'string' },
    publish: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',');
const unknown = only?.filter((name) => !attacks.some((attack) => attack.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`There is no attack ${unknown.join(', ')}; there are ${attacks.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const milliseconds = Number(values.seconds ?? (values.short ? 0.8 : 8)) * 1000;
if (!(milliseconds > 0)) {
  console.error('--seconds must be a number of seconds, such as 8');
  process.exit(2);
}

const heapMegabytes = 512;
/** The heap, and beside it what Node, its buffers and the program itself take. */
const maxRssMegabytes = 768;
// The short form is for CI, whose machines may be slow or busy. An attack that succeeds stops the process for much longer than this.
const maxWaitMs = values.short ? 3000 : 1000;
const megabytes = (bytes) => Math.round(bytes / 1024 / 1024);

const port = await freePort();
const resource = `http://localhost:${port}/mcp`;
const attacker = fork(fileURLToPath(new URL('./siege/attacker.mjs', import.meta.url)), [resource], {
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
const [{ honest, ...settings }] = await once(attacker, 'message');
const server = await BesiegedServer.start({ ...settings, resource }, heapMegabytes);
const caller = new HonestCaller({ port, token: honest, pid: server.pid });

const rows = [];
const everybody = ['one', 'thousand', 'none'];
let turn = 0;
try {
  caller.start();
  await pause(500);
  await server.measure();
  caller.take();
  for (const { name } of attacks.filter((attack) => only?.includes(attack.name) ?? true)) {
    for (const who of values.short ? [everybody[turn++ % 3]] : everybody) {
      if (!server.isAlive) break;
      attacker.send({ name, who, milliseconds });
      const [{ opened }] = await once(attacker, 'message');
      await server.calmDown(values.short ? 3000 : 10_000);
      const measured = await server.measure();
      rows.push(rowOf({ name, who, opened, measured, honest: caller.take() }));
      console.log(describe(rows.at(-1)));
    }
  }
} finally {
  await caller.stop();
  server.stop();
  attacker.disconnect();
}

const heads = {
  attack: 'attack',
  who: 'signed in as',
  opened: 'connections',
  rss: 'RSS, MiB',
  heap: 'heap, MiB',
  external: 'buffers, MiB',
  delayMs: 'event loop, ms',
  refused: 'refused',
  worstMs: 'honest caller, ms',
  worstServedMs: 'of it served, ms',
};
const text = formatTable(rows, heads);
console.log(`\n${text}\n`);
const missed = rows.filter(({ isMet }) => !isMet);
for (const row of missed) console.log(`MISSED ${describe(row)}`);
console.log(writeResults('siege', { heapMegabytes, milliseconds, rows }));
if (values.publish) {
  const { node, cores } = describeMachine();
  publish(
    'siege',
    `${text}\n\n${milliseconds / 1000} s each, Node ${node}, ${cores} cores, ${new Date().toISOString().slice(0, 10)}.`,
  );
}
process.exitCode = missed.length === 0 && rows.length > 0 ? 0 : 1;

function rowOf({ name, who, opened, measured, honest: { worstMs, worstServedMs, answered, failures } }) {
  const { peak = {}, delayMs = 0, statuses = {} } = measured ?? {};
  const refused = Object.entries(statuses).filter(([status]) => Number(status) >= 400);
  const rss = megabytes(peak.rss ?? 0);
  const isMet =
    measured !== undefined &&
    rss <= maxRssMegabytes &&
    worstServedMs <= maxWaitMs &&
    answered > 0 &&
    failures.length === 0;
  return {
    attack: name,
    who,
    opened,
    rss,
    heap: megabytes(peak.heap ?? 0),
    external: megabytes(peak.external ?? 0),
    delayMs,
    refused: refused.reduce((sum, [, count]) => sum + count, 0),
    statuses,
    worstMs,
    worstServedMs,
    answered,
    failures: failures.slice(0, 5),
    isMet,
  };
}

function describe({ attack, who, rss, heap, delayMs, statuses, worstMs, worstServedMs, failures, isMet }) {
  const facts = [`${rss} MiB RSS`, `${heap} MiB heap`, `event loop ${Math.round(delayMs)} ms`];
  const failed = failures.length === 0 ? '' : `, failed: ${failures.join('; ')}`;
  return `${isMet ? 'ok    ' : 'MISSED'} ${attack}, as ${who}: ${facts.join(', ')}, ${JSON.stringify(statuses)}, honest ${Math.round(worstMs)} ms (${Math.round(worstServedMs)} served)${failed}`;
}

function freePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}
