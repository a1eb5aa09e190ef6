import { setTimeout as pause } from 'node:timers/promises';
import { Cluster } from '../cluster/cluster.mjs';
import { Load } from '../load/load.mjs';
import { judge, sumOf } from '../report/judge.mjs';
import { kindsFor } from './kinds.mjs';

const beforeMs = 3000;
const afterMs = 6000;

/** What is asked of every fault. A fault may allow more, or ask for something of its own. */
const targets = { tasksGone: 0, lost: 0, duplicated: 0, wrongPrincipal: 0, unexpected: 0, recoveryMs: 2000 };

/**
 * Puts a load on a cluster, lets a fault happen, and counts.
 *
 * @param {object} fault - `cluster`: options of `Cluster`; `act(cluster, load)`: makes it happen, resolves at its end, and may return
 *   a function that is called after the load and returns more verdicts; `allows`: other targets
 * @param {number} seed - of all that is left to chance
 */
export async function runFault(fault, seed) {
  const cluster = await Cluster.start(fault.cluster);
  try {
    const load = await Load.create(cluster, { kinds: await kindsFor(fault), seed });
    load.start();
    await pause(beforeMs);
    const faultBegin = performance.now();
    const askMore = await fault.act(cluster, load);
    const faultEnd = performance.now();
    await pause(afterMs);
    await load.stop();
    const facts = { ledger: cluster.readLedger(), killed: cluster.killed, faultEnd };
    const rows = judge(load.operations, facts);
    const sum = sumOf(rows);
    const verdicts = [...hold(sum, { ...targets, ...fault.allows }), ...((await askMore?.(sum)) ?? [])];
    return { name: fault.name, seconds: (faultEnd - faultBegin) / 1000, rows, sum, faultBegin, faultEnd, verdicts };
  } finally {
    await cluster.stop();
  }
}

function hold(sum, limits) {
  return Object.entries(limits).map(([what, most]) => ({
    what,
    most,
    was: Math.round(sum[what]),
    isMet: sum[what] <= most,
  }));
}
