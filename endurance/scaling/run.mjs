// npm run scaling [-- --quick] [-- --publish]
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createIssuer } from '../../bench/work/issuer.mjs';
import { countCommands } from './commands.mjs';
import { CountingRedis } from './redis.mjs';
import { formatResults, publish } from './report.mjs';
import { measureSubscriptions } from './subscriptions.mjs';
import { measureThroughput } from './throughput.mjs';

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, publish: { type: 'boolean', default: false } },
});
const { quick: isQuick } = options;
const measuring = isQuick
  ? { rounds: 3, seconds: 1, connections: 16, warmUpLimits: { calls: 2500, seconds: 3 } }
  : { rounds: 7, seconds: 4, connections: 16, warmUpLimits: { calls: 10_000, seconds: 10 } };
const { subscribers, changes } = isQuick ? { subscribers: 2000, changes: 3 } : { subscribers: 9000, changes: 7 };

const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
const busyBefore = await busyCores();
const issuer = await createIssuer();
const redis = await CountingRedis.start();
try {
  const commands = await countCommands({ issuer, redis });
  const throughput = await measureThroughput({ issuer, redis, measuring });
  const subscriptions = await measureSubscriptions({ issuer, redis, subscribers, changes });
  const others = Math.max(busyBefore, await busyCores());
  const date = new Date().toISOString();
  const results = { date, machine, others, isQuick, measuring, throughput, commands, subscriptions };
  console.log(formatResults(results));
  if (options.publish) await publish(results);
} finally {
  await redis.stop();
}

/** How many cores are at work while nothing is measured. */
async function busyCores() {
  const seconds = 3;
  const busy = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  const before = busy();
  await pause(seconds * 1000);
  return (busy() - before) / (seconds * 1000);
}
