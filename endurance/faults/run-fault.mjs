import { setTimeout as pause } from 'node:timers/promises';
import { Cluster } from '../cluster/cluster.mjs';
import { Load } from '../load/load.mjs';
import { judge, sumOf } from '../report/judge.mjs';
import { kindsFor } from './kinds.mjs';

const beforeMs = 3000;
const afterMs = 6000;

/** Targets for every fault. A fault may allow more, or have targets of its own. */
const targets = { tasksGone: 0, lost: 0, duplicated: 0, wrongPrincipal: 0, unexpected: 0, recoveryMs: 2000 };

/**
 * Runs a fault under load on a cluster, and counts.
 *
 * @param {object} fault - `cluster`: options of `Cluster`. `act(cluster, load)`: causes the fault and resolves at its end. It may
 *   return a function with more verdicts, called after the load. `allows`: other targets
 * @param {number} seed - for all random choices
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
