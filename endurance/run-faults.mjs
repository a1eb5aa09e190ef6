// npm run faults [-- --only <fault>,…] [-- --seed <number>] [-- --publish]
import { parseArgs } from 'node:util';
import { networkCut, networkSilent } from './faults/network.mjs';
import { nodeKilled } from './faults/node-killed.mjs';
import { redisKilled, redisKilledPersistent } from './faults/redis-killed.mjs';
import { redisPaused } from './faults/redis-paused.mjs';
import { rollingRestart } from './faults/rolling-restart.mjs';
import { runFault } from './faults/run-fault.mjs';
import { slowReader } from './faults/slow-reader.mjs';
import { describeMachine, publish, writeResults } from './report/publish.mjs';
import { columnsWith, formatTable } from './report/table.mjs';

const all = [
  nodeKilled,
  redisKilled,
  redisKilledPersistent,
  redisPaused,
  networkCut,
  networkSilent,
  slowReader,
  rollingRestart,
];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    publish: { type: 'boolean', default: false },
  },
});
const only = values.only?.split(',');
const unknown = only?.filter((name) => !all.some((fault) => fault.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`There is no fault ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const results = [];
for (const fault of all.filter(({ name }) => only?.includes(name) ?? true)) {
  const result = await runFault(fault, Number(values.seed));
  results.push(result);
  console.log(`\n${fault.name} (${result.seconds.toFixed(1)} s)\n`);
  console.log(formatTable([...result.rows, result.sum]));
  for (const { what, most, was, isMet } of result.verdicts) {
    console.log(`${isMet ? 'ok    ' : 'MISSED'} ${what}: ${was}, at most ${most}`);
  }
}

const rows = results.map(({ name, sum }) => ({ ...sum, kind: name }));
const table = formatTable(rows, columnsWith('fault'));
console.log(`\n${table}\n`);
console.log(writeResults('faults', { seed: Number(values.seed), results }));
const machine = describeMachine();
if (values.publish) {
  publish(
    'faults',
    `${table}\n\nSeed ${values.seed}, Node ${machine.node}, ${machine.cores} cores, ${new Date().toISOString().slice(0, 10)}.`,
  );
}
process.exit(results.every(({ verdicts }) => verdicts.every(({ isMet }) => isMet)) ? 0 : 1);
