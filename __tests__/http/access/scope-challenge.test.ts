import { describe, expect, it } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import express from 'express';
import request from 'supertest';
import { createRegistry, InsufficientScopeError, mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { expectChallenge } from '../../../lib/testing/index.js';
import { express4 } from '../../support/express-4.js';
import {
  authOptions,
  callTool,
  challengeOf,
  issuer,
  metadataUrl,
  modern,
  notesRegistry,
  protectedApp,
} from '../../support/mcp-app.js';

const foreign: RequestHandler = (_req, res) => {
  res.json({ reached: true });
};

describe('a caller who lacks scopes', () => {
  it('gets 403 with one challenge that names them, and where to get them', async () => {
    const response = await callTool(protectedApp(), 'write', 'notes:read');
    expect(response.status).toBe(403);
    expect(challengeOf(response)).toBe(
      `Bearer resource_metadata="${metadataUrl}", error="insufficient_scope", scope="notes:read notes:write", ` +
        `error_description="Insufficient scope for tool 'write': requires notes:read notes:write"`,
    );
    expect(response.body).toEqual({
      error: 'insufficient_scope',
      error_description: 'Insufficient scope for tool "write": requires notes:read notes:write',
      scope: 'notes:read notes:write',
      resource_metadata: metadataUrl,
    });
    expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  it('gets in with them, and with broader ones', async () => {
    expect((await callTool(protectedApp(), 'write', 'notes:read notes:write')).status).toBe(200);
    const app = protectedApp({ auth: { scopeHierarchy: { 'notes:write': ['notes:read'] } } });
    expect((await callTool(app, 'write', 'notes:write')).status).toBe(200);
  });

  it('is not told of a concealed tool', async () => {
    const app = protectedApp();
    const concealed = await callTool(app, 'purge', 'notes:read');
    const absent = await callTool(app, 'absent', 'notes:read');
    expect(concealed.status).toBe(200);
    expect(concealed.text.replace('purge', 'absent')).toBe(absent.text);
    expect((await callTool(app, 'purge', 'notes:admin')).text).toContain('purged');
  });

  it('is seen by the logging of the app before the refusal is rendered', async () => {
    const seen: unknown[] = [];
    const app = express();
    app.use(mcpAuth(authOptions()), mcpRouter(notesRegistry()));
    app.use(((error, _req, _res, next) => {
      seen.push(error);
      next(error);
    }) as express.ErrorRequestHandler);
    app.use(mcpErrorHandler());
    expect((await callTool(app, 'read', '')).status).toBe(403);
    expect(seen[0]).toBeInstanceOf(InsufficientScopeError);
    expect(seen[0]).toMatchObject({ requiredScopes: ['notes:read'], target: { kind: 'tool', name: 'read' } });
  });

  it('gets 401 without a token, and 403 where nobody could vouch for anybody', async () => {
    const open = protectedApp({ auth: { allowAnonymous: true } });
    const response = await callTool(open, 'read');
    expectChallenge(response, { error: null, scope: 'notes:read', resourceMetadata: metadataUrl });
    expect((await callTool(open, 'open')).text).toContain('Hello nobody');

    const unguarded = express();
    unguarded.use(mcpRouter(notesRegistry()), mcpErrorHandler());
    const refused = await callTool(unguarded, 'read');
    expect(refused.status).toBe(403);
    expect(challengeOf(refused)).toBe(
      'Bearer error="insufficient_scope", scope="notes:read", ' +
        `error_description="Insufficient scope for tool 'read': requires notes:read"`,
    );
    expect((await callTool(unguarded, 'open')).status).toBe(200);
  });
});

const requiredScopes = ['mcp'];
const pass: RequestHandler = (_req, _res, next) => {
  next();
};

describe.each([
  ['5', express],
  ['4.21', express4],
])("the endpoint's own scopes, on Express %s", (_version, expressOf) => {
  const appWith = (mount: (app: Express) => void): Express => {
    const app = expressOf();
    mount(app);
    app.use(mcpErrorHandler());
    return app;
  };
  const auth = () => mcpAuth(authOptions({ requiredScopes }));
  const router = () => mcpRouter(notesRegistry());

  it.each<[string, (app: Express) => void]>([
    ['in one line', (app) => app.use(auth(), router())],
    ['in two lines', (app) => [app.use(auth()), app.use(router())]],
    ['below a path', (app) => app.use('/mcp', auth(), router())],
    ['in a router', (app) => app.use(expressOf.Router().use(auth(), router()))],
    ['in a router below a path', (app) => app.use('/mcp', expressOf.Router().use(auth(), router()))],
    ['in a sub-app', (app) => app.use(expressOf().use(auth(), router(), mcpErrorHandler()))],
    ['in a route', (app) => app.post('/mcp', auth(), router())],
    ['in a route for all methods', (app) => app.all('/mcp', auth(), router())],
  ])('are asked for together with those of the tool when both middlewares stand %s', async (_what, mount) => {
    const response = await callTool(appWith(mount), 'read', '');
    expectChallenge(response, { error: 'insufficient_scope', scope: 'mcp notes:read' });
    expect((await callTool(appWith(mount), 'read', 'mcp notes:read')).status).toBe(200);
    expect((await callTool(appWith(mount), 'open', 'notes:read')).status).toBe(403);
  });

  it('are asked for together with those of the tool when another middleware stands between', async () => {
    const app = appWith((app) => app.use(auth(), expressOf.json(), pass, router()));
    expectChallenge(await callTool(app, 'read', ''), { error: 'insufficient_scope', scope: 'mcp notes:read' });
    expect((await callTool(app, 'read', 'mcp notes:read')).status).toBe(200);
  });

  it('are asked for together with those of the tool that the router of this endpoint has, not another', async () => {
    const other = () => mcpRouter(createRegistry({ name: 'other', version: '1' }), { path: '/other' });
    const app = appWith((app) => app.use(other(), auth(), other(), mcpRouter(notesRegistry(), { path: '/mcp' })));
    expectChallenge(await callTool(app, 'read', ''), { error: 'insufficient_scope', scope: 'mcp notes:read' });
  });

  it.each<[string, (app: Express) => void]>([
    ['alone', (app) => [app.use(auth()), app.post('/mcp', foreign)]],
    ['before a handler that is not ours', (app) => app.use(auth(), foreign, router())],
    ['before any other middleware', (app) => app.use(auth(), pass, foreign, router())],
    [
      'before a router for another endpoint',
      (app) => app.use(auth(), mcpRouter(notesRegistry(), { path: '/other' }), foreign),
    ],
    [
      'before a router that is mounted elsewhere',
      (app) => [app.use(auth()), app.use('/other', router()), app.use(foreign)],
    ],
    ['after its router', (app) => app.use('/mcp/other', router()).use(auth(), foreign)],
    ['in another router', (app) => [app.use(expressOf.Router().use(auth())), app.use(foreign)]],
    ['in a sub-app of its own', (app) => [app.use(expressOf().use(auth())), app.use(foreign)]],
    ['in a route of another method', (app) => [app.route('/mcp').post(auth()).get(router()).post(foreign)]],
    ['twice', (app) => [auth()].map((same) => [app.use(same, router()), app.use(same, foreign)])],
    [
      'inside of another function',
      (app) =>
        [auth()].map((inner) =>
          app.use((q, s, n) => {
            inner(q, s, n);
          }, foreign),
        ),
    ],
  ])('are demanded also when it stands %s', async (_what, mount) => {
    const response = await callTool(appWith(mount), 'read', 'notes:read');
    expect(response.body).not.toHaveProperty('reached');
    expectChallenge(response, { error: 'insufficient_scope' });
    expect(challengeOf(response)).toContain('scope="mcp');
  });

  it('are demanded whatever the message is', async () => {
    const app = appWith((app) => app.use(auth(), router()));
    const headers = { Authorization: `Bearer ${await issuer.token({ scope: 'notes:read' })}` };
    const legacy = (message: object) =>
      request(app).post('/mcp').set(headers).set('Accept', 'application/json, text/event-stream').send(message);
    for (const method of ['initialize', 'ping', 'tools/list', 'notifications/initialized', 'no/such']) {
      const id = method.startsWith('notifications') ? {} : { id: 1 };
      expect((await legacy({ jsonrpc: '2.0', ...id, method })).status).toBe(403);
      expect((await legacy([{ jsonrpc: '2.0', ...id, method }])).status).toBe(403);
    }
    for (const method of ['server/discover', 'tools/list']) {
      expect((await modern(app, method, {}, headers)).status).toBe(403);
    }
  });
});
