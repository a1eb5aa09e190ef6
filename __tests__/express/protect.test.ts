import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import request from 'supertest';
import type { AccessDecision } from '../../lib/index.js';
import { anyOf, allOf, getAuth, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { express4 } from '../support/express-4.js';
import { authOptions, challengeOf, issuer, metadataUrl, modern, notesRegistry } from '../support/mcp-app.js';

const bearer = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope })}` });

describe.each([
  ['5', express],
  ['4.21', express4],
])('auth.protect in Express %s', (_version, make) => {
  function appWith(mount: (app: Express, auth: ReturnType<typeof mcpAuth>) => unknown, options = {}): Express {
    const auth = mcpAuth(authOptions({ requiredScopes: ['mcp'], ...options }));
    const app = make();
    app.set('env', 'test');
    app.use(auth, mcpRouter(notesRegistry()));
    mount(app, auth);
    return app.use(mcpErrorHandler());
  }

  const reached = (req: express.Request, res: express.Response) => {
    res.json({ subject: getAuth(req)?.subject });
  };
  const deletes = () => appWith((app, auth) => app.delete('/api/notes/:id', auth.protect('notes:write'), reached));

  it('refuses a request without a token, and names what the route needs, not the endpoint', async () => {
    const response = await request(deletes()).delete('/api/notes/1');
    expect([response.status, challengeOf(response)]).toEqual([
      401,
      `Bearer resource_metadata="${metadataUrl}", scope="notes:write"`,
    ]);
  });

  it('refuses a token that lacks the scope of the route with 403', async () => {
    const response = await request(deletes())
      .delete('/api/notes/1')
      .set(await bearer('mcp notes:read'));
    expect(response.status).toBe(403);
    expect(challengeOf(response)).toContain('error="insufficient_scope", scope="notes:write mcp notes:read"');
  });

  it('refuses a forged token', async () => {
    const response = await request(deletes()).delete('/api/notes/1').set({ Authorization: 'Bearer forged' });
    expect([response.status, (response.body as { error: string }).error]).toEqual([401, 'invalid_token']);
  });

  it('lets the scope of the route pass without the scopes of the endpoint, and makes the caller known', async () => {
    const response = await request(deletes())
      .delete('/api/notes/1')
      .set(await bearer('notes:write'));
    expect([response.status, response.body]).toEqual([200, { subject: 'user-1' }]);
  });

  it('guards everything below a path', async () => {
    const app = appWith((it, auth) => {
      it.use('/api/admin', auth.protect(anyOf('admin', allOf('notes:write', 'users:write'))));
      it.use('/api', reached);
    });
    for (const path of ['/api/admin', '/api/admin/', '/API/ADMIN/users', '/api/admin/%2e%2e/x', '/api/admin?x']) {
      expect([path, (await request(app).get(path)).status]).toEqual([path, 401]);
      expect([
        path,
        (
          await request(app)
            .get(path)
            .set(await bearer('notes:write'))
        ).status,
      ]).toEqual([path, 403]);
    }
    expect(
      (
        await request(app)
          .get('/api/admin')
          .set(await bearer('users:write notes:write'))
      ).status,
    ).toBe(200);
    expect((await request(app).get('/api/other')).status).toBe(200);
  });

  it('takes scopes that depend on the request', async () => {
    const app = appWith((it, auth) =>
      it.get(
        '/api/reports',
        auth.protect((req) => `reports:${req.query['area'] === 'tax' ? 'tax' : 'pay'}`),
        reached,
      ),
    );
    const send = async (scope: string) =>
      request(app)
        .get('/api/reports?area=tax')
        .set(await bearer(scope));
    expect([(await send('reports:tax')).status, (await send('reports:pay')).status]).toEqual([200, 403]);
    expect(challengeOf(await request(app).get('/api/reports?area=tax'))).toContain('scope="reports:tax"');
  });

  it('wants any good token where nothing is named, also where the endpoint takes anonymous callers', async () => {
    const app = appWith((it, auth) => it.use('/internal', auth.protect(), reached), {
      allowAnonymous: true,
      requiredScopes: [],
    });
    expect((await request(app).get('/internal')).status).toBe(401);
    expect(
      (
        await request(app)
          .get('/internal')
          .set(await bearer(''))
      ).status,
    ).toBe(200);
  });

  it('asks a policy, which is given the request and the caller', async () => {
    const app = appWith((it, auth) =>
      it.get(
        '/api/tenants/:id',
        auth.protect('notes:read', {
          policy: (req, caller) => req.params['id'] === caller?.subject || 'Not your tenant',
        }),
        reached,
      ),
    );
    const send = async (id: string) =>
      request(app)
        .get(`/api/tenants/${id}`)
        .set(await bearer('notes:read'));
    expect((await send('user-1')).status).toBe(200);
    const refused = await send('other');
    expect([refused.status, refused.body]).toMatchObject([
      403,
      { error_description: expect.stringContaining('Not your tenant') as unknown },
    ]);
  });

  it('asks for a stronger sign-in where the route wants one', async () => {
    const app = appWith((it, auth) =>
      it.get('/api/keys', auth.protect('notes:read', { authentication: { acr: 'gold' } }), reached),
    );
    const response = await request(app)
      .get('/api/keys')
      .set(await bearer('notes:read'));
    expect(challengeOf(response)).toContain('error="insufficient_user_authentication"');
  });

  it('refuses where the function for the scopes breaks, and says nothing of why', async () => {
    const app = appWith((it, auth) =>
      it.get(
        '/api/broken',
        auth.protect(() => {
          throw new Error('password=hunter2');
        }),
        reached,
      ),
    );
    const response = await request(app)
      .get('/api/broken')
      .set(await bearer('notes:read'));
    expect(response.status).toBe(500);
    expect(response.text).not.toContain('"subject"');
  });

  it('is on record as a route, by the path that the app wrote', async () => {
    const seen: AccessDecision[] = [];
    const app = appWith((it, auth) => it.delete('/api/notes/:id', auth.protect('notes:write'), reached), {
      onDecision: (decision: AccessDecision) => seen.push(decision),
    });
    await request(app)
      .delete('/api/notes/secret-1')
      .set(await bearer('notes:write'));
    await request(app)
      .delete('/api/notes/secret-1')
      .set(await bearer('x'));
    const route = { kind: 'route', name: 'DELETE /api/notes/:id' };
    expect(seen.map(({ stage, outcome, target }) => [stage, outcome, target])).toEqual([
      ['authentication', 'accepted', undefined],
      ['authorization', 'accepted', route],
      ['authentication', 'accepted', undefined],
      ['authorization', 'refused', route],
    ]);
  });

  it('authenticates a request once where several guards stand in its way', async () => {
    const seen: AccessDecision[] = [];
    const app = appWith(
      (it, auth) => {
        it.use('/api', auth.protect());
        it.get('/api/notes', auth.protect('notes:read'), auth.protect('notes:list'), reached);
      },
      { onDecision: (decision: AccessDecision) => seen.push(decision) },
    );
    expect(
      (
        await request(app)
          .get('/api/notes')
          .set(await bearer('notes:read notes:list'))
      ).status,
    ).toBe(200);
    expect(seen.filter(({ stage }) => stage === 'authentication')).toHaveLength(1);
    expect(
      (
        await request(app)
          .get('/api/notes')
          .set(await bearer('notes:read'))
      ).status,
    ).toBe(403);
  });

  it('does not read the body', async () => {
    const app = appWith((it, auth) =>
      it.post('/api/notes', auth.protect('notes:write'), express.json(), (req, res) => {
        res.json(req.body);
      }),
    );
    const response = await request(app)
      .post('/api/notes')
      .set(await bearer('notes:write'))
      .send({ text: 'hello' });
    expect(response.body).toEqual({ text: 'hello' });
  });

  it('stays refused where error middleware of the app goes on', async () => {
    const app = make();
    const auth = mcpAuth(authOptions());
    app.use('/api', auth.protect('notes:read'));
    app.use(((_error, _req, _res, next) => {
      next();
    }) satisfies express.ErrorRequestHandler);
    app.get('/api/notes', auth.protect(), reached);
    app.use(mcpErrorHandler());
    expect((await request(app).get('/api/notes')).status).toBe(401);
  });

  it.each<[string, (auth: ReturnType<typeof mcpAuth>, app: Express) => unknown, string]>([
    ['app.get', (auth, app) => app.get('/api/notes', auth, reached), '/api/notes'],
    ['app.all', (auth, app) => app.all('/api/notes', auth, reached), '/api/notes'],
    ['app.route', (auth, app) => app.route('/api/notes').all(auth).get(reached), '/api/notes'],
    ['a list of paths', (auth, app) => app.get(['/a', '/api/notes'], auth, reached), '/api/notes'],
    ['a regular expression', (auth, app) => app.get(/^\/api/, auth, reached), '/api/notes'],
    ['a parameter', (auth, app) => app.get('/:tenant/mcp', auth, reached), '/%61cme/mcp'],
    ['a Router', (auth, app) => app.use('/api', make.Router().get('/notes', auth, reached)), '/api/notes'],
    ['a nested app', (auth, app) => app.use('/api', make().get('/notes', auth, reached)), '/api/notes'],
    ['app.use with a path', (auth, app) => app.use('/api', auth, reached), '/api/notes'],
  ])('lets nothing pass where auth itself stands in %s', async (_where, mount, path) => {
    const app = make();
    app.set('env', 'test');
    mount(mcpAuth(authOptions()), app);
    app.use(mcpErrorHandler());
    for (const headers of [{}, await bearer('notes:read')]) {
      const response = await request(app).get(path).set(headers);
      expect(response.status).toBe(500);
      expect(response.text).not.toContain('subject');
    }
  });

  it('says to write auth.protect where auth stands in a route', async () => {
    const app = make();
    const errors: unknown[] = [];
    app.get('/api/notes', mcpAuth(authOptions()), reached);
    app.use(((error, _req, res, _next) => {
      errors.push((error as Error).message);
      res.end();
    }) satisfies express.ErrorRequestHandler);
    await request(app).get('/api/notes');
    expect(errors).toEqual([
      'mcpAuth stands in the route "/api/notes", which is not its endpoint "/mcp". It lets nothing pass there. To guard a ' +
        'route with the same tokens, write auth.protect("notes:read") with the scopes that it needs.',
    ]);
  });

  it('leaves other requests alone where a route of the app has passed them on before', async () => {
    const app = make();
    app.get('/home', (_req, _res, next) => {
      next();
    });
    app.use(mcpAuth(authOptions()), mcpRouter(notesRegistry()));
    app.get('/home', reached);
    app.use(mcpErrorHandler());
    expect((await request(app).get('/home')).status).toBe(200);
    expect((await modern(app, 'tools/list')).status).toBe(401);
  });
});
