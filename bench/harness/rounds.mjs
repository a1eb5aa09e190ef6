// Measures the entrants of a workload side by side: all are running, and each has its turn in every round.
import { Helper } from './process.mjs';

/**
 * @typedef {object} Entrant - a contestant in a workload
 * @property {string} id - within its table
 * @property {string} title - the line of the table
 * @property {string} file - the contestant's file, as a URL
 * @property {object} settings - for its start
 * @property {Record<string, string>} [headers] - credentials for opening a session, if there are sessions
 * @property {() => object[] | Promise<object[]>} requests - for one round: one to repeat, or several that are sent once
 * @property {number} [status] - of the answer; default 200
 * @property {RegExp} [answer] - a part of the answer
 */

/**
 * @param {readonly Entrant[]} entrants
 * @param {{ rounds: number, seconds: number, connections: number, warmUpLimits: { requests: number, seconds: number } }} options
 * @returns {Promise<Map<Entrant, object[]>>} the samples of each entrant, one a round
 */
export async function measureInRounds(entrants, { rounds, seconds, connections, warmUpLimits }) {
  const load = new Helper('load.mjs', 'the load');
  const servers = new Map();
  try {
    for (const entrant of entrants) servers.set(entrant, await startServer(entrant));
    const samples = new Map(entrants.map((entrant) => [entrant, []]));
    for (const entrant of entrants) await warmUp(entrant, servers.get(entrant), load, { connections, ...warmUpLimits });
    for (let round = 0; round < rounds; round += 1) {
      // Each round begins with another entrant, so that none is always first.
      for (const index of entrants.keys()) {
        const entrant = entrants[(index + round) % entrants.length];
        samples.get(entrant).push(await measure(entrant, servers.get(entrant), load, { connections, seconds }));
      }
    }
    return samples;
  } finally {
    await Promise.all([load, ...[...servers.values()].map(({ helper }) => helper)].map((helper) => helper.stop()));
  }
}

async function startServer({ title, file, settings, headers = {} }) {
  const helper = new Helper('server.mjs', title);
  const started = await helper.ask({ kind: 'start', file, settings, headers });
  return { helper, url: started.url, headers: started.headers };
}

/** Runs until the compiler has optimized the code, or the time is over. */
async function warmUp(entrant, server, load, { connections, requests, seconds }) {
  const end = performance.now() + seconds * 1000;
  for (let sent = 0; sent < requests && performance.now() < end;) {
    sent += (await measure(entrant, server, load, { connections, seconds: 0.5 })).requests;
  }
}

async function measure(entrant, { helper, url, headers }, load, order) {
  const { title, status = 200 } = entrant;
  const requests = (await entrant.requests()).map((request) => ({
    ...request,
    headers: { ...request.headers, ...headers },
  }));
  if (requests.length === 1) await check(entrant, url, requests[0]);
  const before = await helper.ask({ kind: 'measure' });
  const { failures, bytes, ...sample } = await load.ask({ url, requests, status, ...order });
  const count = sample.requests;
  const after = await helper.ask({ kind: 'measure' });
  if (failures > 0 || count === 0) throw new Error(`${title}: ${failures} of ${count} answers were not ${status}`);
  return {
    ...sample,
    rate: count / sample.seconds,
    cpu: (after.cpu - before.cpu) / count,
    memory: after.memory,
    bytes: bytes / count,
  };
}

/** A fast but wrong answer must not count. */
async function check({ title, status = 200, answer = /./ }, url, { path, ...request }) {
  const response = await fetch(new URL(path, url), request);
  const text = await response.text();
  if (response.status === status && answer.test(text)) return;
  throw new Error(`${title} answers ${response.status} ${text.slice(0, 300)}`);
}
