// The targets as data: a sentence, how to read the value from the results, and the bound.
import { ratioOf } from './harness/compare.mjs';
import { median } from './harness/statistics.mjs';

/**
 * @typedef {object} Bar
 * @property {string} sentence
 * @property {number} [atLeast]
 * @property {number} [atMost]
 * @property {(row: (table: string, id: string) => object) => number} measure - throws if a row was not measured
 */

const us = 'express-mcp';
const rateRatio = (one, other) => ratioOf(one.samples, other.samples, 'rate');
const calls = (other) => (row) => rateRatio(row('tools-call-modern', us), row('tools-call-modern', other));
const legacyCalls = (other) => (row) => rateRatio(row('tools-call-legacy', us), row('tools-call-legacy', other));

/** @type {readonly Bar[]} */
export const bars = [
  { sentence: 'modern call, of bare Express by hand without auth', atLeast: 1.15, measure: calls('bare-express') },
  {
    sentence: 'legacy call, of bare Express by hand without auth',
    atLeast: 1.15,
    measure: legacyCalls('bare-express'),
  },
  { sentence: 'modern call, of drained Express', atLeast: 0.88, measure: calls('drained-express') },
  { sentence: 'legacy call, of drained Express', atLeast: 0.88, measure: legacyCalls('drained-express') },
  { sentence: 'modern call, of the official SDK 2.x', atLeast: 4.5, measure: calls('sdk-2') },
  { sentence: 'legacy call, of the official SDK 1.x', atLeast: 6, measure: legacyCalls('sdk-1-stateless') },
  {
    sentence: 'p99 of a modern call, of bare Express by hand',
    atMost: 1,
    measure: (row) =>
      ratioOf(row('tools-call-modern', us).samples, row('tools-call-modern', 'bare-express').samples, 'p99'),
  },
  ...[1000, 10_000].map((count) => ({
    sentence: `call with ${count.toLocaleString('en')} tools, of one with one tool`,
    atLeast: 0.97,
    measure: (row) => rateRatio(row('many-tools', `${us}-${count}`), row('many-tools', `${us}-1`)),
  })),
  {
    sentence: 'list of 1,000 tools, of the official SDK 2.x',
    atLeast: 50,
    measure: (row) => rateRatio(row('tools-list-1000', us), row('tools-list-1000', 'sdk-2')),
  },
  ...['modern', 'legacy'].flatMap((era) =>
    [us, `${us}-listener`].map((door) => ({
      sentence: `CPU of a refused call, of an allowed one (${door}, ${era})`,
      atMost: 1,
      measure: (row) => {
        const [refused, allowed] = ['refused', 'allowed'].map((kind) => row(`refused-${era}`, `${door}-${kind}`));
        return ratioOf(refused.samples, allowed.samples, 'cpu');
      },
    })),
  ),
  ...['ES256', 'RS256', 'EdDSA'].map((algorithm) => ({
    sentence: `CPU that first use of an ${algorithm} token adds, of one bare jose.jwtVerify`,
    atMost: 1.05,
    measure: (row) => {
      const first = row('tokens', `${algorithm}-new`).samples;
      const known = row('tokens', `${algorithm}-known`).samples;
      return median(first.map(({ cpu }, round) => cpu - known[round].cpu)) / row('jose-verify', algorithm).cpu;
    },
  })),
  ...[1000, 10_000].map((count) => ({
    sentence: `KiB of an idle session, among ${count.toLocaleString('en')}`,
    atMost: 2,
    measure: (row) => row('sessions', `${us}-${count}`).heapEach / 1024,
  })),
  {
    sentence: 'heap of an idle subscription stream, of an idle Express SSE response',
    atMost: 1.1,
    measure: (row) => row('subscriptions-1000', us).heapRatio,
  },
  {
    sentence: 'milliseconds to import the package beyond Express',
    atMost: 60,
    measure: (row) => row('footprint', us).importMilliseconds,
  },
];

/**
 * Compares results with the targets. A target whose rows were not measured is left out.
 *
 * @param {readonly { id: string, rows: readonly object[] }[]} tables
 */
export function judge(tables) {
  const rowOf = (table, id) => {
    const found = tables.find((each) => each.id === table)?.rows.find((row) => row.id === id);
    if (found === undefined) throw new RowMissing();
    return found;
  };
  return bars.flatMap(({ sentence, atLeast = -Infinity, atMost = Infinity, measure }) => {
    try {
      const measured = measure(rowOf);
      return [
        {
          sentence,
          wanted: bound({ atLeast, atMost }),
          measured,
          isReached: measured >= atLeast && measured <= atMost,
        },
      ];
    } catch (error) {
      if (error instanceof RowMissing) return [];
      throw error;
    }
  });
}

class RowMissing extends Error {}

const bound = ({ atLeast, atMost }) => (atMost === Infinity ? `≥ ${atLeast}` : `≤ ${atMost}`);
