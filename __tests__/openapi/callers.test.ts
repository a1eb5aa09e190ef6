import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { createRegistry, getAuth, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { toolsFromOpenApi } from '../../lib/openapi/index.js';
import { express4 } from '../support/express-4.js';
import { whileListening } from '../support/listening.js';
import { issuer, modern, resource } from '../support/mcp-app.js';
import { call, documentOf, operation, routeApp } from './support/route-app.js';

const document = documentOf({
  '/me/{n}': { post: operation('me', { requestBody: { content: { 'application/json': { schema: {} } } } }) },
});

interface Seen {
  readonly n: string;
  readonly body: string;
  readonly authorization: string;
  readonly subject?: string;
}

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('the caller of a tool, with %s,', (_name, make) => {
  it('is the one that its route sees, with a hundred at once', async () => {
    const { app } = await routeApp({
      document,
      make,
      routes: (routes) => {
        routes.post('/me/:n', make.json(), async (req, res) => {
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 30));
          const { n } = req.params;
          const { authorization } = req.headers;
          res.json({ n, authorization, body: (req.body as { who: string }).who, subject: getAuth(req)?.subject });
        });
      },
    });
    const callers = await Promise.all(
      Array.from({ length: 100 }, async (_each, index) => {
        const subject = `user-${String(index)}`;
        return { subject, token: await issuer.token({ scope: 'a', subject }) };
      }),
    );
    const seen = await whileListening(app, async (port) =>
      Promise.all(
        callers.map(async ({ subject, token }, index) => {
          const response = await fetch(`http://127.0.0.1:${String(port)}/mcp`, {
            method: 'POST',
            headers: {
              'Content-Type': 'application/json',
              Accept: 'application/json, text/event-stream',
              'MCP-Protocol-Version': '2025-11-25',
              Authorization: `Bearer ${token}`,
            },
            body: JSON.stringify({
              jsonrpc: '2.0',
              id: index,
              method: 'tools/call',
              params: { name: 'me', arguments: { n: String(index), body: { who: subject } } },
            }),
          });
          const { result } = (await response.json()) as { readonly result: { readonly structuredContent: Seen } };
          return result.structuredContent;
        }),
      ),
    );
    expect(seen).toEqual(
      callers.map(({ subject, token }, index) => ({
        n: String(index),
        body: subject,
        authorization: `Bearer ${token}`,
        subject,
      })),
    );
  });

  it('has the address that the endpoint saw, and no cookies', async () => {
    const { app } = await routeApp({
      document: documentOf({ '/who': { get: operation('who') } }),
      make,
      routes: (routes) => {
        routes.set('trust proxy', true);
        routes.get('/who', (req, res) => {
          const { cookie, accept } = req.headers;
          res.json({
            ip: req.ip,
            secure: req.secure,
            host: req.hostname,
            cookie: cookie ?? null,
            accept,
            from: req.socket.remoteAddress,
          });
        });
      },
    });
    const proxied = {
      'X-Forwarded-For': '203.0.113.7',
      'X-Forwarded-Proto': 'https',
      Host: 'api.example.com',
      Cookie: 'session=1',
    };
    const answer = await modern(app, 'tools/call', { name: 'who', arguments: {} }, proxied);
    expect(
      (answer.body as { readonly result: { readonly structuredContent: unknown } }).result.structuredContent,
    ).toEqual({
      ip: '203.0.113.7',
      secure: true,
      host: 'api.example.com',
      cookie: null,
      accept: 'application/json, */*;q=0.5',
      from: expect.stringContaining('127.0.0.1') as unknown,
    });
  });

  it('meets the guards of the app as over HTTP', async () => {
    const { app } = await routeApp({
      document: documentOf({ '/guarded': { get: operation('guarded') } }),
      make,
      routes: (routes) => {
        routes.use((req, res, next) => {
          if (req.headers.authorization === undefined) res.status(401).json({ error: 'sign in' });
          else next();
        });
        routes.get('/guarded', (_req, res) => res.json({ in: true }));
      },
    });
    expect((await request(app).get('/guarded')).status).toBe(401);
    expect(await call(app, 'guarded')).toMatchObject({ isError: true });
    expect(await call(app, 'guarded', {}, 'a')).toMatchObject({ structuredContent: { in: true } });
  });

  it('is who auth.protect sees, without a second look at the token', async () => {
    let looks = 0;
    const verify = async () => {
      await Promise.resolve();
      looks++;
      return { subject: 'ann', clientId: 'c', scopes: ['a'], expiresAt: undefined, issuer: undefined, claims: {} };
    };
    const auth = mcpAuth({ resource, verifier: { verify } });
    const registry = createRegistry({ name: 'guarded', version: '1.0.0' });
    const app = make();
    app.use(auth, mcpRouter(registry));
    app.get('/a', auth.protect('a'), (req, res) => res.json({ subject: getAuth(req)?.subject }));
    app.get('/b', auth.protect('b'), (_req, res) => res.json({}));
    app.use(mcpErrorHandler());
    const paths = { '/a': { get: operation('a') }, '/b': { get: operation('b') } };
    await toolsFromOpenApi(registry, documentOf(paths), { app });
    const headers = { Authorization: 'Bearer opaque' };
    const answer = await modern(app, 'tools/call', { name: 'a', arguments: {} }, headers);
    expect(answer.body).toMatchObject({ result: { structuredContent: { subject: 'ann' } } });
    expect(looks).toBe(1);
    const refused = await modern(app, 'tools/call', { name: 'b', arguments: {} }, headers);
    expect([refused.status, refused.headers['www-authenticate']]).toEqual([
      403,
      expect.stringContaining('scope="b a"'),
    ]);
  });
});
