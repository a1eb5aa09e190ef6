/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
}

/** The distance between the largest and the smallest, as a part of the median. @param {readonly number[]} values */
export function spread(values) {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/**
 * The median with its 95 % interval, by drawing the values again a thousand times (bootstrap, percentiles).
 *
 * @param {readonly number[]} values
 * @returns {{ median: number, low: number, high: number }}
 */
export function medianWithInterval(values) {
  // The same draws every time: a figure must not change because it is looked at again.
  let state = 1;
  const draw = () => {
    state = (state * 48_271) % 2_147_483_647;
    return values[state % values.length];
  };
  const medians = Array.from({ length: 1000 }, () => median(values.map(draw))).sort((one, other) => one - other);
  return { median: median(values), low: medians[25], high: medians[974] };
}
