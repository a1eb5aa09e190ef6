// A process that runs one contestant: starts it, reports its port, and reports its resource use on request.
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../tools/free-port.mjs';

const host = '127.0.0.1';

process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  if (message.kind === 'start') void start(message);
  if (message.kind === 'measure') process.send(usage());
  if (message.kind === 'collect') void collect();
  if (message.kind === 'change') void change();
});

let contestant;

async function start({ file, settings, headers }) {
  contestant = await import(file);
  // Some contestants have to listen by themselves.
  const started = await contestant.start({ ...settings, freePort });
  const url = typeof started === 'string' ? started : `http://${host}:${await listen(started)}`;
  const more = (await contestant.connect?.(url, headers)) ?? {};
  process.send({ url, headers: more });
}

/** CPU time of all threads in microseconds, and resident memory in bytes. */
function usage() {
  const { user, system } = process.cpuUsage();
  return { cpu: user + system, memory: process.memoryUsage.rss() };
}

/** Retained bytes: on the heap, and resident. Garbage is collected before (needs `--expose-gc`). */
async function collect() {
  // A collection runs finalizers, which free more.
  for (let times = 0; times < 3; times += 1) {
    globalThis.gc();
    await pause(50);
  }
  const { heapUsed, rss } = process.memoryUsage();
  process.send({ heap: heapUsed, resident: rss });
}

/** Makes the contestant change what subscribers listen to, and reports the time of the change. */
async function change() {
  const at = performance.timeOrigin + performance.now();
  await contestant.change();
  process.send({ at });
}

function listen(listener) {
  return new Promise((resolve) => {
    const server = createServer(listener).listen(0, host, () => resolve(server.address().port));
    // A contestant may wait longer than that between its turns, and the load keeps its connections.
    server.keepAliveTimeout = 0;
  });
}
