// Measures the memory of a session whose client is idle without a connection.
import { Agent, request as send } from 'node:http';
import { Helper } from '../harness/process.mjs';
import { median } from '../harness/statistics.mjs';
import { eras, mcpRequest } from '../work/requests.mjs';

// They load and compile the code that all others need.
const first = 100;
const atOnce = 8;
// With a server for every session, ten thousand of them would take gigabytes.
const maxSessions = { 'sdk-1-sessions': 1000 };

export async function run({ contestants, issuer, publish, quick }) {
  const counts = quick ? [300] : [1000, 10_000];
  const rounds = quick ? 1 : 5;
  const headers = { authorization: `Bearer ${await issuer.token()}` };
  const entrants = counts.flatMap((count) =>
    contestants('sessions', 'legacy')
      .filter(({ id }) => count <= (maxSessions[id] ?? Infinity))
      .map((contestant) => ({ ...contestant, count })),
  );
  const samples = new Map(entrants.map((entrant) => [entrant, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const index of entrants.keys()) {
      const entrant = entrants[(index + round) % entrants.length];
      samples.get(entrant).push(await measure(entrant, issuer.jwks, headers));
    }
  }
  const rows = entrants.map((entrant) => ({
    id: `${entrant.id}-${entrant.count}`,
    title: `${entrant.title}, ${entrant.count.toLocaleString('en')} sessions`,
    heapEach: median(samples.get(entrant).map(({ heapEach }) => heapEach)),
    residentEach: median(samples.get(entrant).map(({ residentEach }) => residentEach)),
    samples: samples.get(entrant),
  }));
  publish({ id: 'sessions', title: 'An idle session, legacy era', rows });
}

async function measure({ title, file, count }, jwks, headers) {
  const server = new Helper('server.mjs', title, { flags: ['--expose-gc'] });
  try {
    const settings = { jwks, tools: 1, sessions: true };
    const { url } = await server.ask({ kind: 'start', file, settings, headers });
    await openSessions(url, headers, first);
    const before = await server.ask({ kind: 'collect' });
    await openSessions(url, headers, count);
    const after = await server.ask({ kind: 'collect' });
    return {
      heapEach: (after.heap - before.heap) / count,
      residentEach: (after.resident - before.resident) / count,
    };
  } finally {
    await server.stop();
  }
}

/** Opens sessions as clients do, in two requests each, and closes the connections. */
async function openSessions(url, headers, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const params = {
    protocolVersion: eras.legacy.version,
    capabilities: { elicitation: {}, roots: { listChanged: true }, sampling: {} },
    clientInfo: { name: 'bench', version: '1.0.0' },
  };
  const handshake = mcpRequest('legacy', 'initialize', params, headers);
  const ready = mcpRequest('legacy', 'notifications/initialized', {}, headers);
  // A notification has no id.
  ready.body = JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' });
  let left = count;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      const id = (await exchange(url, agent, handshake, 200))['mcp-session-id'];
      if (id === undefined) throw new Error('No session was opened');
      await exchange(url, agent, { ...ready, headers: { ...ready.headers, 'mcp-session-id': id } }, 202);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, worker));
  } finally {
    agent.destroy();
  }
}

function exchange(url, agent, { path, method, headers, body }, status) {
  return new Promise((resolve, reject) => {
    const options = { agent, method, headers: { ...headers, 'content-length': Buffer.byteLength(body) } };
    send(new URL(path, url), options, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === status) resolve(response.headers);
        else reject(new Error(`The server answered ${response.statusCode}`));
      });
    })
      .on('error', reject)
      .end(body);
  });
}
