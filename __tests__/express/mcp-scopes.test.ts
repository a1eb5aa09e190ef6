import { describe, expect, it } from '@jest/globals';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { McpServer as OldServer, ResourceTemplate as OldTemplate } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import type { RequestHandler } from 'express';
import express from 'express';
import type { Response } from 'supertest';
import request from 'supertest';
import { z } from 'zod';
import type { AccessDecision, McpAuthOptions, McpScopesOptions } from '../../lib/index.js';
import { anyOf, mcpAuth, mcpErrorHandler, mcpScopes } from '../../lib/index.js';
import { expectChallenge } from '../../lib/testing/index.js';
import { authOptions, challengeOf, issuer, metadataUrl, modern } from '../support/mcp-app.js';

/** The official SDK 1.x, as its documentation has it. */
const oldSdk: RequestHandler = async (req, res) => {
  const server = new OldServer({ name: 'old', version: '1.0.0' });
  server.registerTool('read', { inputSchema: {} }, (_args, { authInfo }) => ({
    content: [{ type: 'text', text: `read by ${authInfo?.clientId ?? 'nobody'}` }],
  }));
  server.registerTool('open', { inputSchema: {} }, () => ({ content: [{ type: 'text', text: 'open' }] }));
  server.registerResource('secret', 'https://host.example/secret', {}, (uri) => ({
    contents: [{ uri: uri.href, text: 'the secret' }],
  }));
  server.registerResource('note', new OldTemplate('notes://{id}', { list: undefined }), {}, (uri) => ({
    contents: [{ uri: uri.href, text: 'a note' }],
  }));
  server.registerPrompt('sum', { argsSchema: { style: z.string() } }, () => ({
    messages: [{ role: 'user', content: { type: 'text', text: 'sum' } }],
  }));
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  // The types of SDK 1.x do not know exactOptionalPropertyTypes.
  await server.connect(transport);
  await transport.handleRequest(req, res, req.body);
};

/** The official SDK 2.x. */
const handler = toNodeHandler(
  createMcpHandler(() => {
    const server = new McpServer({ name: 'new', version: '1.0.0' });
    server.registerTool('read', {}, ({ http }) => ({
      content: [{ type: 'text', text: `read by ${http?.authInfo?.clientId ?? 'nobody'}` }],
    }));
    server.registerTool('open', {}, () => ({ content: [{ type: 'text', text: 'open' }] }));
    return server;
  }),
);
const newSdk: RequestHandler = async (req, res) => handler(req, res, req.body);

const rules: McpScopesOptions = {
  tools: { read: ['notes:read'] },
  prompts: { sum: ['notes:read'] },
  resources: { 'https://host.example/secret': ['notes:secret'], 'notes://{id}': ['notes:read'] },
};

function appWith(behind: RequestHandler, options: McpScopesOptions = rules, auth: Partial<McpAuthOptions> = {}) {
  const app = express();
  app.all('/mcp', mcpAuth(authOptions(auth)), mcpScopes(options), behind);
  return app.use(mcpErrorHandler());
}

const bearer = async (scope: string) => ({
  Authorization: `Bearer ${await issuer.token({ scope, clientId: 'cli' })}`,
});

/** Sends any JSON to the endpoint in the revision 2025-06-18. */
async function send(app: express.Express, scope: string, body: unknown): Promise<Response> {
  return request(app)
    .post('/mcp')
    .set({
      ...(await bearer(scope)),
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      'MCP-Protocol-Version': '2025-06-18',
    })
    .send(JSON.stringify(body));
}

const call = (method: string, params: object) => ({ jsonrpc: '2.0', id: 1, method, params });

describe.each([
  ['1.x', oldSdk],
  ['2.x', newSdk],
])('in front of the official SDK %s, mcpScopes', (_version, behind) => {
  it('answers 403 for each tool, with a challenge that leads to more scopes', async () => {
    const response = await send(appWith(behind), 'other', call('tools/call', { name: 'read', arguments: {} }));
    expect(response.status).toBe(403);
    expect(challengeOf(response)).toBe(
      `Bearer resource_metadata="${metadataUrl}", error="insufficient_scope", scope="notes:read other", ` +
        `error_description="Insufficient scope for tool 'read': requires notes:read"`,
    );
  });

  it('lets pass what is allowed, and its handlers see who is calling', async () => {
    const app = appWith(behind);
    const read = await send(app, 'notes:read', call('tools/call', { name: 'read', arguments: {} }));
    expect(read.text).toContain('read by cli');
    expect((await send(app, '', call('tools/call', { name: 'open', arguments: {} }))).text).toContain('open');
    expect((await send(app, '', call('tools/list', {}))).text).toContain('"name":"read"');
  });

  it('asks once for the scopes of the endpoint and of the tool', async () => {
    const app = appWith(behind, rules, { requiredScopes: ['mcp'] });
    const response = await send(app, '', call('tools/call', { name: 'read', arguments: {} }));
    expectChallenge(response, { error: 'insufficient_scope', scope: 'mcp notes:read' });
    expect(
      (
        await request(app)
          .get('/mcp')
          .set(await bearer(''))
      ).status,
    ).toBe(403);
    expect((await send(app, 'mcp notes:read', call('tools/call', { name: 'read', arguments: {} }))).status).toBe(200);
  });
});

describe('mcpScopes', () => {
  const reached: RequestHandler = (req, res) => {
    res.json({ reached: true, body: req.body as unknown });
  };

  it.each<[string, unknown]>([
    ['a prompt', call('prompts/get', { name: 'sum' })],
    ['a completion for a prompt', call('completion/complete', { ref: { type: 'ref/prompt', name: 'sum' } })],
    ['a completion of no type', call('completion/complete', { ref: { name: 'sum' } })],
    ['a resource', call('resources/read', { uri: 'https://host.example/secret' })],
    ['a resource in another spelling', call('resources/read', { uri: 'HTTPS://HOST.example:443/a/../secret' })],
    ['a resource by its template', call('resources/read', { uri: 'notes://1' })],
    [
      'a completion for a template',
      call('completion/complete', { ref: { type: 'ref/resource', uri: 'notes://{id}' } }),
    ],
    ['a subscription', call('resources/subscribe', { uri: 'notes://1' })],
    ['an end of a subscription', call('resources/unsubscribe', { uri: 'notes://1' })],
    ['a skill', call('skills/get', { uri: 'notes://1' })],
    ['a folder of a skill', call('resources/directory/read', { uri: 'notes://1' })],
    ['a stream of changes', call('subscriptions/listen', { notifications: { resourceSubscriptions: ['notes://1'] } })],
    ['a notification', { jsonrpc: '2.0', method: 'tools/call', params: { name: 'read' } }],
    ['what is not quite JSON-RPC', { method: 'tools/call', params: { name: 'read' } }],
    ['a batch', [call('ping', {}), call('tools/call', { name: 'read' })]],
  ])('refuses %s without the scopes', async (_what, body) => {
    expect((await send(appWith(reached), 'mcp', body)).status).toBe(403);
    expect((await send(appWith(reached), 'notes:read notes:secret', body)).body).toEqual({ reached: true, body });
  });

  it.each<[string, unknown]>([
    ['a list', call('tools/list', {})],
    ['an unknown tool', call('tools/call', { name: 'absent' })],
    ['a name of every object', call('tools/call', { name: 'constructor' })],
    ['something else', 'hello'],
    ['nothing', null],
  ])('has no opinion on %s, unless there is a rule for everything', async (_what, body) => {
    expect((await send(appWith(reached), '', body)).body).toEqual({ reached: true, body });
  });

  it.each<[string, unknown]>([
    ['a name in an array', call('tools/call', { name: ['read'] })],
    ['a name that is a number', call('tools/call', { name: 7 })],
    ['no name', call('tools/call', {})],
    ['params in an array', call('tools/call', [])],
    ['no params', { jsonrpc: '2.0', id: 1, method: 'prompts/get' }],
    ['a method in an array', { jsonrpc: '2.0', id: 1, method: ['tools/call'], params: { name: 'read' } }],
    ['a URI in an array', call('resources/read', { uri: ['notes://1'] })],
    ['a completion for a name in an array', call('completion/complete', { ref: { name: ['read'] } })],
    [
      'a subscription to a URI in an array',
      call('subscriptions/listen', { notifications: { resourceSubscriptions: [['x']] } }),
    ],
    ['one of a batch', [call('ping', {}), call('tools/call', { name: { toString: 'read' } })]],
  ])('refuses %s, which a server behind may take for a text', async (_what, body) => {
    const response = await send(appWith(reached), 'mcp notes:read notes:secret', body);
    expect([response.status, response.body]).toMatchObject([400, { error: { code: -32600 } }]);
  });

  it('applies the rule for everything else to whatever is not named', async () => {
    const app = appWith(reached, { tools: { '*': ['notes:admin'], open: [] }, resources: { '*': ['notes:admin'] } });
    for (const body of [call('tools/call', { name: 'absent' }), call('resources/read', { uri: 'x://y' })]) {
      expect((await send(app, '', body)).status).toBe(403);
    }
    expect((await send(app, '', call('tools/call', { name: 'open' }))).status).toBe(200);
  });

  it('lets GET and DELETE through, whose sessions were opened by a POST', async () => {
    const app = appWith(reached);
    expect(
      (
        await request(app)
          .get('/mcp')
          .set(await bearer(''))
      ).body,
    ).toEqual({ reached: true });
    expect(
      (
        await request(app)
          .delete('/mcp')
          .set(await bearer(''))
      ).body,
    ).toEqual({ reached: true });
  });

  it('knows every kind of rule', async () => {
    const app = appWith(reached, {
      tools: {
        either: anyOf('a', 'b'),
        tenant: ({ tenant }) => [`tenant:${String(tenant)}`],
        closed: { policy: () => 'Closed today' },
        strong: { scopes: ['a'], authentication: { acr: 'gold' } },
        broken: () => {
          throw new Error('secret-text');
        },
      },
    });
    const answer = async (name: string, scope: string, args = {}) =>
      send(app, scope, call('tools/call', { name, arguments: args }));
    expect((await answer('either', 'b')).status).toBe(200);
    expectChallenge(await answer('either', ''), { scope: 'a' });
    expectChallenge(await answer('tenant', '', { tenant: 'acme' }), { scope: 'tenant:acme' });
    expect((await answer('closed', 'a')).body).toMatchObject({ error_description: 'Closed today' });
    expect((await answer('strong', 'a')).status).toBe(401);
    // Express logs unknown errors unless it is being tested.
    app.set('env', 'test');
    app.use(((_error, _req, res, _next) => {
      res.status(500).end();
    }) as express.ErrorRequestHandler);
    const broken = await answer('broken', 'a');
    expect(broken.status).toBe(500);
  });

  it('fails closed without mcpAuth in front', async () => {
    const app = express().use(mcpScopes(rules), reached).use(mcpErrorHandler());
    expect((await modern(app, 'tools/call', { name: 'read' })).status).toBe(403);
    expect((await modern(app, 'tools/call', { name: 'open' })).status).toBe(200);
    const below = express().use('/mcp', mcpScopes(rules), reached).use(mcpErrorHandler());
    expect(
      (
        await request(below)
          .post('/mcp/x')
          .send(call('tools/call', { name: 'read' }))
      ).status,
    ).toBe(403);
  });

  it('leaves other requests alone, with their bodies', async () => {
    const app = express().use(mcpAuth(authOptions()), mcpScopes(rules));
    app.post('/notes', express.json(), reached);
    const body = call('tools/call', { name: 'read' });
    expect((await request(app).post('/notes').send(body)).body).toEqual({ reached: true, body });
  });

  it('refuses what it cannot read, and never lets it pass unread', async () => {
    const app = appWith(reached, { ...rules, maxBodyBytes: 100 });
    const post = async (type: string, text: string) =>
      request(app)
        .post('/mcp')
        .set(await bearer(''))
        .set('Content-Type', type)
        .send(text);
    expect((await post('application/json', '{')).status).toBe(400);
    expect((await post('text/plain', 'method=tools/call')).status).toBe(400);
    expect((await post('application/json', JSON.stringify(call('x', { pad: 'x'.repeat(100) })))).status).toBe(413);
    const disguised = await post('text/plain; x=application/json', '{"method":"tools/call","params":{"name":"read"}}');
    expect(disguised.status).toBe(403);
  });

  it('does not decide about more than anybody asks for at once', async () => {
    const resourceSubscriptions = Array.from({ length: 1001 }, (_, index) => `notes://${String(index)}`);
    const listen = await send(
      appWith(reached),
      '',
      call('subscriptions/listen', { notifications: { resourceSubscriptions } }),
    );
    expect(listen.status).toBe(400);
    expect(listen.text).toContain('at most 1000 resources');
    const batch = await send(
      appWith(reached),
      '',
      Array.from({ length: 101 }, () => call('ping', {})),
    );
    expect(batch.status).toBe(400);
    expect(batch.text).toContain('at most 100 messages');
    const half = { notifications: { resourceSubscriptions: resourceSubscriptions.slice(0, 501) } };
    const together = await send(appWith(reached), '', [
      call('subscriptions/listen', half),
      call('subscriptions/listen', half),
    ]);
    expect(together.status).toBe(400);
    expect(together.text).toContain('a batch names at most 1000 resources');
  });

  it('is on record like any other decision', async () => {
    const decisions: AccessDecision[] = [];
    const app = appWith(reached, rules, { onDecision: (decision) => decisions.push(decision) });
    await send(app, 'notes:read', call('tools/call', { name: 'read' }));
    await send(app, '', call('tools/call', { name: 'read' }));
    expect(decisions.filter(({ stage }) => stage === 'authorization')).toMatchObject([
      { outcome: 'accepted', method: 'tools/call', target: { kind: 'tool', name: 'read' } },
      { outcome: 'refused', code: 'insufficient_scope', target: { kind: 'tool', name: 'read' } },
    ]);
  });

  it.each<[object, string]>([
    [{ tool: {} }, 'there is no "tool"'],
    [{ tools: ['read'] }, 'tools must be an object of scopes by name'],
    [{ tools: { read: ['a b'] } }, 'mcpScopes tool "read"'],
    [{ tools: { read: { scope: ['a'] } } }, 'scopes must be a scope'],
    [{ tools: { read: { scopes: ['a'], visibility: 'concealed' } } }, 'there is no "visibility"'],
    [{ resources: { 'notes://{': ['a'] } }, 'notes://{'],
    [{ maxBodyBytes: 0 }, 'maxBodyBytes must be a whole number'],
    [{ path: 'mcp' }, 'path must be a path'],
  ])('refuses the options %j', (options, message) => {
    expect(() => mcpScopes(options as McpScopesOptions)).toThrow(message);
  });
});
