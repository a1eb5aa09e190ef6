// Streams that are open and silent: what one keeps in memory, and what a change costs that all of them hear of.
import { setTimeout as pause } from 'node:timers/promises';
import { Helper } from '../harness/process.mjs';
import { median } from '../harness/statistics.mjs';
import { mcpRequest } from '../work/requests.mjs';

const changes = 5;
// They load and compile what all of the others need.
const first = 100;

export async function run({ contestants, issuer, publish, quick }) {
  const count = quick ? 300 : 1000;
  const rounds = quick ? 1 : 5;
  const entrants = contestants('subscriptions', 'modern');
  const headers = { authorization: `Bearer ${await issuer.token()}` };
  const request = mcpRequest('modern', 'subscriptions/listen', { notifications: { toolsListChanged: true } }, headers);
  const samples = new Map(entrants.map((entrant) => [entrant, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const index of entrants.keys()) {
      const entrant = entrants[(index + round) % entrants.length];
      samples.get(entrant).push(await measure(entrant, { jwks: issuer.jwks, request, count }));
    }
  }
  const baseline = samples.get(entrants[0]);
  const rows = entrants.map((entrant) => summarise(entrant, samples.get(entrant), baseline));
  publish({
    id: `subscriptions-${count}`,
    title: `${count.toLocaleString('en')} open subscriptions and one change`,
    rows,
  });
}

/** Processes of their own in every round: what one has grown to, it does not give back. */
async function measure({ title, file }, { jwks, request, count }) {
  const server = new Helper('server.mjs', title, { flags: ['--expose-gc'] });
  const holder = new Helper('subscribers.mjs', 'the subscribers');
  try {
    const { url } = await server.ask({ kind: 'start', file, settings: { jwks, tools: 1 } });
    const open = (amount) =>
      holder.ask({ kind: 'open', url, requests: Array.from({ length: amount }, () => request), news: 'list_changed' });
    await open(first);
    const before = await server.ask({ kind: 'collect' });
    await open(count - first);
    const after = await server.ask({ kind: 'collect' });
    const heard = [];
    // The first one is for the compiler.
    for (let change = 0; change <= changes; change += 1) heard.push(await tellAll(server, holder, count));
    heard.shift();
    const more = count - first;
    return {
      heapEach: (after.heap - before.heap) / more,
      residentEach: (after.resident - before.resident) / more,
      lastHeardMs: median(heard.map(({ milliseconds }) => milliseconds)),
      changeCpu: median(heard.map(({ cpu }) => cpu)),
    };
  } finally {
    await Promise.all([holder, server].map((each) => each.stop()));
  }
}

/** How long until the last one has heard, and the CPU microseconds for one of them. */
async function tellAll(server, holder, count) {
  await holder.ask({ kind: 'listen' });
  const before = await server.ask({ kind: 'measure' });
  const { at } = await server.ask({ kind: 'change' });
  let state;
  do {
    await pause(10);
    state = await holder.ask({ kind: 'look' });
    if (performance.timeOrigin + performance.now() - at > 30_000) {
      throw new Error(`Only ${state.heard} of ${count} heard of a change`);
    }
  } while (state.heard < count);
  const after = await server.ask({ kind: 'measure' });
  return { milliseconds: state.lastHeardAt - at, cpu: (after.cpu - before.cpu) / count };
}

function summarise({ id, title }, samples, baseline) {
  const of = (key) => median(samples.map((sample) => sample[key]));
  const ratio = (key) => median(samples.map((sample, round) => sample[key] / baseline[round][key]));
  return {
    id,
    title,
    heapEach: of('heapEach'),
    heapRatio: ratio('heapEach'),
    residentEach: of('residentEach'),
    lastHeardMs: of('lastHeardMs'),
    changeCpu: of('changeCpu'),
    samples,
  };
}
