import { measureInRounds } from './rounds.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {object} Row - a line of a table. Rates are per second, CPU is in microseconds per request, p50 and p99 in milliseconds,
 *   memory and bytes in bytes
 */

/**
 * Measures entrants and compares each with the first.
 *
 * @param {readonly import('./rounds.mjs').Entrant[]} entrants
 * @param {object} options - of `measureInRounds`
 * @returns {Promise<Row[]>}
 */
export async function compareEntrants(entrants, options) {
  const samples = await measureInRounds(entrants, options);
  const baseline = samples.get(entrants[0]);
  return entrants.map((entrant) => ({
    id: entrant.id,
    title: entrant.title,
    ...summarise(samples.get(entrant), baseline),
    samples: samples.get(entrant),
  }));
}

/**
 * Medians, and ratios to another entrant. Each round has a ratio of two measurements that are seconds apart, and the result is the
 * median of these ratios. A slow phase of the machine slows both down.
 */
function summarise(samples, baseline) {
  const of = (key) => median(samples.map((sample) => sample[key]));
  const ratio = (key) => ratioOf(samples, baseline, key);
  return {
    rate: of('rate'),
    rateRatio: ratio('rate'),
    p50: of('p50'),
    p99: of('p99'),
    cpu: of('cpu'),
    cpuRatio: ratio('cpu'),
    memory: of('memory'),
    bytes: of('bytes'),
    loadCpuShare: of('loadCpuShare'),
  };
}

/**
 * The median over the rounds of how one entrant stands to another.
 *
 * @param {readonly object[]} samples
 * @param {readonly object[]} others - of the same rounds
 * @param {'cpu' | 'p99' | 'rate'} key
 */
export function ratioOf(samples, others, key) {
  return median(samples.map((sample, round) => sample[key] / others[round][key]));
}
