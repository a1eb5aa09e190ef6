// Redis commands for each kind of work, counted by Redis (INFO commandstats).
import { setTimeout as pause } from 'node:timers/promises';
import { openSession } from '../../bench/work/open-session.mjs';
import { callAdd, eras, mcpRequest } from '../../bench/work/requests.mjs';
import { Group } from './group.mjs';

const times = 100;
const fewEvents = 10;

export async function countCommands({ issuer, redis }) {
  const settings = { jwks: issuer.jwks, redisUrl: redis.url };
  const plain = await Group.start(1, settings);
  const revocable = await Group.start(1, { ...settings, revocation: true });
  const bound = await Group.start(1, { ...settings, dpop: true });
  const bearer = { authorization: `Bearer ${await issuer.token()}` };
  const boundToken = await issuer.token({ bound: true });
  const withProof = async () => ({ authorization: `DPoP ${boundToken}`, dpop: await issuer.proof(boundToken) });
  const session = { ...bearer, ...(await openSession(plain.url, bearer)) };
  const report = (events) => {
    const params = { name: 'report', arguments: { events }, _meta: { progressToken: 'p' } };
    return mcpRequest('legacy', 'tools/call', params, session);
  };
  const kinds = [
    { title: 'modern call, token seen before', act: () => send(plain, callAdd('modern', bearer)) },
    { title: '… with `revocation`', act: () => send(revocable, callAdd('modern', bearer)) },
    { title: '… with a DPoP proof', act: async () => send(bound, callAdd('modern', await withProof())) },
    { title: 'handshake of a legacy client', act: () => openSession(plain.url, bearer) },
    { title: 'call in a legacy session', act: () => send(plain, callAdd('legacy', session)) },
    { title: 'task, from the call to its result: begun, ended, fetched', act: () => workAsTask(plain, bearer) },
    { title: 'change that subscribers are told of', act: () => plain.change() },
  ];
  const rows = [];
  for (const { title, act } of kinds) {
    // The first loads scripts; published messages may come a little later.
    await act();
    await pause(200);
    rows.push({ title, commands: perOne(await countTimes(redis, act)) });
  }
  // A stream also has other events, so this compares different numbers of events.
  await send(plain, report(1));
  const few = await redis.count(() => send(plain, report(fewEvents)));
  const many = await redis.count(() => send(plain, report(fewEvents + times)));
  rows.push({
    title: 'event in a stream that can be resumed',
    commands: perOne({ sent: difference(many.sent, few.sent), inside: difference(many.inside, few.inside) }),
  });
  await Promise.all([plain, revocable, bound].map((group) => group.stop()));
  return rows;
}

/** A call that becomes a task, and one request for its result at the end. */
async function workAsTask(group, bearer) {
  const _meta = { ...eras.modern.meta, ...withTasks };
  const { taskId } = await send(group, withMeta('tools/call', { name: 'work', arguments: {} }, bearer, _meta));
  // Without polling, so that the count is the same on any machine; the handler does not wait.
  await pause(50);
  const { status } = await send(group, withMeta('tasks/get', { taskId }, { ...bearer, 'mcp-name': taskId }, _meta));
  if (status !== 'completed') throw new Error(`The task is ${status}`);
}

const withTasks = {
  'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
};

function withMeta(method, params, headers, _meta) {
  const request = mcpRequest('modern', method, params, headers);
  const message = JSON.parse(request.body);
  return { ...request, body: JSON.stringify({ ...message, params: { ...message.params, _meta } }) };
}

async function countTimes(redis, act) {
  return redis.count(async () => {
    for (let time = 0; time < times; time += 1) await act();
    // Publishing is not awaited.
    await pause(200);
  });
}

const difference = (many, few) =>
  Object.fromEntries(Object.entries(many).map(([name, count]) => [name, count - (few[name] ?? 0)]));

/** The average of one. */
const perOne = ({ sent, inside }) => ({ sent: divided(sent), inside: divided(inside) });

const divided = (counts) =>
  Object.fromEntries(
    Object.entries(counts)
      .map(([name, count]) => [name, count / times])
      .filter(([, count]) => count !== 0),
  );

async function send({ url }, { path, ...request }) {
  const response = await fetch(new URL(path, url), request);
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 300)}`);
  return text.startsWith('{') ? JSON.parse(text).result : undefined;
}
