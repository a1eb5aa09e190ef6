import { describe, expect, it, jest } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import express from 'express';
import type { Middleware } from '../../lib/http/fields/hosted-request.js';
import type { McpAuthOptions } from '../../lib/index.js';
import { anyOf, createRegistry, mcpAuth, mcpErrorHandler, mcpRouter, mcpScopes } from '../../lib/index.js';
import { express4 } from '../support/express-4.js';
import { authOptions, challengeOf, issuer, modern, notesRegistry } from '../support/mcp-app.js';

const authAt = (path: string) => mcpAuth(authOptions({ resource: `https://api.example.com${path}` }));

describe.each([
  ['5', express],
  ['4.21', express4],
])('middleware in the wrong order, in Express %s', (_version, make) => {
  /** The errors that reach the app's own error handling, and a client's answer about a tool without scopes. */
  async function outcomeOf(
    mount: (app: Express) => unknown,
  ): Promise<{ status: number; message: string; text: string }> {
    const messages: string[] = [];
    const app = make();
    app.set('env', 'test');
    mount(app);
    app.use(((error, _req, res, _next) => {
      messages.push((error as Error).message);
      res.status(500).end();
    }) satisfies express.ErrorRequestHandler);
    const { status, text } = await modern(app, 'tools/call', { name: 'open' });
    return { status, message: messages.join(), text };
  }

  it.each<[string, (app: Express) => unknown, string]>([
    [
      'the router before its auth',
      (app) => app.use(mcpRouter(notesRegistry()), authAt('/mcp')),
      'mcpRouter stands before mcpAuth, so that no caller would be asked for a token. Write app.use(mcpAuth({ … }), mcpRouter(registry)).',
    ],
    [
      'the router before an auth of another path that nothing serves',
      (app) => app.use(mcpRouter(notesRegistry())).use(authAt('/api/mcp')),
      'mcpRouter stands before mcpAuth, so that no caller would be asked for a token. Write app.use(mcpAuth({ … }), mcpRouter(registry)).',
    ],
    [
      'a router that names another path than its auth',
      (app) => app.use(authAt('/api/mcp'), mcpRouter(notesRegistry(), { path: '/mcp' })),
      'mcpRouter serves "/mcp", but the mcpAuth in front of it protects "/api/mcp". Leave out the path of mcpRouter, or tell mcpAuth ' +
        'what arrives: mcpAuth({ path: "/mcp" }).',
    ],
    [
      'two routers at one endpoint',
      (app) => app.use(mcpRouter(notesRegistry()), mcpRouter(notesRegistry())),
      'Two mcpRouter serve the same endpoint, and the second would never be asked. Put everything into one registry, or give each a ' +
        'path: mcpRouter(registry, { path: "…" }).',
    ],
  ])('%s: nothing is served, and the app is told what to write', async (_title, mount, message) => {
    const outcome = await outcomeOf(mount);
    expect(outcome).toEqual({ status: 500, message, text: '' });
  });

  it.each<[string, unknown, string]>([
    [
      'mcpAuth',
      mcpAuth,
      'mcpAuth was given to the app without being called. Write app.use(mcpAuth({ … })) in place of app.use(mcpAuth).',
    ],
    [
      'mcpRouter',
      mcpRouter,
      'mcpRouter was given to the app without being called. Write app.use(mcpRouter(registry)) in place of app.use(mcpRouter).',
    ],
    [
      'mcpScopes',
      mcpScopes,
      'mcpScopes was given to the app without being called. Write app.use(mcpScopes({ … })) in place of app.use(mcpScopes).',
    ],
    [
      'mcpErrorHandler',
      mcpErrorHandler,
      'mcpErrorHandler was given to the app without being called. Write app.use(mcpErrorHandler()) in place of app.use(mcpErrorHandler).',
    ],
  ])('%s without the call lets nothing pass', async (_name, factory, message) => {
    const outcome = await outcomeOf((app) => app.use(factory as Middleware).use((_req, res) => res.end('passed')));
    expect(outcome).toEqual({ status: 500, message, text: '' });
  });

  it('two endpoints, one open and one protected, are no mistake, whichever comes first', async () => {
    for (const mount of [
      (app: Express) =>
        app.use(mcpRouter(notesRegistry()), authAt('/api/mcp'), mcpRouter(notesRegistry(), { path: '/api/mcp' })),
      (app: Express) =>
        app.use(authAt('/api/mcp'), mcpRouter(notesRegistry()), mcpRouter(notesRegistry(), { path: '/mcp' })),
    ]) {
      expect(await outcomeOf(mount)).toMatchObject({ status: 200, message: '' });
    }
  });

  it('a request that was refused stays refused where error middleware of the app goes on to the router', async () => {
    const app = make();
    app.use(authAt('/mcp'));
    app.use(((_error, _req, _res, next) => {
      next();
    }) satisfies express.ErrorRequestHandler);
    app.use(mcpRouter(notesRegistry()), mcpErrorHandler());
    for (const headers of [{}, { Authorization: 'Bearer forged' }]) {
      expect((await modern(app, 'tools/call', { name: 'open' }, headers)).status).toBe(401);
    }
  });

  it.each<[string, (app: Express) => unknown]>([
    [
      'a handler of the app answers',
      (app) =>
        app.use(((_error, _req, res, _next) =>
          res.status(401).json({ own: true })) satisfies express.ErrorRequestHandler),
    ],
    ['mcpErrorHandler is missing', () => undefined],
    ['mcpErrorHandler is there twice', (app) => app.use(mcpErrorHandler()).use(mcpErrorHandler())],
  ])('the challenge is on the answer where %s', async (_title, mount) => {
    const app = make();
    app.set('env', 'test');
    app.use(authAt('/mcp'), mcpRouter(notesRegistry()));
    mount(app);
    const response = await modern(app, 'tools/call', { name: 'open' });
    expect(response.status).toBe(401);
    expect(challengeOf(response)).toContain(
      'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"',
    );
  });

  it('the challenge is on the answer where mcpErrorHandler stands first, or between', async () => {
    for (const mount of [
      (app: Express) => app.use(mcpErrorHandler(), authAt('/mcp'), mcpRouter(notesRegistry())),
      (app: Express) => app.use(authAt('/mcp'), mcpErrorHandler(), mcpRouter(notesRegistry())),
    ]) {
      const app = make();
      app.set('env', 'test');
      mount(app);
      const response = await modern(app, 'tools/call', { name: 'open' });
      expect([response.status, challengeOf(response)]).toEqual([
        401,
        'Bearer resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/mcp"',
      ]);
    }
  });

  it('mcpErrorHandler as plain middleware lets requests pass', async () => {
    const app = make();
    const plain = mcpErrorHandler() as unknown as (...passed: unknown[]) => void;
    app.use((req, res, next) => {
      plain(req, res, next);
    });
    app.use(mcpRouter(notesRegistry()));
    expect((await modern(app, 'tools/call', { name: 'open' })).status).toBe(200);
  });
});

describe('scopes that a first sign-in does not bring', () => {
  const code = 'EXPRESS_MCP_FIRST_SCOPES';

  async function warningsOf(auth: Partial<McpAuthOptions>): Promise<readonly string[]> {
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    try {
      const registry = createRegistry({ name: 'notes', version: '1.0.0' });
      registry.tool('about', { scopes: ['basic'] }, () => 'x');
      registry.tool('write', { scopes: ['notes:write'] }, () => 'x');
      registry.tool('share', { scopes: anyOf('basic', 'notes:share') }, () => 'x');
      registry.tool('secret', { scopes: ['secret'], visibility: 'concealed' }, () => 'x');
      const app = express().use(mcpAuth(authOptions(auth)), mcpRouter(registry), mcpErrorHandler());
      for (let call = 0; call < 2; call += 1) {
        const token = await issuer.token({ scope: 'basic' });
        await modern(app, 'tools/list', {}, { Authorization: `Bearer ${token}` });
      }
      const calls = warn.mock.calls as unknown as readonly (readonly [string, { readonly code: string }])[];
      return calls.filter(([, options]) => options.code === code).map(([text]) => text);
    } finally {
      warn.mockRestore();
    }
  }

  it('are warned about once, with what to write', async () => {
    expect(await warningsOf({ requiredScopes: ['basic'] })).toEqual([
      'tool "write" needs scopes, but mcpAuth asks for "basic" only when clients sign in, and many never ask for more. Write ' +
        "mcpAuth({ challengeScopes: ['notes:write'] }) with all that a client may ask for, or challengeScopes: [] if you mean it. " +
        'See docs/hosts.md.',
    ]);
    expect(await warningsOf({})).toEqual([
      'tool "about" needs scopes, and so do 2 more, but mcpAuth names no scopes when clients sign in, and many never ask for more. ' +
        "Write mcpAuth({ scopesSupported: ['basic'] }) with all that a client may ask for, or challengeScopes: [] if you mean it. " +
        'See docs/hosts.md.',
    ]);
    // Clients prefer the challenge to the document.
    expect(await warningsOf({ requiredScopes: ['basic'], scopesSupported: ['notes:write'] })).toHaveLength(1);
  });

  it.each<Partial<McpAuthOptions>>([
    { scopesSupported: ['notes:write'] },
    { challengeScopes: [] },
    { requiredScopes: ['basic'], challengeScopes: ['notes:write'] },
    { requiredScopes: ['basic', 'notes:write'] },
    { requiredScopes: ['admin'], scopeHierarchy: { admin: ['basic', 'notes:write'] } },
  ])('are fine if the app says what to ask for, or brings them: %j', async (auth) => {
    expect(await warningsOf(auth)).toEqual([]);
  });
});

describe('scopes without mcpAuth', () => {
  it('are warned about once, and stay refused', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('read', { scopes: ['notes:read'] }, () => 'a note');
    registry.tool('write', { scopes: ['notes:write'] }, () => 'written');
    const app = express().use(mcpRouter(registry), mcpErrorHandler());
    const token = await issuer.token({ scope: 'notes:read' });
    for (let call = 0; call < 3; call += 1) {
      const response = await modern(app, 'tools/call', { name: 'read' }, { Authorization: `Bearer ${token}` });
      expect(response.status).toBe(403);
    }
    expect(warn.mock.calls).toEqual([
      [
        'tool "read" needs scopes, and so does 1 more, but no mcpAuth stands in front of mcpRouter, so that every call is refused. Write ' +
          'app.use(mcpAuth({ … }), mcpRouter(registry)).',
        { type: 'ExpressMcpWarning', code: 'EXPRESS_MCP_NO_AUTH' },
      ],
    ]);
    warn.mockRestore();
  });

  it.each<[string, object, string]>([
    [
      'the official SDK',
      { auth: { token: 't', clientId: 'c', scopes: ['a'] } },
      'req.auth, .* authenticate: fromSdkAuth }',
    ],
    ['express-oauth2-jwt-bearer', { auth: { header: {}, payload: {}, token: 't' } }, 'authenticate: fromJwtBearer }'],
    ['something else', { auth: { sub: 'ada' } }, 'req.auth, .* authenticate: \\(req\\) => … }'],
    ['passport', { user: { id: 7 } }, 'req.user, .* authenticate: \\(req\\) => … }'],
    ['nothing', { auth: null, user: null }, 'Write app.use\\(mcpAuth'],
  ])('say what to write behind %s, which knows the caller', async (_what, known, advice) => {
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined);
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('read', { scopes: ['a'] }, () => 'a note');
    const verified: RequestHandler = (request, _response, next) => {
      Object.assign(request, known);
      next();
    };
    const app = express().use(verified, mcpRouter(registry), mcpErrorHandler());
    expect((await modern(app, 'tools/call', { name: 'read' }, {})).status).toBe(403);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(advice), expect.anything()]]);
    warn.mockRestore();
  });
});
