// npm run bench [-- --quick] [-- --only=<workload>,…] [-- --contestants=<file>,…] [-- --rounds=<count>] [-- --publish]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { judge } from './bars.mjs';
import { compareEntrants } from './harness/compare.mjs';
import { findContestants } from './harness/contestants.mjs';
import { formatTable, formatVerdicts } from './report/format.mjs';
import { publishResults } from './report/publish.mjs';
import { createIssuer } from './work/issuer.mjs';
import * as footprint from './workloads/footprint.mjs';
import * as joseVerify from './workloads/jose-verify.mjs';
import * as manyTools from './workloads/many-tools.mjs';
import * as progress from './workloads/progress.mjs';
import * as refused from './workloads/refused.mjs';
import * as sessions from './workloads/sessions.mjs';
import * as subscriptions from './workloads/subscriptions.mjs';
import * as tokens from './workloads/tokens.mjs';
import * as toolsCall from './workloads/tools-call.mjs';
import * as toolsList from './workloads/tools-list.mjs';

const workloads = {
  'tools-call': toolsCall,
  'many-tools': manyTools,
  'jose-verify': joseVerify,
  tokens,
  'tools-list': toolsList,
  refused,
  progress,
  subscriptions,
  sessions,
  footprint,
};
/** Workloads that `--quick` leaves out; it is for checking that everything works, and for a first impression. */
const onlyInFull = ['many-tools', 'jose-verify', 'tokens', 'tools-list', 'progress', 'subscriptions', 'sessions'];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    contestants: { type: 'string' },
    rounds: { type: 'string' },
    publish: { type: 'boolean', default: false },
  },
});
const { quick } = options;
const chosen = options.only?.split(',') ?? Object.keys(workloads).filter((id) => !quick || !onlyInFull.includes(id));

const measuring = quick
  ? { rounds: 3, seconds: 0.2, connections: 8, warmUpLimits: { requests: 1000, seconds: 0.3 } }
  : { rounds: 5, seconds: 0.6, connections: 8, warmUpLimits: { requests: 5000, seconds: 1.2 } };

if (options.rounds !== undefined) measuring.rounds = Number(options.rounds);
const invited = options.contestants?.split(',');
const all = (await findContestants()).filter(({ id }) => invited?.includes(id) ?? true);
const issuer = await createIssuer();
const tables = [];

/** Services for a workload. */
const bench = {
  quick,
  issuer,
  /** The contestants of a workload in an era. */
  contestants: (workload, era) =>
    all.filter(({ joins, eras }) => joins.includes(workload) && (era === undefined || eras.includes(era))),
  /** Measures entrants side by side and publishes the table. */
  compare: async ({ id, title, entrants }) => {
    const ready = entrants.map((entrant) => ({ ...entrant, settings: { jwks: issuer.jwks, ...entrant.settings } }));
    bench.publish({ id, title, rows: await compareEntrants(ready, measuring) });
  },
  publish: (table) => {
    tables.push(table);
    console.log(formatTable(table));
  },
};

const started = performance.now();
const failed = [];
for (const id of chosen) {
  try {
    await workloads[id].run(bench);
  } catch (error) {
    // Earlier results took minutes, and are useful even if a workload fails.
    console.error(`${id}:`, error);
    failed.push(id);
  }
}
const verdicts = judge(tables);
console.log(formatVerdicts(verdicts));

const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length };
const results = { date: new Date().toISOString(), machine, measuring, tables, verdicts };
publishResults(results, options.publish);
console.log(`${((performance.now() - started) / 1000).toFixed(0)} s`);
process.exit(failed.length === 0 ? 0 : 1);
