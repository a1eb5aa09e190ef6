// A process that sends requests as fast as they are answered (autocannon), so that neither the driver nor a contestant
// shares a thread with it.
import { createHistogram } from 'node:perf_hooks';
import autocannon from 'autocannon';

// For answers that do not come at all.
const patienceSeconds = 120;

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
    ...(requests.length > 1 ? once(requests, connections) : repeat(requests, start + seconds * 1000)),
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

/**
 * A single request is repeated until the time is over. What is on its way then is waited for and counted, since the server has worked
 * for it: dropped answers would make calls look the dearer, the slower the server is.
 */
function repeat(requests, deadline) {
  const setupClient = (client) => {
    client.on('response', () => {
      // The client ends when it has as many answers as it may have.
      if (performance.now() >= deadline) client.responseMax = client.reqsMade;
    });
  };
  return { requests, duration: patienceSeconds, timeout: patienceSeconds, setupClient };
}

/** Of several requests each is sent once, over whichever connection. */
function once(requests, connections) {
  const shares = Array.from({ length: connections }, (_, index) =>
    requests.filter((_request, place) => place % connections === index),
  );
  return { amount: requests.length, setupClient: (client) => client.setRequests(shares.shift()) };
}
