// Measures the cost of an idle subscription, of its keep-alive messages, and of a change that all subscriptions hear of.
import { setTimeout as pause } from 'node:timers/promises';
import { Helper } from '../../bench/harness/process.mjs';
import { median } from '../../bench/harness/statistics.mjs';
import { mcpRequest } from '../../bench/work/requests.mjs';
import { Group } from './group.mjs';

const keepAliveSeconds = 2;
const settleMs = 1000;

export async function measureSubscriptions({ issuer, redis, subscribers, changes }) {
  const tokens = await Promise.all(Array.from({ length: subscribers }, () => issuer.token()));
  const rows = [];
  for (const processes of [1, 4]) rows.push(await measureWith({ issuer, redis, tokens, changes, processes }));
  return rows;
}

async function measureWith({ issuer, redis, tokens, changes, processes }) {
  const group = await Group.start(processes, { jwks: issuer.jwks, redisUrl: redis.url, keepAliveSeconds });
  const holder = new Helper('subscribers.mjs', 'the subscribers');
  const count = tokens.length;
  const openFor = (some) =>
    holder.ask({ kind: 'open', url: group.url, requests: some.map(listenTo), news: 'resources/updated' });
  try {
    // The first streams load and compile the code that all others need.
    await openFor(tokens.slice(0, 100));
    const before = await settled(group);
    await openFor(tokens.slice(100));
    const after = await settled(group);
    const more = count - 100;
    const signs = await signsOfLife(group, count);
    const unheardCpu = await tellNobody(group, count);
    const heard = [];
    for (let change = 0; change < changes; change += 1) heard.push(await tellAll(group, holder, redis, count));
    const { open } = await holder.ask({ kind: 'look' });
    if (open !== count) throw new Error(`Only ${open} of ${count} streams are still open`);
    const of = (key) => median(heard.map((one) => one[key]));
    return {
      processes,
      subscribers: count,
      resident: (after.resident - before.resident) / more,
      heap: (after.heap - before.heap) / more,
      signOfLifeCpu: signs,
      unheardCpu,
      changeCpu: of('cpu'),
      changeMs: of('milliseconds'),
      published: of('published'),
    };
  } finally {
    await Promise.all([holder, group].map((each) => each.stop()));
  }
}

function listenTo(token) {
  const notifications = { resourceSubscriptions: ['scaling://watched'] };
  return mcpRequest('modern', 'subscriptions/listen', { notifications }, { authorization: `Bearer ${token}` });
}

async function settled(group) {
  await pause(settleMs);
  await group.usage({ afterCollection: true });
  return group.usage({ afterCollection: true });
}

/** CPU microseconds of one keep-alive message to one stream. */
async function signsOfLife(group, count) {
  const visits = 4;
  const before = await group.usage();
  await pause(visits * keepAliveSeconds * 1000);
  return ((await group.usage()).cpu - before.cpu) / (visits * count);
}

/** CPU microseconds of a change for each stream that does not listen to it. */
async function tellNobody(group, count) {
  const unwatched = 200;
  const before = await group.usage();
  for (let change = 0; change < unwatched; change += 1) await group.changeUnwatched();
  await pause(settleMs);
  return ((await group.usage()).cpu - before.cpu) / (unwatched * count);
}

async function tellAll(group, holder, redis, count) {
  await holder.ask({ kind: 'listen' });
  const before = await group.usage();
  const begun = performance.timeOrigin + performance.now();
  let state;
  const { sent } = await redis.count(async () => {
    await group.change();
    do {
      await pause(20);
      state = await holder.ask({ kind: 'look' });
      const waited = performance.timeOrigin + performance.now() - begun;
      if (waited > 60_000) throw new Error(`Only ${state.heard} of ${count} heard of a change`);
    } while (state.heard < count);
  });
  const { cpu } = await group.usage();
  return {
    cpu: (cpu - before.cpu) / count,
    milliseconds: state.lastHeardAt - begun,
    published: sent.publish ?? 0,
  };
}
