// npm run soak [-- --minutes 30] [-- --seed <number>] [-- --telemetry] [-- --publish]: with --telemetry, nodes run OpenTelemetry
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Cluster } from './cluster/cluster.mjs';
import { Load } from './load/load.mjs';
import { badToken } from './load/kinds/bad-tokens.mjs';
import { look, post, report } from './load/kinds/calls.mjs';
import { disconnect } from './load/kinds/disconnects.mjs';
import { notice } from './load/kinds/notices.mjs';
import { officialClient } from './load/kinds/official-client.mjs';
import { resume, session } from './load/kinds/sessions.mjs';
import { tasks } from './load/kinds/tasks.mjs';
import { judge, sumOf } from './report/judge.mjs';
import { publish, writeResults } from './report/publish.mjs';
import { compareHoldings, compareSpans, describeSlopes } from './report/soak-report.mjs';
import { formatTable } from './report/table.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    publish: { type: 'boolean', default: false },
    telemetry: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
if (!(minutes > 0)) {
  console.error('--minutes must be a number of minutes, such as 30');
  process.exit(2);
}
const durationMs = minutes * 60_000;
// A quarter: caches fill, code is compiled, the heap finds its size.
const warmUpMs = durationMs / 4;
const sampleEveryMs = Math.max(2000, Math.min(15_000, durationMs / 60));
// Idle connections are kept for five seconds, and subscriptions are taken back when Redis has confirmed it.
const calmMs = 8000;

// Tasks are kept for less than the warm-up takes, so that as many end as begin.
const taskSeconds = Math.max(5, Math.min(60, Math.floor(warmUpMs / 2000)));
const cluster = await Cluster.start({ nodes: 2, revocation: true, taskSeconds, telemetry: values.telemetry });
try {
  const kinds = [look, post, report, session, resume, notice, badToken, disconnect, officialClient, ...tasks(false)];
  const load = await Load.create(cluster, { kinds, seed: Number(values.seed), tokenSeconds: durationMs / 1000 + 3600 });
  const measureAll = async () => ({
    atMs: performance.now(),
    nodes: await Promise.all(cluster.nodes.map((node) => node.measure())),
    sessions: await cluster.countSessions(),
  });
  await pause(calmMs);
  const start = await measureAll();
  const began = performance.now();
  load.start();
  const samples = [];
  while (performance.now() - began < durationMs) {
    await pause(sampleEveryMs);
    if (performance.now() - began >= warmUpMs) samples.push(await measureAll());
  }
  await load.stop();
  await pause(calmMs);
  const end = await measureAll();

  const facts = { ledger: cluster.readLedger(), killed: cluster.killed, faultEnd: undefined };
  const rows = judge(load.operations, facts);
  const sum = sumOf(rows);
  const slopes = describeSlopes(samples);
  const holdings = compareHoldings(start, end);
  const unexpected = ['lost', 'left', 'gone', 'missed', 'duplicated', 'wrongPrincipal', 'unexpected'];
  const answers = unexpected.map((what) => ({ what, was: sum[what], isMet: sum[what] === 0 }));
  const spans = values.telemetry ? compareSpans(end) : { table: '', verdicts: [] };
  const tables = [formatTable([...rows, sum]), slopes.table, holdings.table, spans.table];
  const text = tables.filter((table) => table !== '').join('\n\n');
  console.log(`\n${text}\n`);
  const verdicts = [...answers, ...slopes.verdicts, ...holdings.verdicts, ...spans.verdicts];
  for (const { what, was, isMet } of verdicts) console.log(`${isMet ? 'ok    ' : 'MISSED'} ${what}: ${was}`);
  const name = values.telemetry ? 'soak-telemetry' : 'soak';
  console.log(writeResults(name, { minutes, seed: Number(values.seed), sum, rows, verdicts, start, end, samples }));
  if (values.publish) publish(name, `${minutes} minutes:\n\n${text}`);
  process.exitCode = verdicts.every(({ isMet }) => isMet) ? 0 : 1;
} finally {
  await cluster.stop();
}
