import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../load/failure.mjs';
import { messagesOf } from '../load/mcp-client.mjs';

const readersPerNode = 8;
const stallMs = 8000;
// 48 MB for each: far more than the sockets of both sides hold.
const flood = { messages: 3000, characters: 16_000 };
const maxGrowthMib = 96;

/** Clients of both eras ask for a lot and read nothing. Then they read again, and must get their answers. */
export const slowReader = {
  name: 'slow-reader',
  // Their handlers share the processor with the rest: the delay below is the measure.
  act: async (cluster, load) => {
    const before = await rssOf(cluster);
    const begin = performance.now();
    const readers = cluster.nodes.flatMap((node, index) =>
      Array.from({ length: readersPerNode }, (_, count) => {
        const principal = load.principals[(index + count) % load.principals.length];
        return count % 2 === 0 ? stallModern(load, node, principal) : stallInSession(load, node, principal);
      }),
    );
    let most = before;
    for (const end = begin + stallMs; performance.now() < end; await pause(500)) {
      const now = await rssOf(cluster);
      most = most.map((rss, index) => Math.max(rss, now[index]));
    }
    const end = performance.now();
    const outcomes = await Promise.all(readers.map((reader) => finish(reader)));
    return () => [
      ...most.map((rss, index) => atMost(`node-${index} grew by MiB`, mib(rss - before[index]), maxGrowthMib)),
      atMost('slow readers without an answer', outcomes.filter(({ isAnswered }) => !isAnswered).length, 0),
      atMost('ms that others waited (95 % of look)', ...delays(load.operations, begin, end)),
      // A client that did not read does not get everything: a session's connection is ended, and other streams leave messages out.
      atMost('slow readers that nothing was done about', outcomes.filter(({ isCurbed }) => !isCurbed).length, 0),
    ];
  },
};

async function stallModern(load, { port }, { token }) {
  const id = randomUUID();
  const params = { name: 'flood', arguments: { id, ...flood }, _meta: { progressToken: id } };
  const response = await withNewConnection(() => load.mcp.modern(port, token, 'tools/call', params));
  await pause(stallMs);
  return async () => {
    let messages = 0;
    for await (const { message } of messagesOf(response)) {
      if (message?.result !== undefined) return { isCurbed: messages < flood.messages };
      messages += 1;
    }
    throw new Failure('broken', 'the stream ended without an answer');
  };
}

async function stallInSession(load, { port }, { token }) {
  const session = await withNewConnection(() => load.mcp.openSession(port, token));
  const id = randomUUID();
  const params = { name: 'flood', arguments: { id, ...flood }, _meta: { progressToken: id } };
  const message = { id, method: 'tools/call', params };
  const response = await withNewConnection(() => load.mcp.inSession(port, session, message));
  await pause(stallMs);
  return async () => {
    let lastId;
    let current = response;
    for (let times = 0; ; times++) {
      try {
        for await (const event of messagesOf(current)) {
          lastId = event.id ?? lastId;
          if (event.message?.result !== undefined) return { isCurbed: times > 0 };
        }
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
      if (lastId === undefined || times > 20) throw new Failure('broken', 'there is nothing to come back with');
      const { port: next } = load.nextNode();
      current = await withNewConnection(() => load.mcp.resume(next, session, lastId));
    }
  };
}

async function finish(reader) {
  try {
    const read = await reader;
    return { isAnswered: true, ...(await read()) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`A slow reader: ${error.message}`);
    return { isAnswered: false, isCurbed: false };
  }
}

/** A kept connection can end at the moment of its reuse; slow readers do not cause that. */
async function withNewConnection(attempt) {
  for (let times = 1; ; times++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Failure) || error.kind !== 'closed' || times === 3) throw error;
    }
  }
}

async function rssOf({ nodes }) {
  const measured = await Promise.all(nodes.map((node) => node.measure()));
  return measured.map(({ rss }) => rss);
}

/** The delay and its limit: three times the earlier one, with a reserve for a busy machine. */
function delays(operations, begin, end) {
  const durations = (from, to) =>
    operations
      .filter(
        ({ kind, startedAt, endedAt }) =>
          kind === 'look' && startedAt >= from && startedAt < to && endedAt !== undefined,
      )
      .map(({ startedAt, endedAt }) => endedAt - startedAt);
  return [percentile(durations(begin, end)), 250 + 3 * percentile(durations(0, begin))];
}

function percentile(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.95)] ?? 0;
}

const mib = (bytes) => bytes / 2 ** 20;
const atMost = (what, was, most) => ({ what, most: Math.round(most), was: Math.round(was), isMet: was <= most });
