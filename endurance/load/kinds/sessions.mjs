import { Failure } from '../failure.mjs';
import { messagesOf, reportOf, resultOf } from '../mcp-client.mjs';

/** Sessions by principal, opened when they are needed, and again when they are gone. */
class SessionPool {
  gone = 0;
  #load;
  #sessions = new Map();

  constructor(load) {
    this.#load = load;
  }

  of(operation, { name, token }) {
    const opening = this.#sessions.get(name) ?? this.#open(operation, token);
    this.#sessions.set(name, opening);
    opening.catch(() => this.#sessions.get(name) === opening && this.#sessions.delete(name));
    return opening;
  }

  drop({ name }) {
    this.gone += 1;
    this.#sessions.delete(name);
  }

  async close() {
    const ends = [...this.#sessions.values()].map(async (opening) => {
      const session = await opening;
      await this.#load.mcp.endSession(this.#load.nextNode().port, session);
    });
    await Promise.allSettled(ends);
  }

  #open(operation, token) {
    return this.#load.deliver(operation, ({ port }) => this.#load.mcp.openSession(port, token), { isSafe: true });
  }
}

function callIn(load, pool, attempt) {
  return async (operation, principal) => {
    for (let tries = 0; ; tries++) {
      const session = await pool.of(operation, principal);
      try {
        return await attempt(operation, session);
      } catch (error) {
        // Basic/transports: a client that gets 404 MUST begin a new session.
        const mayBeginAnew = error instanceof Failure && error.kind === 'gone' && tries < 2 && !operation.hasLeft;
        if (!mayBeginAnew) throw error;
        operation.sessionsGone = (operation.sessionsGone ?? 0) + 1;
        pool.drop(principal);
      }
    }
  };
}

const callOf = (name, { id }) => ({
  id,
  method: 'tools/call',
  params: { name, arguments: { id }, _meta: { progressToken: id } },
});

/** Calls of a legacy client. Each reaches another node than the one before. */
export const session = {
  name: 'session',
  tool: 'look',
  rate: 8,
  create: (load) => {
    const pool = new SessionPool(load);
    const attempt = (operation, opened) =>
      load.deliver(
        operation,
        async ({ port }) => reportOf(await resultOf(await load.mcp.inSession(port, opened, callOf('look', operation)))),
        { isSafe: true },
      );
    return { run: callIn(load, pool, attempt), close: () => pool.close() };
  },
};

/** A legacy client that leaves a stream after its first event, and goes on with it from another node. */
export const resume = {
  name: 'resume',
  tool: 'report',
  rate: 2,
  create: (load) => {
    const pool = new SessionPool(load);
    return {
      run: callIn(load, pool, (operation, opened) => leaveAndResume(load, operation, opened)),
      close: () => pool.close(),
    };
  },
};

async function leaveAndResume(load, operation, opened) {
  const begin = async ({ port }) => leaveEarly(await load.mcp.inSession(port, opened, callOf('report', operation)));
  const { lastEventId, report } = await load.deliver(operation, begin, { isSafe: false });
  if (report !== undefined) return report;
  operation.hasLeft = true;
  const go = async ({ port }) => reportOf(await resultOf(await load.mcp.resume(port, opened, lastEventId)));
  // It waits for as long as the server says: the stream is kept.
  return load.deliver(operation, go, { isSafe: true, maxSeconds: 5 });
}

/** Leaves after the first event by which it can come back. Without one it stays to the end. */
async function leaveEarly(response) {
  for await (const { id, message } of messagesOf(response)) {
    if (message?.result !== undefined) return { report: reportOf(message.result) };
    if (message?.error !== undefined) throw new Failure('wrong', JSON.stringify(message.error));
    if (id === undefined) continue;
    response.destroy();
    return { lastEventId: id };
  }
  throw new Failure('broken', 'the stream ended without an answer');
}
