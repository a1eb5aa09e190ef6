// @ts-check
// The samples of the security issue as data: an app, what is sent to it, and exactly what comes back.

/**
 * @typedef {import('./run-case.mjs').Kit} Kit
 * @typedef {{ status: number, challenge?: string, body: unknown }} Answer - `body` is JSON, or text that is none; `<reference>` stands for the reference of a report
 * @typedef {object} Sent
 * @property {string} [method] - default POST
 * @property {string} [path] - default `/mcp`
 * @property {Record<string, unknown> | string} [token] - claims of a token, or text that is sent as one; none without
 * @property {{ name: string, arguments?: unknown }} [call] - of a tool; default: `open`. Ignored where a path is given
 * @property {string} [read] - URI of a resource to read instead
 * @property {Record<string, string>} [headers]
 * @property {Answer} answer
 * @typedef {object} Case
 * @property {string} title
 * @property {(kit: Kit) => any} app - the app
 * @property {readonly Sent[]} sent
 * @property {readonly string[]} [ran] - the handlers that ran; default: none
 */

const metadata = 'https://api.example.com/.well-known/oauth-protected-resource/mcp';

/** @type {(status: number, parts: { code: string, message: string, scope?: string | undefined, shown?: string, at?: string }) => Answer} */
const refusal = (status, { code, message, scope, shown = message, at = '/mcp' }) => {
  const place = `https://api.example.com/.well-known/oauth-protected-resource${at}`;
  const isPlain = code === 'unauthorized';
  const fields = [
    `resource_metadata="${place}"`,
    ...(isPlain ? [] : [`error="${code}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
    ...(isPlain ? [] : [`error_description="${shown}"`]),
  ];
  return {
    status,
    challenge: `Bearer ${fields.join(', ')}`,
    body: {
      error: code,
      error_description: message,
      ...(scope === undefined ? {} : { scope }),
      resource_metadata: place,
    },
  };
};
/** @type {(about?: { scope?: string, at?: string }) => Answer} */
const unauthorized = (about = {}) =>
  refusal(401, { code: 'unauthorized', message: 'Authorization is required', ...about });
/** @type {(message: string, scope?: string) => Answer} */
const invalidToken = (message, scope) => refusal(401, { code: 'invalid_token', message, scope });
/** @type {(kind: string, name: string, about: { requires: string, scope: string }) => Answer} */
const insufficientScope = (kind, name, { requires, scope }) =>
  refusal(403, {
    code: 'insufficient_scope',
    message: `Insufficient scope for ${kind} "${name}": requires ${requires}`,
    shown: `Insufficient scope for ${kind} '${name}': requires ${requires}`,
    scope,
  });
/** @type {(text: string) => string} */
const page = (text) =>
  `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>${text}</pre>\n</body>\n</html>\n`;
/** Answer of Express to a mistake of the developer's. */
const failedApp = { status: 500, body: page('Internal Server Error') };
/** @type {(path: string) => Answer} */
const notFound = (path) => ({ status: 404, body: page(`Cannot POST ${path}`) });
const serverError = {
  status: 500,
  body: {
    error: 'server_error',
    error_description: 'Internal error',
    resource_metadata: metadata,
    reference: '<reference>',
  },
};
/** @type {(text: string, more?: object) => Answer} */
const result = (text, more = {}) => ({
  status: 200,
  body: {
    jsonrpc: '2.0',
    id: 1,
    result: {
      resultType: 'complete',
      content: [{ type: 'text', text }],
      ...more,
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'notes', version: '1.0.0' } },
    },
  },
});
/** @type {(text: string) => Answer} */
const failedCall = (text) => result(text, { isError: true });
/** @type {(code: number, message: string, more?: { status?: number, data?: object, hasId?: boolean }) => Answer} */
const rpcError = (code, message, { status = 200, data, hasId = true } = {}) => ({
  status,
  body: {
    jsonrpc: '2.0',
    ...(hasId ? { id: 1 } : {}),
    error: { code, message, ...(data === undefined ? {} : { data }) },
  },
});

/** @type {(kit: Kit, mount: (app: any, auth: any) => void, options?: object) => any} */
const guarded = (kit, mount, options) => {
  const app = kit.app();
  mount(app, kit.auth(options));
  return app.use(kit.mcp.mcpErrorHandler());
};

/** @type {(kit: Kit, register: (registry: any) => void, options?: object, router?: object) => any} */
const endpoint = (kit, register, options, router) => {
  const registry = kit.registry();
  register(registry);
  return guarded(kit, (app, auth) => app.use(auth, kit.router(registry, router)), options);
};

/** @type {readonly Case[]} */
const mounts = [
  {
    title: 'mcpAuth in app.get',
    app: (kit) => guarded(kit, (app, auth) => app.get('/api/notes', auth, kit.handler)),
    sent: [
      { method: 'GET', path: '/api/notes', answer: failedApp },
      { method: 'GET', path: '/api/notes', token: {}, answer: failedApp },
    ],
  },
  {
    title: 'mcpAuth in app.all',
    app: (kit) => guarded(kit, (app, auth) => app.all('/api/notes', auth, kit.handler)),
    sent: [{ path: '/api/notes', answer: failedApp }],
  },
  {
    title: 'mcpAuth in app.route().all',
    app: (kit) => guarded(kit, (app, auth) => app.route('/api/notes').all(auth, kit.handler)),
    sent: [{ method: 'PUT', path: '/api/notes', answer: failedApp }],
  },
  {
    title: 'mcpAuth in app.get, without mcpErrorHandler',
    app: (kit) => kit.app().get('/api/notes', kit.auth(), kit.handler),
    sent: [{ method: 'GET', path: '/api/notes', answer: failedApp }],
  },
  {
    title: 'mcpAuth on a route of its endpoint',
    app: (kit) => guarded(kit, (app, auth) => app.post('/mcp', auth, kit.handler)),
    sent: [{ answer: unauthorized() }, { token: 'forged', answer: invalidToken('The access token is malformed') }],
  },
  {
    title: 'the router before its auth',
    app: (kit) => guarded(kit, (app, auth) => app.use(kit.router(), auth)),
    sent: [{ answer: failedApp }, { token: {}, answer: failedApp }],
  },
  {
    title: 'a router at another path than its auth',
    app: (kit) => guarded(kit, (app, auth) => app.use(auth, kit.router(undefined, { path: '/api/mcp' }))),
    sent: [{ path: '/api/mcp', answer: failedApp }, { answer: unauthorized() }],
  },
  {
    title: 'a parameter in the path, and an encoded path',
    app: (kit) =>
      guarded(kit, (app, auth) => app.post('/:tenant/mcp', auth, kit.handler), {
        resource: 'https://api.example.com/acme/mcp',
      }),
    sent: [
      { path: '/%61cme/mcp', answer: failedApp },
      { path: '/acme/mcp', answer: unauthorized({ at: '/acme/mcp' }) },
      { path: '/other/mcp', answer: failedApp },
    ],
  },
  {
    title: 'req.url is rewritten between the auth and a handler of the app',
    app: (kit) =>
      guarded(kit, (app, auth) => {
        app.use(auth);
        app.use((/** @type {any} */ req, /** @type {any} */ _res, /** @type {any} */ next) => {
          req.url = req.url.replace('/v1', '');
          next();
        });
        app.post('/mcp', kit.handler);
      }),
    sent: [{ path: '/v1/mcp', answer: notFound('/v1/mcp') }, { answer: unauthorized() }],
  },
  {
    title: 'auth at the root, a handler below the path',
    app: (kit) => guarded(kit, (app, auth) => app.use(auth).use('/mcp', kit.handler)),
    sent: [
      ...['/mcp', '/mcp/', '/MCP', '/mcp/x', '/mcp?x'].map((path) => ({ path, answer: unauthorized() })),
      ...['/%6dcp', '//mcp', '/mcp;x'].map((path) => ({ path, answer: notFound(path) })),
    ],
  },
  {
    title: 'an error handler of the app answers before mcpErrorHandler',
    app: (kit) =>
      guarded(kit, (app, auth) =>
        app.use(
          auth,
          kit.router(),
          // eslint-disable-next-line no-unused-vars -- Express knows error middleware by its four parameters
          (/** @type {any} */ _e, /** @type {any} */ _req, /** @type {any} */ res, /** @type {any} */ _next) => {
            res.status(401).json({ own: true });
          },
        ),
      ),
    sent: [{ answer: { ...unauthorized(), body: { own: true } } }],
  },
  {
    title: 'an error middleware calls next() after a refusal',
    app: (kit) =>
      guarded(kit, (app, auth) =>
        app.use(
          auth,
          (/** @type {any} */ _e, /** @type {any} */ _req, /** @type {any} */ _res, /** @type {any} */ next) => next(),
          kit.router(),
        ),
      ),
    sent: [{ answer: unauthorized() }, { token: 'forged', answer: invalidToken('The access token is malformed') }],
  },
  {
    title: 'a limiter between the guard and the router',
    app: (kit) =>
      guarded(kit, (app, auth) => app.use(auth, kit.passing('limiter'), kit.router()), { requiredScopes: ['mcp'] }),
    sent: [
      {
        token: { scope: 'notes:read' },
        answer: insufficientScope('tool', 'open', { requires: 'mcp', scope: 'mcp notes:read' }),
      },
      { token: { scope: 'mcp' }, answer: result('ran open') },
    ],
    ran: ['limiter', 'open'],
  },
  {
    title: 'a REST route beside a guarded tool',
    app: (kit) =>
      guarded(kit, (app, auth) => {
        app.use(auth, kit.router());
        app.delete('/api/notes/:id', auth.protect('notes:write'), kit.handler);
      }),
    sent: [
      { method: 'DELETE', path: '/api/notes/7', answer: unauthorized({ scope: 'notes:write' }) },
      {
        method: 'DELETE',
        path: '/api/notes/7',
        token: 'forged',
        answer: invalidToken('The access token is malformed', 'notes:write'),
      },
      {
        method: 'DELETE',
        path: '/api/notes/7',
        token: { scope: 'notes:read' },
        answer: insufficientScope('route', 'DELETE /api/notes/:id', {
          requires: 'notes:write',
          scope: 'notes:write notes:read',
        }),
      },
      {
        method: 'DELETE',
        path: '/api/notes/7',
        token: { scope: 'notes:write' },
        answer: { status: 200, body: { ran: 'handler' } },
      },
    ],
    ran: ['handler'],
  },
];

/** @type {readonly Case[]} */
const callers = [
  {
    title: 'a sub that is no text, or none',
    app: (kit) => endpoint(kit, (registry) => registry.tool('open', {}, kit.running('open'))),
    sent: [1001, { id: 1 }, ['ada'], '', true].map((sub) => ({
      token: { claims: { sub } },
      answer: invalidToken('The sub claim of the access token is not valid'),
    })),
  },
  {
    title: 'a handler writes to ctx.auth.resource',
    app: (kit) =>
      endpoint(kit, (registry) =>
        registry.tool('open', {}, (/** @type {any} */ _args, /** @type {any} */ ctx) => {
          ctx.auth.resource.host = 'evil.example';
          return ctx.auth.resource.href;
        }),
      ),
    sent: [{ token: {}, answer: result('https://api.example.com/mcp') }, { answer: unauthorized() }],
  },
  {
    title: 'a revoked subject whose token is ahead of our clock by the tolerance',
    app: (kit) => {
      const revocation = kit.mcp.memoryRevocationStore();
      void kit.mcp.revokeTokens(revocation, { issuer: kit.issuer.issuer, subject: 'ada' }, 600);
      return endpoint(kit, (registry) => registry.tool('open', {}, kit.running('open')), { stores: { revocation } });
    },
    sent: [
      {
        token: { subject: 'ada', claims: { iat: Math.floor(Date.now() / 1000) + 3 } },
        answer: invalidToken('The access token was revoked'),
      },
      { token: { subject: 'grace' }, answer: result('ran open') },
    ],
    ran: ['open'],
  },
  {
    title: 'a verdict with another type of end or scopes',
    app: (kit) =>
      endpoint(kit, (registry) => registry.tool('open', { scopes: ['s'] }, kit.running('open')), {
        verifier: {
          verify: (/** @type {string} */ token) => ({
            subject: 'ada',
            clientId: 'c',
            scopes: token === 'text' ? 'ssl' : ['s'],
            expiresAt: token === 'date' ? new Date(0) : token === 'string' ? '2099-01-01' : undefined,
          }),
        },
      }),
    sent: [
      { token: 'date', answer: serverError },
      { token: 'string', answer: serverError },
      { token: 'text', answer: serverError },
      { token: 'good', answer: result('ran open') },
    ],
    ran: ['open'],
  },
  {
    title: 'a revocation store that answers []',
    app: (kit) =>
      endpoint(kit, (registry) => registry.tool('open', {}, kit.running('open')), {
        stores: { revocation: { ...kit.mcp.memoryRevocationStore(), revokedAt: async () => [] } },
      }),
    sent: [{ token: {}, answer: serverError }],
  },
];

/** @type {(name: string) => () => Promise<never>} */
const rejecting = (name) => async () => {
  throw new Error(`password=hunter2 in ${name}`);
};

/** @type {readonly Case[]} */
const hooks = [
  {
    title: 'an async onDecision that rejects',
    app: (kit) =>
      endpoint(kit, (registry) => registry.tool('open', {}, kit.running('open')), {
        onDecision: rejecting('onDecision'),
      }),
    sent: [{ answer: serverError }, { token: {}, answer: serverError }],
  },
  {
    title: 'an async claims.scope that rejects',
    app: (kit) =>
      endpoint(kit, (registry) => registry.tool('open', {}, kit.running('open')), {
        issuers: [{ issuer: kit.issuer.issuer, jwks: kit.issuer.jwks, claims: { scope: rejecting('claims.scope') } }],
      }),
    sent: [{ token: {}, answer: serverError }],
  },
  {
    title: 'an async policy that rejects',
    app: (kit) =>
      endpoint(kit, (registry) => registry.tool('open', { policy: rejecting('policy') }, kit.running('open'))),
    sent: [{ token: {}, answer: rpcError(-32603, 'Internal error', { data: { reference: '<reference>' } }) }],
  },
  {
    title: 'async scopes that reject',
    app: (kit) =>
      endpoint(kit, (registry) => registry.tool('open', { scopes: rejecting('scopes') }, kit.running('open'))),
    sent: [{ token: {}, answer: rpcError(-32603, 'Internal error', { data: { reference: '<reference>' } }) }],
  },
  {
    title: 'a verifier that throws, without mcpErrorHandler',
    app: (kit) =>
      kit.app().use(
        kit.auth({
          verifier: {
            verify: () => {
              throw new Error('password=hunter2');
            },
          },
        }),
        kit.router(),
      ),
    sent: [{ token: 'any', answer: failedApp }],
  },
  {
    title: 'a schema library that fills in an argument which scopes depend on',
    app: (kit) =>
      endpoint(kit, (registry) => {
        const inputSchema = {
          '~standard': {
            version: 1,
            vendor: 'own',
            validate: (/** @type {any} */ value) => {
              value.area = 'tax';
              return { value };
            },
            jsonSchema: { input: () => ({ type: 'object' }), output: () => ({ type: 'object' }) },
          },
        };
        const scopes = (/** @type {any} */ args) => [`area:${args.area ?? 'open'}`];
        registry.tool('open', { inputSchema, scopes }, kit.running('open'));
      }),
    sent: [
      {
        token: { scope: 'area:open' },
        answer: insufficientScope('tool', 'open', { requires: 'area:open area:tax', scope: 'area:open area:tax' }),
      },
    ],
  },
];

const areas = (/** @type {Kit} */ kit) =>
  endpoint(kit, (registry) =>
    registry.tool(
      'open',
      {
        inputSchema: { type: 'object', properties: { area: { type: 'string' } }, required: ['area'] },
        scopes: (/** @type {any} */ { area }) => [`area:${area}`],
      },
      kit.running('open'),
    ),
  );
/** @type {(levels: number) => unknown} */
const nested = (levels) => JSON.parse('{"a":'.repeat(levels) + '1' + '}'.repeat(levels));

/** @type {readonly Case[]} */
const inputs = [
  {
    title: 'a scope from an argument',
    app: areas,
    sent: [
      ...['x'.repeat(20_000), 'a b', 'a"b'].map((area) => ({
        token: {},
        call: { name: 'open', arguments: { area } },
        answer: rpcError(-32602, 'Invalid params: no scope can stand for these arguments'),
      })),
      {
        token: {},
        call: { name: 'open', arguments: { area: 'tax' } },
        answer: insufficientScope('tool', 'open', { requires: 'area:tax', scope: 'area:tax' }),
      },
    ],
  },
  {
    title: 'arguments that are nested too deep',
    app: (kit) =>
      endpoint(kit, (registry) => registry.tool('open', { inputSchema: { type: 'object' } }, kit.running('open'))),
    sent: [
      {
        token: {},
        call: { name: 'open', arguments: nested(3000) },
        answer: rpcError(-32600, 'The message has more than 64 objects and arrays inside each other', {
          status: 400,
          hasId: false,
        }),
      },
    ],
  },
  {
    title: '40,000 different objects where uniqueItems holds',
    app: (kit) =>
      endpoint(kit, (registry) => {
        const list = { type: 'array', uniqueItems: true };
        registry.tool('open', { inputSchema: { type: 'object', properties: { list } } }, kit.running('open'));
      }),
    sent: [
      {
        token: {},
        call: {
          name: 'open',
          arguments: { list: [...Array.from({ length: 40_000 }, (_each, at) => ({ at })), { at: 7 }] },
        },
        answer: failedCall(
          'Invalid arguments for tool "open": /list must NOT have duplicate items (items ## 7 and 40000 are identical)',
        ),
      },
    ],
  },
  {
    title: 'a pattern that goes back over its input',
    app: (kit) =>
      endpoint(kit, (registry) => {
        const text = { type: 'string', pattern: '^([a-z0-9]+[._-]?)+@x$' };
        registry.tool('open', { inputSchema: { type: 'object', properties: { text } } }, kit.running('open'));
      }),
    sent: [
      {
        token: {},
        call: { name: 'open', arguments: { text: `${'a'.repeat(60)}!` } },
        answer: failedCall('Invalid arguments for tool "open": /text must match pattern "^([a-z0-9]+[._-]?)+@x$"'),
      },
    ],
  },
  {
    title: 'a name that would forge a line of a log',
    app: (kit) => endpoint(kit, (registry) => registry.tool('other', {}, kit.running('open'))),
    sent: [
      {
        token: {},
        call: { name: `x\nallowed purge by ada ${'y'.repeat(500)}` },
        headers: { 'Mcp-Name': '=?base64?eA==?=' },
        answer: rpcError(
          -32020,
          'Header mismatch: Mcp-Name "x" does not match "x�allowed purge by ada yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…" in the body',
          { status: 400 },
        ),
      },
    ],
  },
  {
    title: 'a path that climbs in a template variable',
    app: (kit) => endpoint(kit, (registry) => registry.resourceTemplate('file:///{+path}', {}, kit.running('read'))),
    sent: ['file:///a/../../etc/passwd', 'file:///a/%2e%2e/b'].map((uri) => ({
      token: {},
      read: uri,
      answer: rpcError(-32602, 'Resource not found', { data: { uri } }),
    })),
  },
];

export const cases = [...mounts, ...callers, ...hooks, ...inputs];
