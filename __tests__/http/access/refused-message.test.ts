import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { mcpAuth, mcpErrorHandler, mcpRouter, mcpScopes, memorySessionStore } from '../../../lib/index.js';
import { authOptions, challengeOf, issuer, modern, notesRegistry, protectedApp } from '../../support/mcp-app.js';
import { whileListening } from '../../support/listening.js';
import { once } from 'node:events';
import { connect } from 'node:net';

const scopesOf = (challenge: string | undefined) => /scope="([^"]*)"/.exec(challenge ?? '')?.[1];
const bearer = async () => ({ Authorization: `Bearer ${await issuer.token({ scope: 'other' })}` });
const callOf = (length: number) => ({ name: 'read', arguments: {}, _padding: 'x'.repeat(length) });

describe('the message of a caller without the scopes of the endpoint', () => {
  const app = protectedApp({ auth: { requiredScopes: ['mcp'] } });

  it('is read for the scopes of its item, as long as it is short', async () => {
    const short = await modern(app, 'tools/call', callOf(50_000), await bearer());
    expect([short.status, scopesOf(challengeOf(short))]).toEqual([403, 'mcp notes:read other']);
    const long = await modern(app, 'tools/call', callOf(70_000), await bearer());
    expect([long.status, scopesOf(challengeOf(long))]).toEqual([403, 'mcp other']);
  });

  it('is refused in front of mcpScopes in the same way', async () => {
    const foreign = express();
    const served: unknown[] = [];
    foreign.post(
      '/mcp',
      mcpAuth(authOptions({ requiredScopes: ['mcp'] })),
      mcpScopes({ tools: { read: ['notes:read'] } }),
      (req, res) => {
        served.push(req.body);
        res.json({});
      },
    );
    foreign.use(mcpErrorHandler());
    const short = await modern(foreign, 'tools/call', callOf(10), await bearer());
    expect([short.status, scopesOf(challengeOf(short))]).toEqual([403, 'mcp notes:read other']);
    const long = await modern(foreign, 'tools/call', callOf(70_000), await bearer());
    expect([long.status, scopesOf(challengeOf(long))]).toEqual([403, 'mcp other']);
    expect(served).toEqual([]);
  });

  it('is not waited for longer than two seconds', async () => {
    const { Authorization } = await bearer();
    await whileListening(app, async (port) => {
      const socket = connect(port, '127.0.0.1');
      const head = ['POST /mcp HTTP/1.1', 'Host: localhost', 'Content-Type: application/json', 'Content-Length: 900'];
      socket.write(
        [...head, 'Accept: application/json, text/event-stream', `Authorization: ${Authorization}`, '', '{'].join(
          '\r\n',
        ),
      );
      const began = performance.now();
      const [answer] = (await once(socket.setEncoding('latin1'), 'data')) as [string];
      expect(answer).toMatch(/^HTTP\/1.1 403 /);
      expect(performance.now() - began).toBeGreaterThan(1900);
      expect(performance.now() - began).toBeLessThan(20_000);
      socket.destroy();
    });
  });

  it('does not make anybody look for a session', async () => {
    const sessions = memorySessionStore();
    let reads = 0;
    const read: typeof sessions.read = async (...args) => {
      reads++;
      return sessions.read(...args);
    };
    const withSessions = protectedApp({
      auth: { requiredScopes: ['mcp'] },
      router: { sessions: true, stores: { sessions: { ...sessions, read } } },
    });
    const response = await request(withSessions)
      .post('/mcp')
      .set({ ...(await bearer()), 'Mcp-Session-Id': 'guessed', Accept: 'application/json, text/event-stream' })
      .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'read' } });
    expect([response.status, scopesOf(challengeOf(response))]).toEqual([403, 'mcp notes:read other']);
    expect(reads).toBe(0);
  });

  it('reaches no middleware that stands behind the guard', async () => {
    const guarded = express();
    let met = 0;
    guarded.use(mcpAuth(authOptions({ requiredScopes: ['mcp'] })), (_req, _res, next) => {
      met++;
      next();
    });
    guarded.use(mcpRouter(notesRegistry()), mcpErrorHandler());
    expect((await modern(guarded, 'tools/call', callOf(10), await bearer())).status).toBe(403);
    expect((await modern(guarded, 'tools/call', callOf(70_000), await bearer())).status).toBe(403);
    expect(met).toBe(0);
  });
});
