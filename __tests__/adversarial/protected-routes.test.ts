// Routes that auth.protect guards, in every way that Express mounts them: each refusal with its exact status, challenge and body.
import { describe, expect, it } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import express from 'express';
import request from 'supertest';
import type { McpAuthOptions } from '../../lib/index.js';
import { getAuth, mcpAuth, mcpErrorHandler } from '../../lib/index.js';
import { express4 } from '../support/express-4.js';
import { authOptions, challengeOf, issuer, metadataUrl } from '../support/mcp-app.js';

const bearer = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope })}` });
const reached: RequestHandler = (req, res) => {
  res.json({ reached: getAuth(req)?.subject ?? 'nobody' });
};
const rewrite: RequestHandler = (req, _res, next) => {
  req.url = req.url.replace(/^\/v1\//, '/api/');
  next();
};
const override: RequestHandler = (req, _res, next) => {
  const method = req.headers['x-http-method-override'];
  if (typeof method === 'string') req.method = method;
  next();
};

const prefix = `Bearer resource_metadata="${metadataUrl}"`;
const unauthorized = {
  challenge: `${prefix}, scope="notes:read"`,
  body: {
    error: 'unauthorized',
    error_description: 'Authorization is required',
    scope: 'notes:read',
    resource_metadata: metadataUrl,
  },
};
const invalid = {
  challenge: `${prefix}, error="invalid_token", scope="notes:read", error_description="The access token is malformed"`,
  body: {
    error: 'invalid_token',
    error_description: 'The access token is malformed',
    scope: 'notes:read',
    resource_metadata: metadataUrl,
  },
};

/** The body of a 403, and the route that its description names. */
function insufficientOf({ error_description: description = '', ...others }: Readonly<Record<string, string>>) {
  const route = /^Insufficient scope for route "([^"]*)": requires notes:read$/.exec(description)?.[1];
  return { ...others, route };
}

type Mount = (app: Express, guard: RequestHandler, make: typeof express, version: string) => unknown;
const layouts: readonly (readonly [string, Mount, string])[] = [
  ['app.get', (app, guard) => app.get('/api/notes', guard, reached), '/api/notes'],
  ['app.all', (app, guard) => app.all('/api/notes', guard, reached), '/api/notes'],
  ['app.route', (app, guard) => app.route('/api/notes').all(guard).get(reached), '/api/notes'],
  ['a list of paths', (app, guard) => app.get(['/other', '/api/notes'], guard, reached), '/api/notes'],
  ['a regular expression', (app, guard) => app.get(/^\/api\//, guard, reached), '/api/notes'],
  [
    'a wildcard',
    (app, guard, _make, version) => app.get(version === '5' ? '/api/*rest' : '/api/*', guard, reached),
    '/api/a/b',
  ],
  ['a parameter', (app, guard) => app.get('/:tenant/notes', guard, reached), '/%61pi/notes'],
  ['a path in other case', (app, guard) => app.get('/api/notes', guard, reached), '/API/Notes'],
  ['a path with a slash at the end', (app, guard) => app.get('/api/notes', guard, reached), '/api/notes/'],
  ['an encoded path below a prefix', (app, guard) => app.use('/api', guard, reached), '/api/%2e%2e/x'],
  ['a prefix', (app, guard) => app.use('/api', guard).get('/api/notes', reached), '/api/notes'],
  ['a Router below a prefix', (app, guard, make) => app.use('/api', make.Router().use(guard, reached)), '/api/notes'],
  [
    'a Router in a Router',
    (app, guard, make) => app.use('/api', make.Router().use('/v2', make.Router().get('/notes', guard, reached))),
    '/api/v2/notes',
  ],
  ['a nested app', (app, guard, make) => app.use('/api', make().get('/notes', guard, reached)), '/api/notes'],
  ['a URL that is rewritten before', (app, guard) => app.use(rewrite).get('/api/notes', guard, reached), '/v1/notes'],
  [
    'a URL that is rewritten before a prefix',
    (app, guard) => app.use(rewrite).use('/api', guard).use(reached),
    '/v1/notes',
  ],
];

const overridden: readonly Mount[] = [
  (app, guard) => app.use(override).all('/api/notes', guard, reached),
  (app, guard) => app.use(override).use('/api', guard).all('/api/notes', reached),
];

describe.each([
  ['5', express],
  ['4.21', express4],
])('auth.protect in Express %s', (version, make) => {
  function appWith(mount: Mount, options: Partial<McpAuthOptions> = {}): Express {
    const app = make().set('env', 'test');
    const auth = mcpAuth(authOptions(options));
    mount(app, auth.protect('notes:read') as RequestHandler, make, version);
    return app.use(mcpErrorHandler());
  }

  it.each(layouts)(
    'refuses with status, challenge and body, and lets the scope pass: %s',
    async (_layout, mount, path) => {
      const app = appWith(mount);
      const without = await request(app).get(path);
      expect([without.status, challengeOf(without), without.body]).toEqual([
        401,
        unauthorized.challenge,
        unauthorized.body,
      ]);
      const forged = await request(app).get(path).set({ Authorization: 'Bearer forged' });
      expect([forged.status, challengeOf(forged), forged.body]).toEqual([401, invalid.challenge, invalid.body]);
      const lacking = await request(app)
        .get(path)
        .set(await bearer('other'));
      const { route, ...body } = insufficientOf(lacking.body as Readonly<Record<string, string>>);
      expect([lacking.status, body]).toEqual([
        403,
        { error: 'insufficient_scope', scope: 'notes:read other', resource_metadata: metadataUrl },
      ]);
      expect(route).toMatch(/^GET \//);
      // RFC 6750 §3: no backslash stands in a description, and a regular expression has some.
      expect(challengeOf(lacking)).toBe(
        `Bearer resource_metadata="${metadataUrl}", error="insufficient_scope", scope="notes:read other", ` +
          `error_description="Insufficient scope for route '${String(route).replaceAll('\\', '?')}': requires notes:read"`,
      );
      const good = await request(app)
        .get(path)
        .set(await bearer('notes:read'));
      expect([good.status, good.body]).toEqual([200, { reached: 'user-1' }]);
    },
  );

  it.each(['OPTIONS', 'HEAD', 'GET', 'DELETE'])('refuses a method that an override names: %s', async (method) => {
    for (const mount of overridden) {
      const response = await request(appWith(mount)).post('/api/notes').set({ 'X-HTTP-Method-Override': method });
      expect([response.status, challengeOf(response)]).toEqual([401, unauthorized.challenge]);
    }
  });

  it('refuses HEAD as GET', async () => {
    const app = appWith((it, guard) => it.get('/api/notes', guard, reached));
    const refused = await request(app).head('/api/notes');
    expect([refused.status, challengeOf(refused)]).toEqual([401, unauthorized.challenge]);
    const good = await request(app)
      .head('/api/notes')
      .set(await bearer('notes:read'));
    expect(good.status).toBe(200);
  });

  it('answers a preflight of a page that cors lists, and of no other', async () => {
    const mount: Mount = (it, guard) => it.use('/api', guard, reached);
    const preflight = async (origin: string, options: Partial<McpAuthOptions>) =>
      request(appWith(mount, options))
        .options('/api/notes')
        .set({ Origin: origin, 'Access-Control-Request-Method': 'GET' });
    const cors = ['https://app.example'];
    const listed = await preflight('https://app.example', { cors });
    expect([listed.status, listed.text]).toEqual([204, '']);
    expect(listed.headers['access-control-allow-origin']).toBe('https://app.example');
    for (const [origin, options] of [
      ['https://evil.example', { cors }],
      ['https://app.example', {}],
    ] as const) {
      const other = await preflight(origin, options);
      expect([other.headers['access-control-allow-origin'], other.text.includes('reached')]).toEqual([
        undefined,
        false,
      ]);
    }
  });

  it('challenges with both schemes where DPoP is taken', async () => {
    const app = appWith((it, guard) => it.get('/api/notes', guard, reached), { dpop: 'supported' });
    const refused = await request(app).get('/api/notes');
    expect(refused.status).toBe(401);
    const challenge = challengeOf(refused) ?? '';
    expect(challenge).toContain(unauthorized.challenge);
    expect(challenge.replace(unauthorized.challenge, '')).toMatch(/DPoP [^"]*"[^"]*".*scope="notes:read".*algs="/);
  });

  it('has the challenge on its refusal without mcpErrorHandler, and where the app answers itself', async () => {
    for (const own of [false, true]) {
      const app = make().set('env', 'test');
      app.get('/api/notes', mcpAuth(authOptions()).protect('notes:read') as RequestHandler, reached);
      if (own) {
        app.use(((_error, _req, res, _next) => res.status(401).json({ own })) satisfies express.ErrorRequestHandler);
      }
      const response = await request(app).get('/api/notes');
      expect([response.status, challengeOf(response)]).toEqual([401, unauthorized.challenge]);
    }
  });
});
