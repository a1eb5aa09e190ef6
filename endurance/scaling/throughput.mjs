// Calls per second with one, two and four processes. All are started at the beginning, and each has its turn in every round.
import { Helper } from '../../bench/harness/process.mjs';
import { median } from '../../bench/harness/statistics.mjs';
import { openSession } from '../../bench/work/open-session.mjs';
import { callAdd } from '../../bench/work/requests.mjs';
import { Group } from './group.mjs';

const sizes = [1, 2, 4];

export async function measureThroughput({ issuer, redis, measuring }) {
  const settings = { jwks: issuer.jwks, redisUrl: redis.url };
  const bearer = { authorization: `Bearer ${await issuer.token()}` };
  const kinds = [
    { title: 'modern call, token seen before', settings, request: () => callAdd('modern', bearer) },
    {
      title: '… with `revocation`',
      settings: { ...settings, revocation: true },
      request: () => callAdd('modern', bearer),
    },
    {
      title: 'call in a legacy session',
      settings,
      request: async ({ url }) => callAdd('legacy', { ...bearer, ...(await openSession(url, bearer)) }),
    },
  ];
  const rows = [];
  for (const kind of kinds) rows.push(...(await measureKind(kind, measuring)));
  return rows;
}

async function measureKind({ title, settings, request }, { rounds, seconds, connections, warmUpLimits }) {
  const load = new Helper('load.mjs', 'the load');
  const groups = [];
  try {
    for (const size of sizes) groups.push(await Group.start(size, settings));
    const requests = new Map();
    for (const group of groups) requests.set(group, [await request(group)]);
    const samples = new Map(groups.map((group) => [group, []]));
    const measure = async (group) => {
      const before = await group.usage();
      const order = { url: group.url, requests: requests.get(group), status: 200, connections, seconds };
      const { requests: count, failures, seconds: took, loadCpuShare } = await load.ask(order);
      if (failures > 0 || count === 0) throw new Error(`${title}: ${failures} of ${count} calls failed`);
      return { count, rate: count / took, cpu: ((await group.usage()).cpu - before.cpu) / count, loadCpuShare };
    };
    for (const group of groups) await warmUp(group, measure, warmUpLimits);
    for (let round = 0; round < rounds; round += 1) {
      for (const index of groups.keys()) {
        const group = groups[(index + round) % groups.length];
        samples.get(group).push(await measure(group));
      }
    }
    return groups.map((group) => ({ title, processes: group.size, ...summarise(samples, group, groups[0]) }));
  } finally {
    await Promise.all([load, ...groups].map((each) => each.stop()));
  }
}

/** Until the compiler has seen everything often enough, in each process, or has had its time. */
async function warmUp(group, measure, { calls, seconds }) {
  const end = performance.now() + group.size * seconds * 1000;
  for (let sent = 0; sent < group.size * calls && performance.now() < end;) sent += (await measure(group)).count;
}

function summarise(samples, group, first) {
  const own = samples.get(group);
  const of = (key) => median(own.map((sample) => sample[key]));
  const ratio = median(own.map(({ rate }, round) => rate / samples.get(first)[round].rate));
  return { rate: of('rate'), ratio, cpu: of('cpu'), loadCpuShare: of('loadCpuShare') };
}
