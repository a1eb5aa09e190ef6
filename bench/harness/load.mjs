// A process that sends requests as fast as they are answered (autocannon), so that neither the driver nor a contestant
// shares a thread with it.
import { createHistogram } from 'node:perf_hooks';
import autocannon from 'autocannon';

process.on('disconnect', () => process.exit());
process.on('message', (order) => void run(order));

async function run({ url, requests, status, connections, seconds }) {
  // autocannon's own latencies are whole milliseconds, and its clock ticks on after the last answer.
  const microseconds = createHistogram();
  const tally = { requests: 0, failures: 0, bytes: 0 };
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  let end = start;
  const options = {
    url,
    connections,
    sampleInt: 50,
    ...(requests.length > 1 ? once(requests, connections) : { requests, duration: seconds }),
  };
  const instance = autocannon(options);
  instance.on('response', (_client, statusCode, bytes, milliseconds) => {
    end = performance.now();
    tally.requests += 1;
    tally.bytes += bytes;
    if (statusCode !== status) tally.failures += 1;
    microseconds.record(Math.max(1, Math.round(milliseconds * 1000)));
  });
  instance.on('reqError', () => (tally.failures += 1));
  await instance;
  const { user, system } = process.cpuUsage(cpuBefore);
  process.send({
    ...tally,
    seconds: (end - start) / 1000,
    p50: microseconds.percentile(50) / 1000,
    p99: microseconds.percentile(99) / 1000,
    loadCpuShare: (user + system) / 1000 / (performance.now() - start),
  });
}

/** Of several requests each is sent once, over whichever connection; a single one is repeated for so many seconds. */
function once(requests, connections) {
  const shares = Array.from({ length: connections }, (_, index) =>
    requests.filter((_request, place) => place % connections === index),
  );
  return { amount: requests.length, setupClient: (client) => client.setRequests(shares.shift()) };
}
