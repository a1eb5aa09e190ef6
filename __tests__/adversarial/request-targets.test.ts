// Request targets against layouts of apps, as data: wherever a handler of the app stands behind mcpAuth, it never runs without a caller.
import type { Server } from 'node:http';
import { Agent, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it, jest } from '@jest/globals';
import type { Express, RequestHandler } from 'express';
import express from 'express';
import type { McpAuth } from '../../lib/index.js';
import { createRegistry, getAuth, mcpAuth, mcpErrorHandler, mcpRouter, mcpScopes } from '../../lib/index.js';
import { express4 } from '../support/express-4.js';
import { authOptions, issuer } from '../support/mcp-app.js';

jest.setTimeout(240_000);

const before = ['/', '//', '/./', '/x/../', '/%2e/', 'http://other.example/'];
const names = ['mcp', 'MCP', 'Mcp', '%6dcp', 'm%63P', 'mcp%00', 'mcp;x=1', 'mcp.', 'mcp%20'];
const behind = [
  '',
  '/',
  '//',
  '/x',
  '/x/y',
  '/.',
  '/..',
  '/%2e%2e/mcp',
  '?a',
  '/?a=/mcp',
  '%2f',
  '%2Fx',
  '/;x',
  '/x?mcp',
];
const targets = before.flatMap((start) => names.flatMap((name) => behind.map((end) => start + name + end)));

type Layout = (app: Express, auth: McpAuth, handler: RequestHandler, make: typeof express) => unknown;
const override: RequestHandler = (req, _res, next) => {
  const method = req.headers['x-http-method-override'];
  if (typeof method === 'string') req.method = method;
  next();
};

/** Rewrites paths as careless middleware does, so that many become the endpoint's. */
const normalise: RequestHandler = (req, _res, next) => {
  req.url = req.url
    .replace(/^\/\/+/, '/')
    .replace(/^\/(?:x\/\.\.|\.|%2e)\//, '/')
    .replace(/%6d/, 'm')
    .toLowerCase();
  next();
};

const layouts: Readonly<Record<string, Layout>> = {
  'auth at the root, the handler below the path': (app, auth, handler) => app.use(auth).use('/mcp', handler),
  'auth at the root, the handler in a route': (app, auth, handler) => app.use(auth).all('/mcp', handler),
  'auth at the root, the handler in a router': (app, auth, handler, make) =>
    app.use(auth).use('/mcp', make.Router().use(handler)),
  'auth at the root, the handler in an app': (app, auth, handler, make) =>
    app.use(auth).use('/mcp', make().use(handler)),
  'auth and the handler below the path': (app, auth, handler) => app.use('/mcp', auth, handler),
  'auth and the handler in a route': (app, auth, handler) => app.all('/mcp', auth, handler),
  'auth and the handler in app.route': (app, auth, handler) => app.route('/mcp').all(auth, handler),
  'auth and the handler in a router': (app, auth, handler, make) => app.use('/mcp', make.Router().use(auth, handler)),
  'auth and the handler in routers': (app, auth, handler, make) =>
    app.use(make.Router().use('/mcp', make.Router().use(auth), handler)),
  'auth and the handler in an app': (app, auth, handler, make) => app.use('/mcp', make().use(auth, handler)),
  'auth in a route of a regular expression': (app, auth, handler) => app.all(/^\/mcp/i, auth, handler),
  'auth in a route of several paths': (app, auth, handler) => app.all(['/mcp', '/mcp/x'], auth, handler),
  'auth in a route with a parameter': (app, auth, handler) => app.all('/:name', auth, handler),
  'auth behind a method override': (app, auth, handler) => app.use(override, auth).use('/mcp', handler),
  'auth and mcpScopes at the root': (app, auth, handler) =>
    app.use(auth).use('/mcp', mcpScopes({ tools: {} }), handler),
  'strict routing': (app, auth, handler) => app.set('strict routing', true).use(auth).use('/mcp', handler),
  'case sensitive routing': (app, auth, handler) =>
    app.set('case sensitive routing', true).use(auth).use('/mcp', handler),
  'a URL that is rewritten in front': (app, auth, handler) =>
    app
      .use((req, _res, next) => {
        req.url = req.url.replace(/^\/x/, '/mcp');
        next();
      })
      .use(auth)
      .use('/mcp', handler),
  'a URL that is rewritten between': (app, auth, handler) => app.use(auth, normalise).use('/mcp', handler),
  'a URL that is rewritten between, a route': (app, auth, handler) => app.use(auth, normalise).all('/mcp', handler),
  'a URL that is rewritten between, routers': (app, auth, handler, make) =>
    app.use(make.Router().use(auth, normalise)).use(make.Router().use('/mcp', make.Router().use(handler))),
  'a URL that is rewritten between, an app in the app': (app, auth, handler, make) =>
    app.use(auth).use(make().use(normalise).use('/mcp', handler)),
  'a URL that is rewritten later': (app, auth, handler) =>
    app
      .use(auth)
      .use((req, res, next) => {
        setImmediate(() => {
          normalise(req, res, next);
        });
      })
      .use('/mcp', handler),
  'a URL that is rewritten between two endpoints': (app, auth, handler) =>
    app.use(auth, mcpAuth(authOptions({ resource: 'https://api.example.com/other' })), normalise).use('/mcp', handler),
  'a URL that is rewritten between, auth with the handler': (app, auth, handler) =>
    app
      .use((req, _res, next) => {
        req.url = req.url
          .replace(/^\/\/+/, '/')
          .replace(/^\/x\/\.\./, '')
          .toLowerCase();
        next();
      })
      .use('/mcp', auth, handler),
};

const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const servers: Server[] = [];
afterAll(() => {
  agent.destroy();
  for (const server of servers) server.close();
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(
  port: number,
  target: string,
  headers: Readonly<Record<string, string>>,
  method = 'POST',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = send(
      { port, path: target, method, agent, headers: { 'Content-Type': 'application/json', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => (text += chunk));
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text });
        });
      },
    );
    sent.on('error', reject);
    sent.end(method === 'POST' ? '{"jsonrpc":"2.0","id":1,"method":"ping"}' : undefined);
  });
}

describe.each([
  ['5', express],
  ['4.21', express4],
])('in Express %s', (_version, make) => {
  it.each(Object.keys(layouts))('%s: the handler has a caller, or does not run', async (name) => {
    const app = make().set('env', 'test');
    layouts[name]?.(
      app,
      mcpAuth(authOptions()),
      (req, res) => void res.json({ ran: getAuth(req)?.subject ?? 'nobody' }),
      make,
    );
    app.use(mcpErrorHandler());
    const server = createServer(app).listen(0);
    servers.push(server);
    const { port } = server.address() as AddressInfo;
    const open: string[] = [];
    const reached: string[] = [];
    const bearer = { Authorization: `Bearer ${await issuer.token()}` };
    for (let at = 0; at < targets.length; at += 16) {
      await Promise.all(
        targets.slice(at, at + 16).map(async (target) => {
          const { text } = await ask(port, target, { 'X-HTTP-Method-Override': 'OPTIONS' });
          if (text.includes('"ran"')) open.push(target);
          if ((await ask(port, target, bearer)).text.includes('"ran":"user-1"')) reached.push(target);
        }),
      );
    }
    expect(open).toEqual([]);
    // So that nothing is refused by mistake only because everything is.
    expect(reached).toEqual(expect.arrayContaining(['/mcp']));
  });
});

it('are as many as were tried before, in more layouts', () => {
  expect(new Set(targets).size).toBeGreaterThanOrEqual(700);
  expect(Object.keys(layouts).length).toBeGreaterThanOrEqual(9);
});

it('routes of the app that end like the endpoint are open where they are mounted elsewhere, as often as they are asked', async () => {
  const app = express();
  const [router, sub] = [express.Router(), express()];
  router.get('/mcp', (req, res) => void res.json({ at: req.originalUrl, url: req.url }));
  sub.get('/mcp', (req, res) => void res.json({ at: req.originalUrl, url: req.url }));
  app.use(mcpAuth(authOptions()));
  app.use('/none', router).use('/api', (_req, _res, next) => {
    next();
  });
  app.use('/api', router).use('/sub', sub).use('/a', express.Router().use('/b', router));
  const server = createServer(app).listen(0);
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  for (const [target, url] of [
    ['/api/mcp', '/mcp'],
    ['/sub/mcp', '/mcp'],
    ['/a/b/mcp', '/mcp'],
    ['/api/mcp?x=/mcp', '/mcp?x=/mcp'],
  ] as const) {
    const { status, text } = await ask(port, target, {}, 'GET');
    expect([status, text]).toEqual([200, JSON.stringify({ at: target, url })]);
  }
});

it('a URL that is rewritten to the endpoint behind mcpAuth is answered by 404, and the developer is told once', async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const app = express();
  app.use(mcpAuth(authOptions()), normalise, mcpRouter(createRegistry({ name: 'test', version: '1.0.0' })));
  app.use('/mcp', (_req, res) => void res.send('ran'));
  const server = createServer(app).listen(0);
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  for (const target of ['//mcp', '/./mcp', '//MCP/x']) expect((await ask(port, target, {})).status).toBe(404);
  await new Promise(setImmediate);
  process.off('warning', onWarning);
  expect(warnings.filter(({ message }) => message.includes('req.url was rewritten')).length).toBeLessThanOrEqual(1);
});

it('a route of the app below the endpoint that stands in front of mcpAuth is open, and one beside it always', async () => {
  const app = express();
  app.get('/mcp/docs', (_req, res) => void res.send('docs'));
  app.use(mcpAuth(authOptions()));
  app.get(['/mcp/internal', '/mcpx', '/'], (_req, res) => void res.send('other'));
  app.use(mcpErrorHandler());
  const server = createServer(app).listen(0);
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  const of = async (target: string) => (await ask(port, target, {}, 'GET')).status;
  expect([await of('/mcp/docs'), await of('/mcp/internal'), await of('/mcpx'), await of('/')]).toEqual([
    200, 401, 200, 200,
  ]);
});
