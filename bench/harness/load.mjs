// A process that sends requests as fast as they are answered. It uses bare sockets, so that the load costs little beside the server and
// shares no thread with it.
import { connect } from 'node:net';
import { createHistogram } from 'node:perf_hooks';
import { isComplete, toBytes } from '../work/http-text.mjs';

process.on('disconnect', () => process.exit());
process.on('message', (order) => {
  run(order).then(
    (answer) => process.send(answer),
    (error) => {
      throw error;
    },
  );
});

/**
 * Repeats a single request for some seconds or until some number of answers; sends several requests once each. Requests in flight at
 * the end are waited for and counted, since the server has worked for them. Dropping them would make calls look more expensive on
 * slower servers.
 */
async function run({ url, requests, status, connections, seconds = Infinity, count = Infinity }) {
  const { hostname, port, host } = new URL(url);
  const bytes = requests.map((request) => toBytes(request, host));
  const latencies = createHistogram();
  const tally = { requests: 0, failures: 0, bytes: 0 };
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  const deadline = start + seconds * 1000;
  const most = bytes.length > 1 ? bytes.length : count;
  let end = start;
  let sent = 0;
  const next = () => {
    if (sent >= most || performance.now() >= deadline) return undefined;
    sent += 1;
    return bytes[(sent - 1) % bytes.length];
  };
  const noteAnswer = (answer, milliseconds) => {
    end = performance.now();
    tally.requests += 1;
    tally.bytes += answer.length;
    if (Number(answer.slice(9, 12)) !== status) tally.failures += 1;
    latencies.record(Math.max(1, Math.round(milliseconds * 1000)));
  };
  const conversations = connectionsTo(host, connections, () => new Connection(Number(port), hostname));
  await Promise.all(conversations.map((connection) => connection.converse(next, noteAnswer)));
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    ...tally,
    seconds: (end - start) / 1000,
    p50: latencies.percentile(50) / 1000,
    p99: latencies.percentile(99) / 1000,
    loadCpuShare: (user + system) / 1000 / (performance.now() - start),
  };
}

/** Open connections by host: opening one for each measurement would be part of the result. */
const open = new Map();

function connectionsTo(host, count, create) {
  const kept = (open.get(host) ?? []).filter(({ isClosed }) => !isClosed);
  while (kept.length < count) kept.push(create());
  open.set(host, kept);
  return kept.slice(0, count);
}

class Connection {
  isClosed = false;
  #socket;
  #onChunk = () => undefined;
  #onClosed = () => undefined;

  constructor(port, hostname) {
    this.#socket = connect(port, hostname).setNoDelay(true).setEncoding('latin1');
    this.#socket.on('data', (chunk) => this.#onChunk(chunk));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.isClosed = true;
      this.#onClosed();
    });
  }

  /** A request, its answer, the next request, until there is none. */
  converse(next, noteAnswer) {
    return new Promise((resolve, reject) => {
      let text = '';
      let sentAt;
      const send = () => {
        const bytes = next();
        if (bytes === undefined) {
          this.#onClosed = () => undefined;
          resolve();
          return;
        }
        text = '';
        sentAt = performance.now();
        this.#socket.write(bytes);
      };
      this.#onClosed = () => reject(new Error('The server ended a connection'));
      this.#onChunk = (chunk) => {
        text = text === '' ? chunk : text + chunk;
        if (!isComplete(text)) return;
        noteAnswer(text, performance.now() - sentAt);
        send();
      };
      send();
    });
  }
}
