import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, memoryRevocationStore, revokeTokens } from '../../../lib/index.js';
import { issuer } from '../../support/mcp-app.js';
import { requestOf } from '../../support/dispatching.js';
import { RunningEndpoint, closeEndpoints, jsonOf, streamOf, until } from '../../support/running-endpoint.js';

afterEach(closeEndpoints);
const progressing = { _meta: { progressToken: 1 } };
const forEver = { timeoutMs: 600_000 };

/** A tool that reports once and then waits for the test; `events` goes both ways. */
function waiting() {
  const events = new EventEmitter();
  const registry = createRegistry({ name: 'waits', version: '1.0.0' });
  registry.tool('wait', forEver, async (_args, ctx) => {
    ctx.signal.addEventListener('abort', () => events.emit('aborted', ctx.signal.reason));
    const finish = once(events, 'finish');
    await ctx.progress(1);
    events.emit('begun');
    await finish;
    await ctx.progress(2);
    events.emit('finished', ctx.signal.aborted);
    return 'done';
  });
  return { events, registry };
}

describe('streaming', () => {
  it('answers with text/event-stream, X-Accel-Buffering: no, Cache-Control: no-store and nosniff', async () => {
    const { events, registry } = waiting();
    const endpoint = await RunningEndpoint.start(registry);
    const response = await endpoint.modern('tools/call', { name: 'wait', ...progressing });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'x-accel-buffering': 'no',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    events.emit('finish');
    await streamOf(response).rest();
  });

  it('the stream of a call stays open until the answer is written, and ends right after the answer', async () => {
    const { events, registry } = waiting();
    const endpoint = await RunningEndpoint.start(registry);
    const stream = streamOf(await endpoint.modern('tools/call', { name: 'wait', ...progressing }));
    expect(await stream.next()).toMatchObject({ method: 'notifications/progress' });
    const rest = stream.rest();
    events.emit('finish');
    expect((await rest).map(({ id, method }) => id ?? method)).toEqual(['notifications/progress', 1]);
  });

  it('sends comments while nothing happens, so that nobody takes the connection for dead', async () => {
    const { events, registry } = waiting();
    const endpoint = await RunningEndpoint.start(registry, { keepAliveSeconds: 1 });
    const stream = streamOf(await endpoint.modern('tools/call', { name: 'wait', ...progressing }));
    await stream.next();
    expect(await stream.nextBlock()).toEqual({ comment: 'keep-alive' });
    expect(await stream.nextBlock()).toEqual({ comment: 'keep-alive' });
    events.emit('finish');
    await stream.rest();
  });

  it('answers with JSON whoever does not accept text/event-stream, and drops what would come before', async () => {
    const { events, registry } = waiting();
    const endpoint = await RunningEndpoint.start(registry);
    const begun = once(events, 'begun');
    const headers = { Accept: 'application/json' };
    const answering = endpoint.modern('tools/call', { name: 'wait', ...progressing }, { headers });
    await begun;
    events.emit('finish');
    const response = await answering;
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await jsonOf(response)).toMatchObject({ result: { content: [{ text: 'done' }] } });
  });

  it('a batch of 2025-03-26 ends its stream with an answer for each request', async () => {
    const registry = createRegistry({ name: 'batches', version: '1.0.0' });
    registry.tool('step', {}, async (_args, ctx) => {
      await ctx.progress(1);
      return String(ctx.requestId);
    });
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession('2025-03-26');
    const call = (id: number): object => ({
      ...requestOf('2025-03-26', 'tools/call', { name: 'step', _meta: { progressToken: id } }, id),
    });
    const response = await endpoint.post([call(1), call(2)], session.headers);
    const messages: unknown[] = (await streamOf(response).rest()).flat();
    expect(messages).toEqual([
      expect.objectContaining({ params: { progressToken: 1, progress: 1 } }),
      expect.objectContaining({ params: { progressToken: 2, progress: 1 } }),
      expect.objectContaining({ id: 1, result: { content: [{ type: 'text', text: '1' }] } }),
      expect.objectContaining({ id: 2, result: { content: [{ type: 'text', text: '2' }] } }),
    ]);
  });

  it('a batch must not contain initialize, which decides how the rest is understood', async () => {
    const { registry } = waiting();
    const endpoint = await RunningEndpoint.start(registry, { sessions: true });
    const session = await endpoint.openSession('2025-03-26');
    const clientInfo = { name: 'c', version: '1' };
    const params = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo };
    const batch = [{ jsonrpc: '2.0', id: 'i', method: 'initialize', params }, requestOf('2025-03-26', 'ping', {}, 'p')];
    const response = await endpoint.post(batch, session.headers);
    expect(response.headers.get('mcp-session-id')).toBeNull();
    expect(await response.json()).toEqual([
      expect.objectContaining({ id: 'i', error: expect.objectContaining({ code: -32600 }) }),
      expect.objectContaining({ id: 'p', result: {} }),
    ]);
  });
});

describe('a client that goes away', () => {
  it('aborts ctx.signal of a modern call; its progress goes nowhere, and nothing fails', async () => {
    const { events, registry } = waiting();
    const endpoint = await RunningEndpoint.start(registry);
    const stream = streamOf(await endpoint.modern('tools/call', { name: 'wait', ...progressing }));
    await stream.next();
    const aborted = once(events, 'aborted');
    const finished = once(events, 'finished');
    await stream.cancel();
    await aborted;
    events.emit('finish');
    expect(await finished).toEqual([true]);
    await endpoint.router.close();
    expect(endpoint.errors).toEqual([]);
  });

  it('aborts ctx.signal of a modern call whose answer has not begun', async () => {
    const { events, registry } = waiting();
    const endpoint = await RunningEndpoint.start(registry);
    const leave = new AbortController();
    const begun = once(events, 'begun');
    const answering = endpoint.modern('tools/call', { name: 'wait' }, { signal: leave.signal });
    await begun;
    const aborted = once(events, 'aborted');
    const failing = expect(answering).rejects.toThrow('aborted');
    leave.abort();
    await aborted;
    await failing;
    events.emit('finish');
  });

  it.each([true, false])('does not abort a legacy call (with sessions: %j)', async (sessions) => {
    const { events, registry } = waiting();
    const endpoint = await RunningEndpoint.start(registry, { sessions });
    const message = requestOf('2025-11-25', 'tools/call', { name: 'wait', ...progressing });
    const headers = sessions ? (await endpoint.openSession()).headers : { 'MCP-Protocol-Version': '2025-11-25' };
    const stream = streamOf(await endpoint.post(message, headers));
    await stream.next();
    const finished = once(events, 'finished');
    await stream.cancel();
    await until('the connection is closed', async () => (await endpoint.connections()) === 0);
    events.emit('finish');
    expect(await finished).toEqual([false]);
  });

  it('before its token was checked leaves no handler running and no subscription behind', async () => {
    const { events, registry } = waiting();
    const gates = new EventEmitter();
    const endpoint = await RunningEndpoint.start(registry, {
      before: [
        express.json(),
        (_request, response, next) => {
          response.once('close', () => {
            setImmediate(next);
          });
          gates.emit('arrived');
        },
      ],
    });
    for (const send of [
      (signal: AbortSignal) => endpoint.modern('subscriptions/listen', {}, { signal }),
      (signal: AbortSignal) => endpoint.modern('tools/call', { name: 'wait' }, { signal }),
    ]) {
      const leave = new AbortController();
      const arrived = once(gates, 'arrived');
      const failing = expect(send(leave.signal)).rejects.toThrow('aborted');
      await arrived;
      leave.abort();
      await failing;
    }
    await once(events, 'begun');
    events.emit('finish');
    await once(events, 'finished');
    await endpoint.router.close();
    expect(endpoint.errors).toEqual([]);
  });

  it('is no error of the app, when its handler stops as it is told to; any other error is', async () => {
    const events = new EventEmitter();
    const registry = createRegistry({ name: 'stops', version: '1.0.0' });
    const stops: Readonly<Record<string, (signal: AbortSignal) => Promise<void>>> = {
      throws: async (signal) => {
        await once(signal, 'abort');
        signal.throwIfAborted();
      },
      node: async (signal) => {
        await once(new EventEmitter(), 'never', { signal });
      },
      fails: async (signal) => {
        await once(signal, 'abort');
        throw new Error('broken');
      },
    };
    for (const [name, stop] of Object.entries(stops)) {
      registry.tool(name, forEver, async (_args, ctx) => {
        await ctx.progress(1);
        await stop(ctx.signal).finally(() => setImmediate(() => events.emit('over')));
        return 'done';
      });
    }
    const endpoint = await RunningEndpoint.start(registry);
    for (const name of Object.keys(stops)) {
      const stream = streamOf(await endpoint.modern('tools/call', { name, ...progressing }));
      await stream.next();
      const over = once(events, 'over');
      await stream.cancel();
      await over;
    }
    await endpoint.router.close();
    expect(endpoint.errors).toEqual([new Error('broken')]);
  });
});

describe('a time limit', () => {
  it('a tool that reports progress is given up after its time limit all the same, without notifications/cancelled', async () => {
    const registry = createRegistry({ name: 'slow', version: '1.0.0' });
    const signals: AbortSignal[] = [];
    registry.tool('slow', { timeoutMs: 100 }, async (_args, ctx) => {
      signals.push(ctx.signal);
      for (let count = 1; !ctx.signal.aborted; count++) {
        await ctx.progress(count);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      throw ctx.signal.reason;
    });
    const endpoint = await RunningEndpoint.start(registry);
    const messages = await streamOf(await endpoint.modern('tools/call', { name: 'slow', ...progressing })).rest();
    expect(messages.at(-1)).toMatchObject({
      id: 1,
      result: { isError: true, content: [{ text: 'The request took longer than 100 ms' }] },
    });
    expect(new Set(messages.map(({ method }) => method))).toEqual(new Set(['notifications/progress', undefined]));
    expect(signals[0]?.aborted).toBe(true);
    expect(endpoint.errors).toEqual([]);
  });
});

describe('scopes that a handler demands', () => {
  const demanding = () => {
    const registry = createRegistry({ name: 'demands', version: '1.0.0' });
    registry.tool('before', {}, (_args, ctx) => {
      ctx.requireScopes('notes:write');
      return 'written';
    });
    registry.tool('after', { scopes: ['notes:read'] }, async (_args, ctx) => {
      await ctx.progress(1);
      ctx.requireScopes('notes:write');
      return 'written';
    });
    return registry;
  };

  it('are a 403 with a challenge before the stream began, and a JSON-RPC error that names them after', async () => {
    const endpoint = await RunningEndpoint.start(demanding(), { auth: {} });
    const headers = { Authorization: `Bearer ${await issuer.token({ scope: 'notes:read' })}` };
    const refused = await endpoint.modern('tools/call', { name: 'before', ...progressing }, { headers });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('scope="notes:write notes:read"');
    const response = await endpoint.modern('tools/call', { name: 'after', ...progressing }, { headers });
    expect(response.status).toBe(200);
    expect(await streamOf(response).rest()).toEqual([
      expect.objectContaining({ method: 'notifications/progress' }),
      {
        jsonrpc: '2.0',
        id: 1,
        error: {
          code: -32602,
          message: expect.stringContaining('notes:write') as unknown,
          data: { requiredScopes: ['notes:read', 'notes:write'] },
        },
      },
    ]);
  });
});

describe('a stream does not outlive its token', () => {
  it('that expires while a handler works: the handler is interrupted, and the answer says why', async () => {
    const { events, registry } = waiting();
    const endpoint = await RunningEndpoint.start(registry, { auth: { clockToleranceSeconds: 0 } });
    const headers = { Authorization: `Bearer ${await issuer.token({ expiresIn: 4 })}` };
    const stream = streamOf(await endpoint.modern('tools/call', { name: 'wait', ...progressing }, { headers }));
    const aborted = once(events, 'aborted');
    expect((await stream.rest()).at(-1)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      error: { code: -32600, message: 'The access token expired' },
    });
    expect(await aborted).toEqual([expect.objectContaining({ code: 'invalid_token' })]);
    expect(endpoint.errors).toEqual([]);
  });

  it('that is revoked: it is noticed with the next sign of life', async () => {
    const { registry } = waiting();
    const revocation = memoryRevocationStore();
    const endpoint = await RunningEndpoint.start(registry, { auth: { stores: { revocation } }, keepAliveSeconds: 1 });
    const token = await issuer.token({ claims: { jti: 'token-1', iat: Math.floor(Date.now() / 1000) - 10 } });
    const headers = { Authorization: `Bearer ${token}` };
    const stream = streamOf(await endpoint.modern('tools/call', { name: 'wait', ...progressing }, { headers }));
    await stream.next();
    await revokeTokens(revocation, { issuer: issuer.issuer, tokenId: 'token-1' });
    expect((await stream.rest()).at(-1)).toMatchObject({ error: { message: 'The access token was revoked' } });
  });
});

describe('a client that reads slowly', () => {
  const chunk = 'x'.repeat(256 * 1024);

  /** A modern call over a bare socket that does not read until `resume`. */
  function pausedCall(port: number, name: string) {
    const body = JSON.stringify(requestOf('2026-07-28', 'tools/call', { name, ...progressing }));
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    socket.write(
      `POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nMCP-Protocol-Version: 2026-07-28\r\n` +
        `Mcp-Method: tools/call\r\nMcp-Name: ${name}\r\nAccept: application/json, text/event-stream\r\n` +
        `Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
    );
    return socket;
  }

  it('holds up a handler that awaits ctx.progress, and lets it go on when it reads', async () => {
    const registry = createRegistry({ name: 'floods', version: '1.0.0' });
    let sent = 0;
    registry.tool('flood', forEver, async (_args, ctx) => {
      for (; sent < 400; sent++) await ctx.progress(sent, undefined, chunk);
      return 'done';
    });
    const endpoint = await RunningEndpoint.start(registry);
    const socket = pausedCall(endpoint.port, 'flood');
    let last = -1;
    // The system's own buffers are full when no more bytes are sent.
    await until('nothing moves any more', async () => {
      const before = sent;
      await new Promise((resolve) => setTimeout(resolve, 300));
      last = sent;
      return sent > 0 && sent === before;
    });
    expect(last).toBeLessThan(200);
    socket.resume();
    await until('everything is sent', () => sent === 400);
    socket.destroy();
  });

  it('does not fill the memory with what a handler sends without awaiting it', async () => {
    const registry = createRegistry({ name: 'careless', version: '1.0.0' });
    const finished = new EventEmitter();
    const grown: number[] = [];
    registry.tool('flood', forEver, async (_args, ctx) => {
      const before = process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed;
      for (let count = 1; count <= 2000; count++) void ctx.progress(count, undefined, chunk);
      await new Promise(setImmediate);
      grown.push(process.memoryUsage().arrayBuffers + process.memoryUsage().heapUsed - before);
      finished.emit('sent');
      return 'done';
    });
    const endpoint = await RunningEndpoint.start(registry);
    const sent = once(finished, 'sent');
    const socket = pausedCall(endpoint.port, 'flood');
    await sent;
    // Half a gigabyte was reported; at most a hundred messages are in flight.
    expect(grown[0]).toBeLessThan(200 * 1024 * 1024);
    socket.destroy();
    await endpoint.router.close();
  });
});
