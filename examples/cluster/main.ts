// npm run cluster: the notes service as three processes behind nginx, on one Redis. PORT sets the port; without it 3000, or any free
// port if that is taken. GRACE_SECONDS is the time that each part gets to stop.
import { freePort } from '../../tools/free-port.mjs';
import { Cluster } from './cluster.js';

const { PORT, GRACE_SECONDS = '10' } = process.env;

const port = await freePort(Number(PORT ?? 3000)).catch((error: unknown) => {
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  if (isTaken && PORT === undefined) return freePort();
  throw isTaken ? new Error(`Port ${String(PORT)} is taken. Set PORT to another one.`) : error;
});
const cluster = new Cluster({
  port,
  graceMs: Number(GRACE_SECONDS) * 1000,
  tell: (line) => {
    console.log(`  ${line}`);
  },
});

// However this process ends, no part is left running.
process.on('exit', () => {
  cluster.kill();
});
let isUp = false;
let stoppingSince: number | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // npm and the terminal both send the same signal. A second one after a while means that the user does not want to wait.
    const isAgain = stoppingSince !== undefined && performance.now() - stoppingSince > 1000;
    if (!isUp || isAgain) process.exit(1);
    stoppingSince ??= performance.now();
    void cluster.stop().then(() => process.exit(0));
  });
}

try {
  await cluster.start();
  isUp = true;
} catch (error) {
  console.error(`\n  ${(error as Error).message}\n`);
  process.exit(1);
}

const { endpoint, issuer, nodes } = cluster;
const lines = nodes.map(({ name, port: at, child }) => `${name}  127.0.0.1:${String(at)}  pid ${String(child.pid)}`);
console.log(`
  Notes                 ${endpoint.origin}
  MCP endpoint          ${endpoint.href}
  Authorization server  ${issuer}  (for development: any name signs in)
  Processes             ${lines.join('\n                        ')}

  Every answer says in X-Served-By which process it is from. Take one away and see:

    kill -9 ${String(nodes[0]?.child.pid)}

  Ctrl-C stops.
`);
