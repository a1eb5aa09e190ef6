import { describe, expect, it } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import express from 'express';
import request from 'supertest';
import type { McpAuth } from '../../lib/index.js';
import { allOf, anyOf, createRegistry, mcpAuth, mcpErrorHandler } from '../../lib/index.js';
import { accessMatrix } from '../../lib/testing/index.js';
import { express4 } from '../support/express-4.js';
import { authOptions, issuer } from '../support/mcp-app.js';

const registry = createRegistry({ name: 'notes', version: '1.0.0' });
const done: RequestHandler = (_req, res) => {
  res.json({});
};

describe.each([
  ['5', express],
  ['4.21', express4],
])('accessMatrix of the routes of an app in Express %s', (_version, make) => {
  const auth = mcpAuth(authOptions({ requiredScopes: ['mcp'], scopeHierarchy: { admin: ['notes:write'] } }));
  const scopeHierarchy = { admin: ['notes:write'] };
  const roles = { nobody: null, stranger: [], reader: ['notes:read'], writer: ['notes:write'], admin: ['admin'] };

  function appWith(mount: (app: Express, guard: McpAuth['protect']) => unknown): Express {
    const app = make();
    app.set('env', 'test');
    app.use(auth);
    mount(app, auth.protect);
    return app.use(mcpErrorHandler());
  }

  const rowsOf = (app: object) =>
    Object.fromEntries(
      Object.entries(accessMatrix(registry, roles, { scopeHierarchy, app })).map(([name, row]) => [
        name,
        Object.values(row),
      ]),
    );
  const namesOf = (app: object) => Object.keys(accessMatrix(registry, {}, { app }));

  /** Asks the running app with the token of each role. */
  async function statusesOf(app: Express, method: 'delete' | 'get' | 'post', path: string): Promise<readonly number[]> {
    const statuses: number[] = [];
    for (const scopes of Object.values(roles)) {
      const asked = request(app)[method](path);
      if (scopes !== null) asked.set('Authorization', `Bearer ${await issuer.token({ scope: [...scopes] })}`);
      statuses.push((await asked).status);
    }
    return statuses;
  }

  const [may, scopes, signIn, depends] = ['may use', 'needs scopes', 'needs sign-in', 'depends on the request'];

  it('says of each route what the running app answers', async () => {
    const app = appWith((it, protect) => {
      it.delete('/api/notes/:id', protect('notes:write'), done);
      it.get('/any-token', protect(), done);
      it.get('/either', protect(anyOf('notes:read', allOf('notes:write', 'x'))), done);
      it.get('/open', done);
    });
    expect(rowsOf(app)).toEqual({
      'route DELETE /api/notes/:id': [scopes, scopes, scopes, may, may],
      'route GET /any-token': [signIn, may, may, may, may],
      'route GET /either': [scopes, scopes, may, scopes, scopes],
    });
    expect(await statusesOf(app, 'delete', '/api/notes/1')).toEqual([401, 403, 403, 200, 200]);
    expect(await statusesOf(app, 'get', '/any-token')).toEqual([401, 200, 200, 200, 200]);
    expect(await statusesOf(app, 'get', '/either')).toEqual([401, 403, 200, 403, 403]);
    expect(await statusesOf(app, 'get', '/open')).toEqual([200, 200, 200, 200, 200]);
  });

  it('counts the guards of prefixes for the routes behind them, and for no others', async () => {
    const app = appWith((it, protect) => {
      it.get('/api/before', done);
      it.use('/api', protect('notes:read'));
      const inner = make.Router();
      inner.get('/list', done);
      inner.use(protect('notes:write'));
      inner.delete('/:id', done);
      it.use('/api/notes', inner);
      it.get('/other', done);
    });
    expect(rowsOf(app)).toEqual({
      'route any /api/*': [scopes, scopes, may, scopes, scopes],
      'route GET /api/notes/list': [scopes, scopes, may, scopes, scopes],
      'route any /api/notes/*': [scopes, scopes, scopes, scopes, scopes],
      'route DELETE /api/notes/:id': [scopes, scopes, scopes, scopes, scopes],
    });
    expect(await statusesOf(app, 'get', '/api/before')).toEqual([200, 200, 200, 200, 200]);
    expect(await statusesOf(app, 'get', '/api/notes/list')).toEqual([401, 403, 200, 403, 403]);
    expect(await statusesOf(app, 'delete', '/api/notes/1')).toEqual([401, 403, 403, 403, 403]);
    expect(await statusesOf(app, 'get', '/other')).toEqual([200, 200, 200, 200, 200]);
  });

  it('counts the guard of a router at the root for what is mounted behind it', async () => {
    const app = appWith((it, protect) => {
      it.use(make.Router().use(protect('notes:write')));
      it.get('/late', done);
    });
    expect(rowsOf(app)).toEqual({
      'route any /*': [scopes, scopes, scopes, may, may],
      'route GET /late': [scopes, scopes, scopes, may, may],
    });
    expect(await statusesOf(app, 'get', '/late')).toEqual([401, 403, 403, 200, 200]);
  });

  it('counts a guard in a route for the methods that it is for, and for later routes of the same path', async () => {
    const app = appWith((it, protect) => {
      it.route('/one').all(protect('notes:read')).get(done).delete(protect('notes:write'), done);
      it.all('/two', protect('notes:write'));
      it.get('/two', done);
      it.post('/two', protect('notes:read'), done);
    });
    expect(rowsOf(app)).toEqual({
      'route GET /one': [scopes, scopes, may, scopes, scopes],
      'route DELETE /one': [scopes, scopes, scopes, scopes, scopes],
      'route any /two': [scopes, scopes, scopes, may, may],
      'route GET /two': [scopes, scopes, scopes, may, may],
      'route POST /two': [scopes, scopes, scopes, scopes, scopes],
    });
    expect(await statusesOf(app, 'get', '/one')).toEqual([401, 403, 200, 403, 403]);
    expect(await statusesOf(app, 'delete', '/one')).toEqual([401, 403, 403, 403, 403]);
    expect(await statusesOf(app, 'get', '/two')).toEqual([401, 403, 403, 200, 200]);
    expect(await statusesOf(app, 'post', '/two')).toEqual([401, 403, 403, 403, 403]);
  });

  it('leaves to the request what a function decides, unless something else refuses the caller', () => {
    const app = appWith((it, protect) => {
      it.get(
        '/area/:name',
        protect((req) => `area:${String(req.params['name'])}`),
        done,
      );
      it.get('/policy', protect('notes:read', { policy: () => true }), done);
      it.get('/both', protect('notes:write'), protect([], { policy: () => false }), done);
      it.get('/fresh', protect('notes:read', { authentication: { maxAgeSeconds: 60 } }), done);
    });
    expect(rowsOf(app)).toEqual({
      'route GET /area/:name': [signIn, depends, depends, depends, depends],
      'route GET /policy': [signIn, depends, depends, depends, depends],
      'route GET /both': [scopes, scopes, scopes, depends, depends],
      'route GET /fresh': [scopes, scopes, signIn, scopes, scopes],
    });
  });

  it('leaves to the request whether a guard stands in front of what it cannot try', () => {
    const app = appWith((it, protect) => {
      it.use('/api', protect('notes:read'));
      it.get(/^\/(api|app)\/notes$/, done);
      it.get(/^\/own$/, protect('notes:write'), done);
    });
    expect(rowsOf(app)).toEqual({
      'route any /api/*': [scopes, scopes, may, scopes, scopes],
      'route GET /^\\/(api|app)\\/notes$/': [signIn, depends, depends, depends, depends],
      'route GET /^\\/own$/': [scopes, scopes, scopes, depends, depends],
    });
  });

  it('names paths as the app wrote them, whatever they are mounted in', () => {
    const app = appWith((it, protect) => {
      const leaf = make.Router();
      leaf.get('/', protect('a'), done);
      leaf.get('/x/', protect('a'), done);
      const branch = make.Router().use('/:tenant/v1.0', leaf);
      it.use(['/one', '/two/'], branch);
      it.use(/^\/rx/, make.Router().get('/in', protect('a'), done));
      it.get(['/three', '/four/:id'], protect('a'), done);
      it.use('/five/:id', protect('a'));
      it.use(['/six', '/seven/:a'], protect('a'));
      it.all('/eight', make.Router().get('/eight', protect('a'), done));
    });
    expect(namesOf(app)).toEqual([
      'route GET /one/:tenant/v1.0/',
      'route GET /one/:tenant/v1.0/x',
      'route GET /two/:tenant/v1.0/',
      'route GET /two/:tenant/v1.0/x',
      'route GET /^\\/rx//in',
      'route GET /three',
      'route GET /four/:id',
      'route any /five/:id/*',
      'route any /six/*',
      'route any /seven/:a/*',
      'route GET /eight',
    ]);
  });

  it('does not count the guard of a router in a route for anything else', async () => {
    const app = appWith((it, protect) => {
      it.all(['/only', '/alone'], make.Router().use(protect('notes:write')), done);
      it.get('/else', done);
    });
    expect(namesOf(app)).toEqual(['route any /only', 'route any /alone']);
    expect(await statusesOf(app, 'get', '/else')).toEqual([200, 200, 200, 200, 200]);
  });

  it('sees guards behind what instrumentation puts around them', () => {
    const app = appWith((it, protect) => {
      const original = protect('a');
      const patched: RequestHandler = (...exchange) => {
        original(...exchange);
      };
      it.get('/patched', Object.assign(patched, { __original: original }), done);
    });
    expect(namesOf(app)).toEqual(['route GET /patched']);
  });

  it('takes the apps that are mounted in an app, and refuses to leave one out', async () => {
    const admin = make();
    admin.delete('/users/:id', auth.protect('notes:write'), done);
    const app = appWith((it, protect) => {
      it.use('/admin', protect('admin'));
      it.use('/admin', admin);
    });
    expect(rowsOf([admin, app])).toEqual({
      'route any /admin/*': [scopes, scopes, scopes, scopes, may],
      'route DELETE /admin/users/:id': [scopes, scopes, scopes, scopes, may],
    });
    expect(await statusesOf(app, 'delete', '/admin/users/1')).toEqual([401, 403, 403, 403, 200]);
    expect(() => accessMatrix(registry, {}, { app })).toThrow(
      'An app is mounted at "/admin/", and Express does not show what is in it. Name it as well, as in app: [app, admin]',
    );
  });

  it('finds nothing in an app without routes, and keeps the items of the registry', () => {
    const other = createRegistry({ name: 'x', version: '1.0.0' });
    other.tool('open', {}, () => '');
    expect(accessMatrix(other, { guest: [] }, { app: make() })).toEqual({ 'tool open': { guest: 'may use' } });
  });

  it('finds the guards that another copy of the package made', () => {
    const app = make();
    const guard = auth.protect('a');
    const [mark = Symbol()] = Object.getOwnPropertySymbols(guard);
    expect(mark).toBe(Symbol.for('express-mcp.route-access'));
    expect(Object.keys(guard)).toEqual([]);
    app.get('/copy', guard, done);
    expect(namesOf(app)).toEqual(['route GET /copy']);
  });
});

describe('accessMatrix with an app', () => {
  const app = (value: unknown) => ({ app: value as object });

  it.each([[{}], [null], [[]], [[express(), {}]], [() => undefined]])('refuses %p', (value) => {
    expect(() => accessMatrix(registry, {}, app(value))).toThrow('app must be an Express app');
  });

  it('refuses options that do not exist', () => {
    expect(() => accessMatrix(registry, {}, { apps: [] } as object)).toThrow('accessMatrix');
  });

  it('says what to update where Express does not show what is mounted', () => {
    const auth = mcpAuth(authOptions());
    const old = express();
    old.use('/api', express.Router().get('/notes', auth.protect('a'), done));
    const { stack } = old.router as unknown as { stack: { rawPath?: unknown }[] };
    // As router 2.2 and earlier leave it.
    for (const layer of stack) delete layer.rawPath;
    expect(() => accessMatrix(registry, {}, { app: old })).toThrow('npm update router');
  });
});
