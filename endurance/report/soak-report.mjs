import { formatTable } from './table.mjs';

const kib = 1024;
/** Growth that may be a trend, but is too small for longer runs to tell. */
const flatKibPerMinute = { heapUsed: 64, rss: 256 };

/**
 * Growth of memory under load, by least squares. A slope is flat if it cannot be distinguished from the limit: twice its standard error
 * is subtracted.
 *
 * @param {readonly { atMs: number, nodes: readonly { rss: number, heapUsed: number }[] }[]} samples
 */
export function describeSlopes(samples) {
  const rows = [];
  const verdicts = [];
  for (const [index] of (samples[0]?.nodes ?? []).entries()) {
    for (const [kind, limit] of Object.entries(flatKibPerMinute)) {
      const points = samples.map(({ atMs, nodes }) => [atMs / 60_000, nodes[index][kind] / kib]);
      const { slope, error } = leastSquares(points);
      const what = `node-${index} ${kind}`;
      const name = `${slope.toFixed(1)} ± ${error.toFixed(1)}`;
      rows.push({ what, first: points[0][1], last: points.at(-1)[1], slope: name, samples: points.length });
      verdicts.push({ what: `${what} KiB/min`, was: name, isMet: slope - 2 * error <= limit });
    }
  }
  const heads = { what: 'memory', first: 'first KiB', last: 'last KiB', slope: 'KiB/min', samples: 'samples' };
  return { table: formatTable(rows, heads), verdicts };
}

/** The state of every idle node, before and after. */
export function compareHoldings(start, end) {
  const rows = [];
  for (const [index, before] of start.nodes.entries()) {
    const after = end.nodes[index];
    for (const kind of new Set([...Object.keys(before.handles), ...Object.keys(after.handles)])) {
      const [was, is] = [before.handles[kind] ?? 0, after.handles[kind] ?? 0];
      rows.push({ what: `node-${index} handles: ${kind}`, was, is, isMet: is <= was + spareOf(kind) });
    }
    for (const what of ['busListeners', 'openStreams', 'runningRequests']) {
      const [was, is] = [before[what], after[what]];
      rows.push({ what: `node-${index} ${what}`, was, is, isMet: is <= was + (what === 'busListeners' ? 1 : 0) });
    }
  }
  rows.push({ what: 'sessions', was: start.sessions, is: end.sessions, isMet: start.sessions === end.sessions });
  const verdicts = rows.map(({ what, was, is, isMet }) => ({ what, was: `${was} → ${is}`, isMet }));
  return { table: formatTable(rows, { what: 'held', was: 'start', is: 'end' }), verdicts };
}

/**
 * Compares the spans of each node that began and that ended, when the load is over.
 *
 * @param end - the last measurement
 */
export function compareSpans(end) {
  const rows = end.nodes.flatMap(({ spans: { begun, ended } }, index) =>
    Object.keys(begun).map((kind) => ({
      what: `node-${index} spans of ${kind === 'mcp' ? 'express-mcp' : 'instrumentations'}`,
      was: begun[kind],
      is: ended[kind],
      isMet: begun[kind] > 0 && begun[kind] === ended[kind],
    })),
  );
  const verdicts = rows.map(({ what, was, is, isMet }) => ({ what, was: `${was} begun, ${is} ended`, isMet }));
  return { table: formatTable(rows, { what: 'spans', was: 'begun', is: 'ended' }), verdicts };
}

/** Timers of pings and heartbeats come and go; a few more are no leak, which would be hundreds. */
function spareOf(kind) {
  return kind === 'Timeout' ? 3 : 0;
}

function leastSquares(points) {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const spreadX = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spreadX;
  const rest = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  return { slope, error: Math.sqrt(rest / Math.max(1, count - 2) / spreadX) };
}
