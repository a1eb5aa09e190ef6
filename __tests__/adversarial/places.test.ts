// Where a guard stands, and where it is forgotten: each place opened something once.
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import express from 'express';
import request from 'supertest';
import type { McpAuth } from '../../lib/index.js';
import { mcpAuth, mcpErrorHandler, mcpListener, mcpRouter, mcpScopes } from '../../lib/index.js';
import { express4 } from '../support/express-4.js';
import { authOptions, issuer, modern, notesRegistry } from '../support/mcp-app.js';

const reached: RequestHandler = (_req, res) => {
  res.json({ reached: true });
};
const call = (name: string) => ({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name } });

describe.each([
  ['5', express],
  ['4.21', express4],
])('in Express %s', (version, make) => {
  function newApp(): Express {
    return make().set('env', 'test');
  }

  it.each<[string, (auth: McpAuth) => RequestHandler]>([
    [
      'a function of the app',
      (auth) => (req, res, next) => {
        auth(req, res, next);
      },
    ],
    ['a Router', (auth) => make.Router().use(auth)],
    ['a Router in a Router', (auth) => make.Router().use(make.Router().use(auth))],
    ['an app', (auth) => newApp().use(auth, reached)],
  ])('mcpAuth in %s in a route lets nothing pass, also where it stands at the root as well', async (_in, wrap) => {
    for (const isAtRoot of [false, true]) {
      const app = newApp();
      const auth = mcpAuth(authOptions());
      if (isAtRoot) app.use(auth, mcpRouter(notesRegistry()));
      app.get('/api/notes', wrap(auth), reached);
      app.use(mcpErrorHandler());
      const response = await request(app).get('/api/notes');
      expect([isAtRoot, response.status]).toEqual([isAtRoot, 500]);
      expect(response.text).not.toContain('reached');
    }
  });

  it.each(['/%61cme/mcp', '/other/mcp', '/mcp/x', '/mcp/%2e%2e/x'])(
    'mcpScopes lets nobody pass to a handler by a path that no mcpAuth takes for its own: %s',
    async (path) => {
      const app = newApp();
      for (const tenant of ['/acme/mcp', '/mcp']) {
        app.use(mcpAuth(authOptions({ resource: `https://api.example.com${tenant}` })));
      }
      const scopes = mcpScopes({ tools: { purge: 'notes:admin' } });
      app.post('/:tenant/mcp', scopes, reached);
      app.post(version === '5' ? '/mcp{/*rest}' : '/mcp*', scopes, reached);
      app.use(mcpErrorHandler());
      // Below an endpoint its own tokens count; elsewhere none does.
      const isBelow = path.startsWith('/mcp/');
      for (const name of ['open', 'purge']) {
        const bearer = { Authorization: `Bearer ${await issuer.token({ scope: 'notes:admin' })}` };
        expect((await request(app).post(path).send(call(name))).status).toBe(401);
        const response = await request(app).post(path).set(bearer).send(call(name));
        expect([name, response.status]).toEqual([name, isBelow ? 200 : 401]);
      }
    },
  );

  it('mcpScopes that names its path needs no mcpAuth there', async () => {
    const app = newApp();
    app.use(mcpAuth(authOptions()));
    app.post('/open', mcpScopes({ path: '/open', tools: { purge: 'notes:admin' } }), reached);
    app.use(mcpErrorHandler());
    expect((await request(app).post('/open').send(call('open'))).status).toBe(200);
    expect((await request(app).post('/open').send(call('purge'))).status).toBe(403);
  });

  it.each<[string, (app: Express, auth: McpAuth) => RequestListener]>([
    [
      'the router of the app',
      (app, auth) => {
        const router = mcpRouter(notesRegistry());
        app.use(auth, router);
        return mcpListener(app, router);
      },
    ],
    [
      'another router',
      (app, auth) => {
        app.use(auth, mcpRouter(notesRegistry()));
        return mcpListener(app, mcpRouter(notesRegistry()));
      },
    ],
    [
      'a router that names the path',
      (app, auth) => {
        app.use(auth, mcpRouter(notesRegistry()));
        return mcpListener(app, mcpRouter(notesRegistry(), { path: '/MCP/' }));
      },
    ],
    [
      'a router that takes its path from the guard',
      (app) => {
        const router = mcpRouter(notesRegistry());
        app.use(mcpAuth(authOptions({ resource: 'https://api.example.com/api/mcp' })), router);
        return mcpListener(app, router);
      },
    ],
  ])('mcpListener with %s, and without the mcpAuth in front of it, serves nobody', async (_what, listen) => {
    const app = newApp();
    const listener = listen(app, mcpAuth(authOptions()));
    app.use(mcpErrorHandler());
    for (let time = 0; time < 2; time += 1) {
      const response = await modern(createServer(listener) as never, 'tools/call', { name: 'open' });
      expect([404, 500]).toContain(response.status);
      expect(response.text).not.toContain('Hello');
    }
  });

  it('mcpListener with an endpoint that is open beside a protected one serves it', async () => {
    const app = newApp();
    const open = mcpRouter(notesRegistry(), { path: '/mcp' });
    app.use(mcpAuth(authOptions({ resource: 'https://api.example.com/admin/mcp' })), mcpRouter(notesRegistry()));
    app.use(open, mcpErrorHandler());
    const response = await modern(createServer(mcpListener(app, open)) as never, 'tools/call', { name: 'open' });
    expect([response.status, response.text]).toEqual([200, expect.stringContaining('Hello nobody')]);
  });
});
