import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import { express4 } from '../support/express-4.js';
import request from 'supertest';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter, mcpScopes } from '../../lib/index.js';
import type { McpAuthOptions, McpRouterOptions } from '../../lib/index.js';
import type { McpPageOptions } from '../../lib/page/index.js';
import { mcpPage } from '../../lib/page/index.js';
import { authOptions, challengeOf, issuer, notesRegistry, resource } from '../support/mcp-app.js';

/** The Accept of browsers when a person opens a URL. */
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

interface Options {
  readonly auth?: Partial<McpAuthOptions>;
  readonly page?: McpPageOptions;
  readonly router?: McpRouterOptions;
}

/** An app with a page in front of the router. */
function appWithPage({ auth, page, router }: Options = {}): Express {
  const app = express();
  const registry = notesRegistry();
  app.use(mcpAuth(authOptions(auth)), mcpPage(registry, page), mcpRouter(registry, router));
  app.use(mcpErrorHandler());
  return app;
}

/** An app whose router has the page. */
function appWithRouterPage(page: McpRouterOptions['page'] = true, auth?: Partial<McpAuthOptions>): Express {
  const app = express();
  app.use(mcpAuth(authOptions(auth)), mcpRouter(notesRegistry(), { page }), mcpErrorHandler());
  return app;
}

const open = (app: Express, accept = browser, path = '/mcp') => request(app).get(path).set('Accept', accept);

describe.each([
  ['mcpPage behind mcpAuth', () => appWithPage()],
  ['mcpRouter with page: true', () => appWithRouterPage()],
])('%s', (_title, makeApp) => {
  it('shows a browser without a token what the endpoint is', async () => {
    const response = await open(makeApp()).expect(200).expect('Content-Type', 'text/html; charset=utf-8');
    expect(response.text).toContain('<h1 dir="auto">notes</h1>');
    expect(response.text).toContain(`claude mcp add --transport http notes ${resource}`);
    expect(response.text).toContain('<li><code>read</code><p class="soft">Scopes: <code>notes:read</code></p></li>');
    expect(response.text).toContain(`Authorization server: <code>${issuer.issuer}</code>`);
    expect(response.text).toContain('revisions 2026-07-28, 2025-11-25, 2025-06-18, 2025-03-26.');
    expect(challengeOf(response)).toBeUndefined();
  });

  it.each([
    ['no Accept at all', undefined],
    ['everything', '*/*'],
    ['all text', 'text/*'],
    ['JSON and events, as MCP clients do', 'application/json, text/event-stream'],
    ['events, as MCP clients do with GET', 'text/event-stream'],
    ['HTML no sooner than JSON', 'text/html, application/json'],
    ['HTML later than JSON', 'text/html;q=0.5, application/json'],
    ['HTML no sooner than events', 'text/event-stream, text/html'],
    ['HTML no sooner than everything', 'text/html, */*'],
    ['no HTML', 'text/html;q=0, application/json;q=0, text/event-stream;q=0'],
  ])('answers 401 as always to a GET that takes %s', async (_wanted, accept) => {
    const get = request(makeApp()).get('/mcp');
    const response = await (accept === undefined ? get : get.set('Accept', accept)).expect(401);
    expect(challengeOf(response)).toContain('resource_metadata=');
    expect(response.body).toMatchObject({ error: 'unauthorized' });
  });

  it.each(['post', 'put', 'delete', 'patch', 'options'] as const)('answers %s as always', async (method) => {
    await request(makeApp())[method]('/mcp').set('Accept', browser).expect(401);
  });

  it('answers HEAD as GET, without a body', async () => {
    const app = makeApp();
    const { headers } = await open(app);
    const response = await request(app).head('/mcp').set('Accept', browser).expect(200);
    expect(response.headers['content-length']).toBe(headers['content-length']);
    expect(response.headers['etag']).toBe(headers['etag']);
    expect(response.text).toBeUndefined();
  });

  it('refuses a bad token, whatever is accepted', async () => {
    const response = await open(makeApp()).set('Authorization', 'Bearer nonsense').expect(401);
    expect(response.body).toMatchObject({ error: 'invalid_token' });
  });

  it('refuses a token in the query, whatever is accepted', async () => {
    await open(makeApp(), browser, '/mcp?access_token=secret').expect(400);
  });

  it('shows a browser with a good token the same page', async () => {
    const app = makeApp();
    const anonymous = await open(app);
    const signedIn = await open(app).set('Authorization', `Bearer ${await issuer.token({ scope: 'notes:admin' })}`);
    expect(signedIn.status).toBe(200);
    expect(signedIn.text).toBe(anonymous.text);
  });

  it('is not shown below the path of the endpoint, which mcpAuth guards as well', async () => {
    await open(makeApp(), browser, '/mcp/other').expect(401);
  });

  it('is kept by browsers and asked for again with its entity tag', async () => {
    const app = makeApp();
    const first = await open(app).expect('Cache-Control', 'no-cache').expect('Vary', 'Accept');
    const etag = String(first.headers['etag']);
    for (const tags of [etag, `"other", W/${etag}`, '*']) {
      const again = await open(app).set('If-None-Match', tags).expect(304);
      expect(again.text).toBe('');
    }
    await open(app).set('If-None-Match', '"other"').expect(200);
  });

  it('lets the browser run and load nothing but what is in the document', async () => {
    const { headers, text } = await open(makeApp());
    const policy = String(headers['content-security-policy']);
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(text.match(/<(?:script|style|link|img|iframe|form|object)\b/g)).toEqual(['<link', '<style', '<script']);
  });
});

describe('the page', () => {
  it('names only items that everybody may know of', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('shown_tool', {}, () => '');
    registry.tool('granted_tool', { scopes: ['a'], visibility: 'granted' }, () => '');
    registry.tool('concealed_tool', { scopes: ['a'], visibility: 'concealed' }, () => '');
    registry.tool('disabled_tool', {}, () => '').disable();
    registry.prompt('concealed_prompt', { scopes: ['a'], visibility: 'concealed' }, () => '');
    registry.resource('notes://concealed', { scopes: ['a'], visibility: 'concealed' }, () => '');
    const app = express().use(mcpAuth(authOptions()), mcpPage(registry), mcpRouter(registry));
    const { text } = await open(app);
    expect(text).toContain('shown_tool');
    expect(text).toContain('<h3>Tools <span class="soft">(1)</span></h3>');
    expect(text).not.toMatch(/granted_tool|concealed|disabled_tool|<h3>Prompts|<h3>Resources/);
  });

  it('changes with the registry', async () => {
    const registry = notesRegistry();
    const app = express().use(mcpAuth(authOptions()), mcpPage(registry), mcpRouter(registry));
    const before = await open(app);
    const handle = registry.tool('newcomer', { description: 'Came later' }, () => '');
    const after = await open(app).set('If-None-Match', String(before.headers['etag'])).expect(200);
    expect(after.text).toContain('newcomer');
    handle.remove();
    await open(app).set('If-None-Match', String(before.headers['etag'])).expect(304);
  });

  it('shows a title once that is also the description', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('read_note', { title: 'Read one note', description: 'Read one note' }, () => '');
    registry.tool('add_note', { title: 'Add', description: 'Add one note' }, () => '');
    const { text } = await open(express().use(mcpAuth(authOptions()), mcpPage(registry)));
    expect(text.split('Read one note')).toHaveLength(2);
    expect(text).toContain('<code>add_note</code> <span>Add</span><p dir="auto">Add one note</p>');
  });

  it('says what else an item needs than scopes', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('by_rule', { policy: () => true }, () => '');
    registry.tool('fresh', { scopes: ['a'], authentication: { maxAgeSeconds: 60 } }, () => '');
    registry.tool('varying', { scopes: () => 'a' }, () => '');
    const { text } = await open(express().use(mcpAuth(authOptions()), mcpPage(registry)));
    expect(text).toContain('<code>by_rule</code><p class="soft">No scopes; a rule of the server</p>');
    expect(text).toContain('Scopes: <code>a</code>; a recent or stronger sign-in');
    expect(text).toContain('Scopes depend on the arguments');
  });

  it('says who may connect', async () => {
    const required = await open(appWithPage({ auth: { requiredScopes: ['mcp'] } })).expect(200);
    expect(required.text).toContain('Every use needs: <code>mcp</code>');
    const anonymous = await open(appWithPage({ auth: { allowAnonymous: true } })).expect(200);
    expect(anonymous.text).toContain('You can use everything that needs no scopes without signing in.');
  });

  it('stays away unless it is asked for', async () => {
    const app = express();
    app.use(mcpAuth(authOptions()), mcpRouter(notesRegistry()), mcpErrorHandler());
    await open(app).expect(401);
    await open(appWithRouterPage(false)).expect(401);
  });

  it('takes the text, the clients and the absence of lists from its options', async () => {
    const page = { description: 'Keeps notes.', clients: ['vscode', 'codex'], items: false } as const;
    for (const app of [appWithPage({ page }), appWithRouterPage(page)]) {
      const { text } = await open(app);
      expect(text).toContain('<p class="text" dir="auto">Keeps notes.</p>');
      expect(text.match(/<summary>[^<]+/g)).toEqual(['<summary>VS Code', '<summary>Codex']);
      expect(text).not.toContain('What it offers');
    }
  });

  it('names the revisions that the router speaks', async () => {
    const app = express();
    app.use(mcpAuth(authOptions()), mcpRouter(notesRegistry(), { page: true, protocolVersions: ['2025-11-25'] }));
    expect((await open(app)).text).toContain('revisions 2025-11-25.');
  });

  it('works in Express 4, below a mount path and in a route', async () => {
    const registry = notesRegistry();
    const four = express4();
    four.use(mcpAuth(authOptions()), mcpPage(registry), mcpRouter(registry), mcpErrorHandler());
    const mounted = express();
    mounted.use('/mcp', mcpAuth(authOptions()), mcpPage(registry), mcpRouter(registry), mcpErrorHandler());
    const routed = express();
    routed.all('/mcp', mcpAuth(authOptions()), mcpPage(registry), mcpRouter(registry), mcpErrorHandler());
    for (const app of [four, mounted, routed] as Express[]) {
      await open(app).expect(200).expect('Content-Type', /html/);
      await open(app, 'application/json').expect(401);
    }
  });

  it('works without Express', async () => {
    const page = mcpPage(notesRegistry(), { url: 'http://localhost/mcp' });
    const server = createServer((req, res) => {
      page(req, res, () => res.writeHead(404).end('not the page'));
    }).listen(0, 'localhost');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const ask = (path: string, accept: string) =>
      fetch(`http://localhost:${port}${path}`, { headers: { accept } }).then((response) => response.text());
    expect(await ask('/mcp?from=mail', browser)).toContain('MCP server <code>notes</code>');
    expect(await ask('/mcp', 'application/json')).toBe('not the page');
    expect(await ask('/other', browser)).toBe('not the page');
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('what mcpAuth lets a page do', () => {
  const one = 'https://api.example.com/one';
  const two = 'https://api.example.com/two';
  const registryOf = (name: string) => createRegistry({ name, version: '1.0.0' });
  const authFor = (identifier: string) => mcpAuth(authOptions({ resource: identifier }));

  it('shows each endpoint of an app its own page', async () => {
    const app = express();
    for (const [name, identifier] of [
      ['one', one],
      ['two', two],
    ] as const) {
      app.use(authFor(identifier), mcpPage(registryOf(name)), mcpRouter(registryOf(name)));
    }
    expect((await open(app, browser, '/one').expect(200)).text).toContain('<h1 dir="auto">one</h1>');
    expect((await open(app, browser, '/two').expect(200)).text).toContain('<h1 dir="auto">two</h1>');
  });

  it('never shows the page of another endpoint', async () => {
    const app = express();
    app.use(authFor(one), mcpRouter(registryOf('one')));
    app.use(authFor(two), mcpPage(registryOf('two')), mcpRouter(registryOf('two')));
    app.use(mcpErrorHandler());
    await open(app, browser, '/one').expect(401);
  });

  it('shows no page across another mcpAuth', async () => {
    const app = express();
    app.use(authFor(one), (_req, _res, next) => {
      next();
    });
    app.use(authFor(two), mcpPage(registryOf('two')), mcpErrorHandler());
    await open(app, browser, '/one').expect(401);
  });

  it('lets no handler behind see the request', async () => {
    const seen: string[] = [];
    const registry = notesRegistry();
    const app = express();
    app.use(mcpAuth(authOptions()), mcpPage(registry));
    app.use((req, _res, next) => {
      seen.push(req.method);
      next();
    });
    app.use(mcpRouter(registry), mcpErrorHandler());
    await open(app).expect(200);
    await open(app, 'application/json').expect(401);
    expect(seen).toEqual([]);
  });

  it('tells no listener of a decision, since none was made about a caller', async () => {
    const decisions: unknown[] = [];
    const app = appWithPage({ auth: { onDecision: (decision) => decisions.push(decision) } });
    await open(app).expect(200);
    expect(decisions).toEqual([]);
    await open(app, 'application/json').expect(401);
    expect(decisions).toHaveLength(1);
  });

  it('stands in front of mcpScopes and somebody else’s handler', async () => {
    const app = express();
    app.use(mcpAuth(authOptions()), mcpPage(notesRegistry()), mcpScopes({ tools: { '*': ['notes:read'] } }));
    app.use('/mcp', (_req, res) => res.send('theirs'));
    app.use(mcpErrorHandler());
    expect((await open(app).expect(200)).text).toContain('<h1 dir="auto">notes</h1>');
    await open(app, 'application/json').expect(401);
  });

  it('does not tell other sites what a server on this machine offers', async () => {
    const app = appWithPage({ auth: { resource: 'http://localhost:3000/mcp' } });
    await open(app).set('Host', 'localhost:3000').expect(200);
    await open(app).set('Host', 'rebound.example').expect(401);
    await open(app).set('Host', 'localhost:3000').set('Origin', 'https://evil.example').expect(401);
  });

  it('holds to the allowedHosts of the router', async () => {
    const app = express();
    app.use(
      mcpAuth(authOptions()),
      mcpRouter(notesRegistry(), { page: true, allowedHosts: ['api.example.com'] }),
      mcpErrorHandler(),
    );
    await open(app).set('Host', 'api.example.com').expect(200);
    await open(app).set('Host', 'other.example').expect(401);
  });
});

describe('wrong options of the page', () => {
  const registry = notesRegistry();

  it.each([
    ['an unknown one', { colour: 'red' }, 'mcpPage: there is no "colour"'],
    ['a description that is no text', { description: 1 }, 'mcpPage: description must be a text.'],
    ['a URL with a query', { url: 'https://api.example.com/mcp?a=1' }, 'mcpPage: url must be the public URL'],
    ['a URL without https', { url: 'http://api.example.com/mcp' }, 'mcpPage: url must be the public URL'],
    ['a client that is unknown', { clients: ['netscape'] }, 'mcpPage: clients must be an array of some of claude,'],
    ['clients that are no array', { clients: 'claude' }, 'mcpPage: clients must be an array'],
    ['items that are no boolean', { items: 'no' }, 'mcpPage: items must be true or false.'],
    ['a path with a query', { path: '/mcp?a' }, 'mcpPage: path must be a path such as "/mcp"'],
  ])('refuses %s', (_title, options, message) => {
    expect(() => mcpPage(registry, options as McpPageOptions)).toThrow(message);
  });

  it('refuses them in mcpRouter as well', () => {
    const page = { path: '/mcp' } as McpRouterOptions['page'] & object;
    expect(() => mcpRouter(registry, { page })).toThrow('mcpRouter page: there is no "path"');
    expect(() => mcpRouter(registry, { page: 'yes' as unknown as boolean })).toThrow('mcpRouter page: write an object');
  });

  it('needs a registry', () => {
    expect(() => mcpPage(undefined as unknown as typeof registry)).toThrow('mcpPage needs a registry');
  });

  it('says what to write when nothing names the public URL', async () => {
    const errors: unknown[] = [];
    for (const app of [express().use(mcpPage(registry)), express().use(mcpRouter(registry, { page: true }))]) {
      app.use(((error, _req, res, _next) => {
        errors.push(error);
        res.status(500).end();
      }) as express.ErrorRequestHandler);
      await open(app).expect(500);
    }
    expect(errors.map(String)).toEqual([
      expect.stringContaining('mcpPage(registry, { url: "https://api.example.com/mcp" })'),
      expect.stringContaining('mcpRouter(registry, { page: { url: "…" } })'),
    ]);
  });

  it('takes the URL and the path from the options where no mcpAuth is in front', async () => {
    const options = { url: 'https://public.example.com/tools', path: '/tools' };
    const { text } = await open(express().use(mcpPage(registry, options)), browser, '/tools').expect(200);
    expect(text).toContain('https://public.example.com/tools');
    expect(text).not.toContain('<h2>Sign-in</h2>');
  });
});
