import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import type { LimitOptions } from '../../../lib/index.js';
import { createRegistry, mcpErrorHandler, mcpScopes } from '../../../lib/index.js';
import { issuer } from '../../support/mcp-app.js';
import { whileListening } from '../../support/listening.js';
import type { EndpointOptions } from '../../support/running-endpoint.js';
import { RunningEndpoint, closeEndpoints, jsonOf, until } from '../../support/running-endpoint.js';

afterEach(closeEndpoints);
const kib = 1024;
const mib = 1024 * kib;

const bearer = async (subject: string) => ({
  Authorization: `Bearer ${await issuer.token({ subject, clientId: 'cli' })}`,
});
type Headers = Readonly<Record<string, string>>;

/** Tools that wait until they are told to finish, that answer at length, or at once. */
function holding() {
  const events = new EventEmitter();
  events.setMaxListeners(0);
  let begun = 0;
  const registry = createRegistry({ name: 'held', version: '1.0.0' });
  const inputSchema = { type: 'object' } as const;
  const wait = async (): Promise<string> => {
    begun++;
    await once(events, 'finish');
    return 'done';
  };
  registry.tool('wait', { inputSchema }, wait);
  registry.tool('task', { inputSchema, task: { support: 'required' } }, wait);
  registry.tool('long', { inputSchema }, ({ length }) => 'x'.repeat(Number(length)));
  registry.tool('flood', { inputSchema }, async (_args, ctx) => {
    for (let round = 0; round < 40; round++) await Promise.race([ctx.log('info', 'x'.repeat(100 * kib)), pause(5)]);
    return 'done';
  });
  registry.tool('quick', {}, () => 'quick');
  return { registry, finish: () => events.emit('finish'), begun: () => begun };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function start(limits: LimitOptions, options: EndpointOptions = {}) {
  const { registry, ...held } = holding();
  const endpoint = await RunningEndpoint.start(registry, { auth: {}, limits, ...options });
  const call = (name: string, args: object, headers: Headers) =>
    endpoint.modern('tools/call', { name, arguments: args }, { headers });
  const statusOf = async (response: Promise<Response>) => {
    const { status } = await response;
    return status;
  };
  /** Sends the head of a request and a part of its body. */
  const begin = (headers: Headers, announced: number | undefined, sent: number): Socket => {
    const socket = connect(endpoint.port, '127.0.0.1');
    const length = announced === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${String(announced)}`;
    const fields = Object.entries({ ...headers, 'Content-Type': 'application/json', Host: 'localhost' });
    const head = ['POST /mcp HTTP/1.1', ...fields.map(([name, value]) => `${name}: ${value}`), length];
    head.push('Accept: application/json, text/event-stream', '', '');
    socket.on('error', () => undefined).setEncoding('latin1');
    socket.write(head.join('\r\n'));
    if (announced === undefined) socket.write(`${sent.toString(16)}\r\n${'x'.repeat(sent)}\r\n`);
    else socket.write('x'.repeat(sent));
    return socket;
  };
  const answerOf = async (socket: Socket) => {
    const [data] = (await once(socket, 'data')) as [string];
    socket.destroy();
    return {
      status: Number(/^HTTP\/1.1 (\d+)/.exec(data)?.[1]),
      retryAfter: /^retry-after: (\d+)/im.exec(data)?.[1],
      message: /"message":"([^"]*)"/.exec(data)?.[1],
    };
  };
  return { endpoint, call, statusOf, begin, answerOf, ...held };
}

const tooMuch = { status: 429, retryAfter: '1', message: 'The requests of this caller take too much memory' };
const noRoom = { status: 503, retryAfter: '1', message: 'The server has no room for this at the moment' };

describe('limits.bytesPerPrincipal', () => {
  it.each([
    ['announced', mib],
    ['in chunks', undefined],
  ])('counts bodies on their way, %s', async (_how, announced) => {
    const { endpoint, begin, answerOf, call, statusOf } = await start({ bytesPerPrincipal: mib });
    const ada = await bearer('ada');
    const first = begin(ada, announced, 700 * kib);
    await until('it has arrived', () => endpoint.bytesRead > 700 * kib);
    const second = begin(ada, announced === undefined ? undefined : 400 * kib, 400 * kib);
    expect(await answerOf(second)).toEqual(tooMuch);
    // Small requests are still served, and so are those of other callers.
    expect(await statusOf(call('quick', {}, ada))).toBe(200);
    expect(await statusOf(call('long', { length: 1, text: 'x'.repeat(500 * kib) }, await bearer('grace')))).toBe(200);
    first.destroy();
    await until('there is room again', async () => {
      return (await statusOf(call('long', { length: 1, text: 'x'.repeat(500 * kib) }, ada))) === 200;
    });
  });

  it('refuses what is announced before anything of it is read', async () => {
    const { begin, answerOf } = await start({ bytesPerPrincipal: mib });
    expect(await answerOf(begin(await bearer('ada'), 2 * mib, 0))).toEqual(tooMuch);
  });

  it('counts a value by what it takes, not by its text', async () => {
    const { call } = await start({ bytesPerPrincipal: mib });
    const ada = await bearer('ada');
    // 60 KB of text, and more than a megabyte of objects.
    const heavy = await call('quick', { list: Array.from({ length: 20_000 }, () => ({})) }, ada);
    expect(heavy.status).toBe(413);
    expect(await jsonOf(heavy)).toMatchObject({
      error: { message: 'The message takes more memory than one caller may use' },
    });
    expect((await call('long', { length: 1, text: 'x'.repeat(60_000) }, ada)).status).toBe(200);
  });

  it('counts arguments until the call is answered, also after its client has left', async () => {
    const { call, finish, begun, statusOf, endpoint } = await start({ bytesPerPrincipal: mib }, { sessions: true });
    const session = await endpoint.openSession('2025-11-25', { headers: await bearer('ada') });
    const large = { text: 'x'.repeat(600 * kib) };
    const leaving = new AbortController();
    const left = session
      .request('tools/call', { name: 'wait', arguments: large }, 1, leaving.signal)
      .catch(() => undefined);
    await until('it runs', () => begun() === 1);
    leaving.abort();
    await left;
    const ada = await bearer('ada');
    expect(await statusOf(call('long', { ...large, length: 1 }, ada))).toBe(429);
    finish();
    await until('there is room', async () => (await statusOf(call('long', { ...large, length: 1 }, ada))) === 200);
  });

  it('counts the arguments of tasks while they run', async () => {
    const { endpoint, finish } = await start({ bytesPerPrincipal: mib });
    const headers = await bearer('ada');
    const meta = {
      'io.modelcontextprotocol/clientCapabilities': { extensions: { 'io.modelcontextprotocol/tasks': {} } },
    };
    const beginTask = async () => {
      const params = { name: 'task', arguments: { text: 'x'.repeat(300 * kib) }, _meta: meta };
      const response = await endpoint.modern('tools/call', params, { headers });
      return [response.status, ((await jsonOf(response)).result as { resultType?: string } | undefined)?.resultType];
    };
    expect(await beginTask()).toEqual([200, 'task']);
    expect(await beginTask()).toEqual([200, 'task']);
    expect(await beginTask()).toEqual([429, undefined]);
    finish();
    await until('there is room', async () => (await beginTask())[0] === 200);
    finish();
  });

  it('counts answers that nobody reads', async () => {
    const { endpoint, call, statusOf } = await start({ bytesPerPrincipal: 12 * mib });
    const ada = await bearer('ada');
    const unread = async () => {
      const socket = connect(endpoint.port, '127.0.0.1').pause();
      socket.on('error', () => undefined);
      const message = {
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'long', arguments: { length: 10 * mib } },
      };
      const body = JSON.stringify(message);
      const head = ['POST /mcp HTTP/1.1', 'Host: localhost', `Authorization: ${ada.Authorization}`];
      head.push('Content-Type: application/json', 'Accept: application/json, text/event-stream');
      socket.write([...head, `Content-Length: ${String(body.length)}`, '', body].join('\r\n'));
      await once(socket, 'readable');
      return socket;
    };
    const socket = await unread();
    const large = () => statusOf(call('long', { length: 10 * mib }, ada));
    expect(await large()).toBe(429);
    expect(await statusOf(call('long', { length: 10 * mib }, await bearer('grace')))).toBe(200);
    expect(await statusOf(call('quick', {}, ada))).toBe(200);
    socket.destroy();
    await until('there is room', async () => (await large()) === 200);
  });
});

describe('limits.bytes', () => {
  it('leaves room for others: each principal gets half of what is free', async () => {
    const { begin, answerOf, call, statusOf } = await start({ bytes: 3 * mib, bytesPerPrincipal: false });
    const open: Socket[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      const headers = await bearer(name);
      let answered = false;
      while (!answered) {
        const socket = begin(headers, 100 * kib, 60 * kib);
        const refused = await Promise.race([answerOf(socket), pause(150)]);
        if (refused === undefined) open.push(socket);
        else {
          expect(refused).toEqual(noRoom);
          answered = true;
        }
        if (open.length > 200) throw new Error('Nothing was refused');
      }
    }
    expect(open.length).toBeGreaterThan(10);
    const honest = await bearer('honest');
    expect(await statusOf(call('long', { length: 1, text: 'x'.repeat(40 * kib) }, honest))).toBe(200);
    for (const socket of open) socket.destroy();
  });

  it('takes all who did not sign in for one caller', async () => {
    const { endpoint, begin, answerOf, call, statusOf } = await start(
      { bytesPerPrincipal: mib },
      { auth: { allowAnonymous: true } },
    );
    const first = begin({}, mib, 900 * kib);
    await until('it has arrived', () => endpoint.bytesRead > 900 * kib);
    expect(await answerOf(begin({}, 300 * kib, 300 * kib))).toEqual(tooMuch);
    expect(await statusOf(call('long', { length: 1, text: 'x'.repeat(500 * kib) }, await bearer('ada')))).toBe(200);
    first.destroy();
  });
});

describe('limits.calls and limits.streams', () => {
  it('limits the calls of all principals, and leaves room for one more', async () => {
    const { call, finish, begun, statusOf } = await start({ calls: 12 });
    const waiting: Promise<Response>[] = [];
    const [ada, grace, joan] = [await bearer('ada'), await bearer('grace'), await bearer('joan')];
    // One principal gets 4 of 12; the next gets half of the remaining 8, while they last.
    for (let count = 1; count <= 4; count++) waiting.push(call('wait', {}, ada));
    await until('four run', () => begun() === 4);
    const refused = await call('wait', {}, ada);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    for (let count = 1; count <= 2; count++) waiting.push(call('wait', {}, grace));
    await until('six run', () => begun() === 6);
    expect(await statusOf(call('quick', {}, joan))).toBe(200);
    waiting.push(call('wait', {}, joan));
    await until('seven run', () => begun() === 7);
    finish();
    expect(await Promise.all(waiting.map(statusOf))).toEqual(waiting.map(() => 200));
  });

  it('limits the streams of all principals', async () => {
    const { endpoint } = await start({ streams: 3 });
    const listen = async (name: string) =>
      endpoint.modern(
        'subscriptions/listen',
        { notifications: { toolsListChanged: true } },
        { headers: await bearer(name) },
      );
    const first = await listen('ada');
    expect(first.status).toBe(200);
    expect((await listen('ada')).status).toBe(503);
    const second = await listen('grace');
    expect(second.status).toBe(200);
    await first.body?.cancel();
    await second.body?.cancel();
    await until('there is room', async () => {
      const response = await listen('ada');
      await response.body?.cancel();
      return response.status === 200;
    });
  });
});

describe('limits.sessionBytesPerPrincipal', () => {
  it('counts handshakes and subscriptions of all sessions of a principal', async () => {
    const { registry } = holding();
    registry.resourceTemplate('notes://{+path}', {}, () => 'a note');
    const endpoint = await RunningEndpoint.start(registry, {
      auth: {},
      sessions: true,
      limits: { sessionBytesPerPrincipal: 60 * kib },
    });
    const open = async (name: string, length: number) => {
      const params = {
        protocolVersion: '2025-11-25',
        capabilities: { experimental: { text: { x: 'x'.repeat(length) } } },
        clientInfo: { name: 'tests', version: '1' },
      };
      return endpoint.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, await bearer(name));
    };
    expect((await open('ada', 15 * kib)).status).toBe(200);
    const refused = await open('ada', 15 * kib);
    expect([refused.status, (await jsonOf(refused)).error?.message]).toEqual([
      429,
      'Too many sessions of this caller are open',
    ]);
    expect((await open('grace', 15 * kib)).status).toBe(200);
    // A handshake has a limit of its own.
    expect((await jsonOf(await open('joan', 17 * kib))).error?.message).toContain('too large');

    const session = await endpoint.openSession('2025-11-25', { headers: await bearer('ada') });
    const subscribe = (uri: string) => session.request('resources/subscribe', { uri });
    expect((await subscribe(`notes://${'x'.repeat(10 * kib)}`)).status).toBe(200);
    expect((await subscribe(`notes://y${'x'.repeat(10 * kib)}`)).status).toBe(429);
    expect((await subscribe('notes://short')).status).toBe(200);
  });
});

describe('ids', () => {
  it('have at most 1024 characters', async () => {
    const { endpoint } = await start({});
    const headers = await bearer('ada');
    const withId = (length: number) =>
      endpoint.modern('tools/call', { name: 'quick' }, { headers, id: 'x'.repeat(length) });
    expect((await withId(1024)).status).toBe(200);
    const refused = await withId(1025);
    expect(refused.status).toBe(400);
    expect((await jsonOf(refused)).error?.message).toBe('Invalid request: id must have at most 1024 characters');
  });
});

describe('mcpScopes', () => {
  it('has the same limits of bytes, until the handler behind has answered', async () => {
    const app = express();
    const events = new EventEmitter();
    const limits = { bytesPerPrincipal: mib };
    app.post('/mcp', mcpScopes({ tools: { '*': [] }, limits }), async (_req, res) => {
      events.emit('begun');
      await once(events, 'finish');
      res.json({});
    });
    app.use(mcpErrorHandler());
    await whileListening(app, async (port) => {
      const post = () => {
        const params = { name: 'any', arguments: { text: 'x'.repeat(600 * kib) } };
        const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
        return fetch(`http://127.0.0.1:${String(port)}/mcp`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body,
        });
      };
      const begun = once(events, 'begun');
      const first = post();
      await begun;
      expect((await post()).status).toBe(429);
      events.emit('finish');
      expect((await first).status).toBe(200);
    });
    expect(() => mcpScopes({ limits: { calls: 1 } as object })).toThrow('there is no "calls"');
    expect(() => mcpScopes({ limits: { bytes: 0 } })).toThrow(
      'mcpScopes: limits.bytes must be a whole number from 1, or false for no limit.',
    );
  });
});
