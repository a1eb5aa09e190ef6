// A process that runs one contestant: starts it, says where it listens, and tells what it has used when asked.
import { createServer } from 'node:http';

const host = '127.0.0.1';

process.on('disconnect', () => process.exit());
process.on('message', (message) => {
  if (message.kind === 'start') void start(message);
  if (message.kind === 'measure') process.send(usage());
});

async function start({ file, settings, headers }) {
  const contestant = await import(file);
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

function listen(listener) {
  return new Promise((resolve) => {
    const server = createServer(listener).listen(0, host, () => resolve(server.address().port));
  });
}

/** For contestants that insist on listening themselves. */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, host, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
