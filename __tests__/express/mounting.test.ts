import { describe, expect, it } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import express from 'express';
import request from 'supertest';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { express4 } from '../support/express-4.js';
import { sendRaw } from '../support/listening.js';
import { authOptions, callTool, issuer, modern, notesRegistry } from '../support/mcp-app.js';

/** A handler without checks, such as one of another MCP library. */
const unguarded: RequestHandler = (_req, res) => {
  res.json({ reached: true });
};

const resourceAt = (path: string): string => `https://api.example.com${path}`;

/** Options of `mcpAuth` for the tokens of the test issuer at any endpoint. */
function authAt(path: string, more: Parameters<typeof authOptions>[0] = {}) {
  return mcpAuth(authOptions({ resource: resourceAt(path), ...more }));
}

function appWith(mount: (app: Express) => unknown, expressOf: typeof express = express): Express {
  const app = expressOf();
  mount(app);
  return app.use(mcpErrorHandler());
}

describe.each([
  ['5', express],
  ['4.21', express4],
])('in an app of Express %s', (_version, expressOf) => {
  const discover = async (app: Express, path: string): Promise<number> => {
    const Authorization = `Bearer ${await issuer.token({ audience: resourceAt(path) })}`;
    const response = await request(app)
      .post(path)
      .set({ Authorization, 'MCP-Protocol-Version': '2025-06-18' })
      .send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    return response.status;
  };

  it.each<[string, string, (app: Express) => unknown]>([
    ['at the root', '/mcp', (app) => app.use(authAt('/mcp'), mcpRouter(notesRegistry()))],
    ['at the root of the origin', '/', (app) => app.use(authAt('/'), mcpRouter(notesRegistry()))],
    ['below a path', '/api/mcp', (app) => app.use('/api', authAt('/api/mcp'), mcpRouter(notesRegistry()))],
    ['at its own path', '/mcp', (app) => app.use('/mcp', authAt('/mcp'), mcpRouter(notesRegistry()))],
    ['in a route', '/mcp', (app) => app.post('/mcp', authAt('/mcp'), mcpRouter(notesRegistry()))],
    [
      'in a router',
      '/api/mcp',
      (app) => app.use('/api', expressOf.Router().use(authAt('/api/mcp'), mcpRouter(notesRegistry()))),
    ],
    [
      'in a sub-app',
      '/api/mcp',
      (app) => app.use('/api', expressOf().use(authAt('/api/mcp'), mcpRouter(notesRegistry()))),
    ],
  ])('the endpoint works %s', async (_where, path, mount) => {
    const app = appWith(mount, expressOf);
    expect(await discover(app, path)).toBe(200);
    expect((await request(app).post(path).send({})).status).toBe(401);
  });

  it('it answers behind a proxy that strips a prefix, when it is told what arrives', async () => {
    const app = appWith(
      (app) => app.use(authAt('/notes/mcp', { path: '/mcp' }), mcpRouter(notesRegistry())),
      expressOf,
    );
    const refused = await request(app).post('/mcp').send({});
    expect(refused.body).toMatchObject({
      resource_metadata: 'https://api.example.com/.well-known/oauth-protected-resource/notes/mcp',
    });
  });

  it('it cannot be got around by writing its path differently', async () => {
    const app = appWith((app) => app.all('/mcp', authAt('/mcp'), unguarded), expressOf);
    for (const path of [
      '/mcp',
      '/MCP',
      '/mcp/',
      '/mcp?',
      '/mcp?a=b',
      '/mcp#a',
      '/mcp/#',
      '/%6dcp',
      '//mcp',
      '/./mcp',
    ]) {
      const answer = await sendRaw(app, `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).not.toContain('reached');
    }
    const absolute = await sendRaw(app, 'POST http://a.b/mcp?c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(absolute).toContain('401 Unauthorized');
  });

  it('mounted at its own path, it protects everything below', async () => {
    const app = appWith((app) => app.use('/mcp', authAt('/mcp'), unguarded), expressOf);
    for (const path of ['/mcp', '/MCP', '/mcp/', '/mcp//', '/mcp/anything', '/mcp/?a', '/Mcp/a/b']) {
      expect((await request(app).post(path)).status).toBe(401);
    }
    const behind = appWith((app) => app.use('/mcp', authAt('/mcp'), mcpRouter(notesRegistry())), expressOf);
    expect((await request(behind).post('/mcp/anything')).status).toBe(401);
    const Authorization = `Bearer ${await issuer.token({ audience: resourceAt('/mcp') })}`;
    expect((await request(behind).post('/mcp/anything').set({ Authorization })).status).toBe(404);
    const scoped = appWith(
      (app) => app.use('/mcp', authAt('/mcp', { requiredScopes: ['mcp'] }), mcpRouter(notesRegistry())),
      expressOf,
    );
    expect((await request(scoped).post('/mcp/anything').set({ Authorization })).status).toBe(403);
  });

  it('mounted where no request for it arrives, it lets nothing pass and says what is wrong', async () => {
    const errors: unknown[] = [];
    const app = expressOf();
    app.use('/elsewhere', authAt('/mcp'), unguarded);
    app.use(((error, _req, res, _next) => {
      errors.push(error);
      res.status(500).end();
    }) as express.ErrorRequestHandler);
    expect((await request(app).post('/elsewhere/mcp')).status).toBe(500);
    expect(errors).toMatchObject([{ code: 'invalid_option' }]);
    expect(String(errors[0])).toContain('mounted at "/elsewhere", where no request for its endpoint "/mcp" arrives');
  });

  it('mounted at the root, it leaves everything else as it was', async () => {
    const routes = (app: Express): void => {
      app.get('/notes', (req, res) => {
        res.json({ auth: 'auth' in req, headers: res.getHeaderNames() });
      });
      app.post('/notes', expressOf.json(), (req, res) => {
        res.status(201).json({ got: req.body as unknown });
      });
      app.get('/.well-known/oauth-authorization-server', (_req, res) => {
        res.send('of the app');
      });
    };
    const without = expressOf();
    routes(without);
    const withUs = appWith((app) => {
      app.use(authAt('/mcp', { cors: '*' }), mcpRouter(notesRegistry()));
      routes(app);
    }, expressOf);
    const asks = [
      (app: Express) => request(app).get('/notes').set('Authorization', 'Bearer nonsense'),
      (app: Express) => request(app).get('/notes?access_token=a'),
      (app: Express) => request(app).post('/notes').send({ text: 'x' }),
      (app: Express) => request(app).get('/.well-known/oauth-authorization-server'),
      (app: Express) => request(app).options('/notes'),
      (app: Express) => request(app).get('/.well-known/oauth-protected-resource'),
    ];
    for (const ask of asks) {
      const [one, other] = [await ask(without), await ask(withUs)];
      expect(other.status).toBe(one.status);
      expect(other.text).toBe(one.text);
      const { date: _one, ...headers } = one.headers as Readonly<Record<string, string>>;
      const { date: _other, ...others } = other.headers as Readonly<Record<string, string>>;
      expect(others).toEqual(headers);
    }
  });

  it('several endpoints do not see each other', async () => {
    const registryOf = (name: string) => {
      const registry = createRegistry({ name, version: '1.0.0' });
      registry.tool('whoami', {}, (_args, ctx) => `${name} ${ctx.auth?.subject ?? 'nobody'}`);
      return registry;
    };
    const app = appWith((app) => {
      app.use(authAt('/one'), authAt('/two'));
      app.use(mcpRouter(registryOf('one'), { path: '/one' }), mcpRouter(registryOf('two'), { path: '/two' }));
      app.use(mcpRouter(registryOf('open'), { path: '/open' }));
      // Without a path of its own, a router answers exactly the requests that an mcpAuth assigned to its endpoint.
      app.use(mcpRouter(registryOf('any')));
    }, expressOf);
    const call = async (path: string, audience?: string) => {
      const headers = audience === undefined ? {} : { Authorization: `Bearer ${await issuer.token({ audience })}` };
      return request(app)
        .post(path)
        .set({ 'MCP-Protocol-Version': '2025-06-18', ...headers })
        .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami' } });
    };
    expect((await call('/one', resourceAt('/one'))).text).toContain('one user-1');
    expect((await call('/two', resourceAt('/two'))).text).toContain('two user-1');
    expect((await call('/one', resourceAt('/two'))).status).toBe(401);
    expect((await call('/two')).status).toBe(401);
    expect((await call('/open')).text).toContain('open nobody');
    expect((await call('/mcp')).status).toBe(404);
  });
});

describe('without mcpAuth', () => {
  it('the router answers at /mcp, or where it is told', async () => {
    const app = express().use(mcpRouter(notesRegistry()));
    expect((await callTool(app, 'open')).status).toBe(200);
    const elsewhere = express().use(mcpRouter(notesRegistry(), { path: '/tools' }));
    expect((await callTool(elsewhere, 'open')).status).toBe(404);
    expect((await request(elsewhere).post('/tools').send({})).status).toBe(400);
  });

  it('the router answers behind a mount path, too', async () => {
    const app = express().use('/api', mcpRouter(notesRegistry(), { path: '/api/mcp' }));
    expect((await request(app).post('/api/mcp').send({})).status).toBe(400);
    expect((await modern(app, 'tools/list')).status).toBe(404);
  });
});
