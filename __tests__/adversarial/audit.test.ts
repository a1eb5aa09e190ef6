// Records of calls that could not be decided reach the operator, and callers cannot forge lines of a log.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { AccessDecision, McpAuthOptions, McpRouter, McpRouterOptions } from '../../lib/index.js';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter, mcpScopes } from '../../lib/index.js';
import express from 'express';
import { requestOf } from '../support/dispatching.js';
import { authOptions, issuer, modern } from '../support/mcp-app.js';

const json = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };
const bearer = async (scope = '') => ({ Authorization: `Bearer ${await issuer.token({ scope, subject: 'ada' })}` });
const boom = (): never => {
  throw new Error('the database is away');
};

function heardApp(more: { auth?: Partial<McpAuthOptions>; router?: McpRouterOptions } = {}) {
  const decisions: AccessDecision[] = [];
  const reports: { method: string; target?: string | undefined }[] = [];
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('open', {}, () => 'open');
  registry.tool('broken', { policy: boom }, () => '');
  registry.tool('hidden', { policy: boom, visibility: 'concealed' }, () => '');
  registry.tool('area', { inputSchema: { type: 'object' }, scopes: ({ area }) => `reports:${String(area)}` }, () => '');
  registry.prompt('greet', {}, () => 'Hello');
  registry.resourceTemplate('notes://{+path}', {}, () => boom());
  const app = express().set('env', 'test');
  const router = mcpRouter(registry, { onError: (_error, report) => reports.push(report), ...more.router });
  app.use(
    mcpAuth(authOptions({ onDecision: (decision) => void decisions.push(decision), ...more.auth })),
    router,
    mcpErrorHandler(),
  );
  return { app, decisions, reports, router };
}

/** Compares the numbers of an endpoint with the decisions about calls that its app heard of. */
function expectCounted(router: McpRouter, decisions: readonly AccessDecision[]): void {
  const counts: Record<string, number> = {};
  for (const { stage, code = 'accepted' } of decisions) {
    if (stage === 'authorization') counts[code] = (counts[code] ?? 0) + 1;
  }
  expect(router.stats().decisions).toEqual(counts);
}

const refused = { stage: 'authorization', outcome: 'refused', subject: 'ada' };

describe('a call that nothing can be decided about leaves one refusal', () => {
  it.each<[string, string, Readonly<Record<string, unknown>>, Partial<AccessDecision>]>([
    [
      'an unknown tool',
      'tools/call',
      { name: 'gone' },
      { code: 'invalid_params', target: { kind: 'tool', name: 'gone' }, reason: 'Unknown tool: "gone"' },
    ],
    [
      'an unknown prompt',
      'prompts/get',
      { name: 'gone' },
      { code: 'invalid_params', target: { kind: 'prompt', name: 'gone' } },
    ],
    [
      'an unknown resource',
      'resources/read',
      { uri: 'gone://x' },
      { code: 'resource_not_found', target: { kind: 'resource', name: 'gone://x' } },
    ],
    ['an unknown method', 'notes/purge', {}, { code: 'method_not_found', target: undefined }],
    ['a name that is none', 'tools/call', { name: { evil: true } }, { code: 'invalid_params', target: undefined }],
    [
      'arguments that are none',
      'tools/call',
      { name: 'open', arguments: [1] },
      { code: 'invalid_params', target: { kind: 'tool', name: 'open' } },
    ],
    [
      'a policy that fails',
      'tools/call',
      { name: 'broken' },
      {
        code: 'internal_error',
        target: { kind: 'tool', name: 'broken' },
        cause: expect.objectContaining({ message: 'the database is away' }),
      },
    ],
    [
      'a policy that fails and conceals',
      'tools/call',
      { name: 'hidden' },
      {
        code: 'concealed',
        target: { kind: 'tool', name: 'hidden' },
        cause: expect.objectContaining({ message: 'the database is away' }),
      },
    ],
    [
      'a scope that can be none',
      'tools/call',
      { name: 'area', arguments: { area: 'a b' } },
      { code: 'invalid_params', target: { kind: 'tool', name: 'area' } },
    ],
    [
      'a completion of nothing',
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'gone' }, argument: { name: 'a', value: '' } },
      { code: 'method_not_found', target: { kind: 'prompt', name: 'gone' } },
    ],
  ])('%s', async (_what, method, params, expected) => {
    const { app, decisions, router } = heardApp();
    await modern(app, method, params, await bearer());
    expect(decisions).toMatchObject([{ stage: 'authentication' }, { ...refused, method, ...expected }]);
    expectCounted(router, decisions);
  });

  it.each<[string, unknown, Readonly<Record<string, string>>, Partial<AccessDecision>]>([
    ['no message', { jsonrpc: '1.0', id: 1, method: 'ping' }, {}, { code: 'invalid_message', method: undefined }],
    ['no JSON', '{', {}, { code: 'parse_error' }],
    ['too deep', '['.repeat(100), {}, { code: 'message_too_deep' }],
    [
      'a version that is not spoken',
      requestOf('2026-07-28', 'ping'),
      { 'MCP-Protocol-Version': '1999-01-01', 'Mcp-Method': 'ping' },
      { code: 'header_mismatch', method: 'ping' },
    ],
    [
      'another method in the header',
      requestOf('2026-07-28', 'ping'),
      { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/list' },
      { code: 'header_mismatch', method: 'ping' },
    ],
    [
      'another tool in the header',
      requestOf('2026-07-28', 'tools/call', { name: 'open' }),
      { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': 'tools/call', 'Mcp-Name': 'other' },
      { code: 'header_mismatch', target: { kind: 'tool', name: 'open' } },
    ],
    [
      'a batch of a revision without',
      [{ jsonrpc: '2.0', id: 1, method: 'ping' }],
      { 'MCP-Protocol-Version': '2025-06-18' },
      { code: 'invalid_message' },
    ],
    [
      'an Origin that may not',
      requestOf('2026-07-28', 'ping'),
      { Origin: 'https://evil.example' },
      { code: 'forbidden_origin' },
    ],
    [
      "a session that is somebody else's",
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { 'MCP-Protocol-Version': '2025-06-18', 'Mcp-Session-Id': 'stolen' },
      { code: 'session_not_found' },
    ],
  ])('%s', async (_what, body, headers, expected) => {
    const { app, decisions, router } = heardApp({ router: { sessions: 'Mcp-Session-Id' in headers } });
    await request(app)
      .post('/mcp')
      .set({ ...json, ...headers, ...(await bearer()) })
      .send(body as object);
    expect(decisions).toMatchObject([{ stage: 'authentication' }, { ...refused, ...expected }]);
    expectCounted(router, decisions);
  });

  it.each([
    ['GET', 405],
    ['PUT', 405],
  ])('but a wrong way of asking is none: %s', async (method, status) => {
    const { app, decisions, router } = heardApp();
    const client = request(app);
    const response = await (method === 'GET' ? client.get('/mcp') : client.put('/mcp')).set(await bearer());
    expect(response.status).toBe(status);
    expect(decisions).toMatchObject([{ stage: 'authentication', outcome: 'accepted' }]);
    expectCounted(router, decisions);
  });

  it('each for itself in a batch, and nothing of notifications', async () => {
    const { app, decisions, router } = heardApp();
    const messages = [
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'open' } },
      { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'gone' } },
      { jsonrpc: '2.0', id: 3, method: 'notes/purge' },
      { jsonrpc: '2.0', id: 4 },
      { jsonrpc: '2.0', id: 5, method: 'initialize', params: {} },
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } },
      { jsonrpc: '2.0', id: 6, method: 'tools/call', params: { name: 'broken' } },
    ];
    await request(app)
      .post('/mcp')
      .set({ ...json, 'MCP-Protocol-Version': '2025-03-26', ...(await bearer()) })
      .send(messages);
    expect(decisions.slice(1)).toMatchObject([
      { outcome: 'accepted', target: { name: 'open' } },
      { ...refused, code: 'invalid_params', target: { name: 'gone' } },
      { ...refused, code: 'method_not_found', method: 'notes/purge' },
      { ...refused, code: 'invalid_message', method: undefined },
      { ...refused, code: 'invalid_message', method: undefined },
      { ...refused, code: 'internal_error', target: { name: 'broken' } },
    ]);
    expectCounted(router, decisions);
  });

  it('is on record before it is answered, also on the channel, and is refused where the record fails', async () => {
    const heard: unknown[] = [];
    const listener = (decision: unknown): void => void heard.push(decision);
    subscribe('express-mcp:decision', listener);
    try {
      const isLost = ({ code }: AccessDecision): boolean => code === 'invalid_params';
      const { app } = heardApp({
        auth: { onDecision: (decision) => (isLost(decision) ? boom() : undefined), onError: () => undefined },
      });
      const response = await modern(app, 'tools/call', { name: 'gone' }, await bearer());
      expect([response.status, (response.body as { error: unknown }).error]).toEqual([500, 'server_error']);
      expect(heard).toContainEqual(
        expect.objectContaining({ code: 'invalid_params', target: { kind: 'tool', name: 'gone' } }),
      );
    } finally {
      unsubscribe('express-mcp:decision', listener);
    }
  });

  it('of mcpScopes as well', async () => {
    const decisions: AccessDecision[] = [];
    const app = express().set('env', 'test');
    app.use(mcpAuth(authOptions({ onDecision: (decision) => void decisions.push(decision) })));
    app.post(
      '/mcp',
      mcpScopes({ tools: { area: ({ area }) => `reports:${String(area)}` } }),
      (_req, res) => void res.json({}),
    );
    app.use(mcpErrorHandler());
    for (const params of [{ name: 'area', arguments: { area: 'a b' } }, { name: 7 }]) {
      await request(app)
        .post('/mcp')
        .set({ ...json, ...(await bearer()) })
        .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
      expect(decisions.at(-1)).toMatchObject({ ...refused, code: 'invalid_message' });
    }
  });
});

describe('a text that a caller wrote', () => {
  const forged = 'x\n2026-11-27 accepted admin\u202e\u009b31m\u2028\ud800\u0007';
  const clean = /^[^\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]{0,2100}$/u;
  const long = `${forged}${'y'.repeat(1_000_000)}`;

  it.each([
    ['tools/call', { name: long }],
    ['tools/call', { name: forged }],
    ['prompts/get', { name: long }],
    ['resources/read', { uri: `notes://${long}` }],
    ['resources/read', { uri: `other://${long}` }],
    [long, {}],
    ['completion/complete', { ref: { type: 'ref/resource', uri: long }, argument: { name: 'a', value: '' } }],
  ])('is short and plain in decisions and reports (%#)', async (method, params) => {
    const { app, decisions, reports } = heardApp();
    const headers = { ...json, ...(await bearer()) };
    const body = { jsonrpc: '2.0', id: 1, method, params };
    const response = await request(app).post('/mcp').set(headers).send(body);
    expect([response.status, decisions.length]).toEqual([expect.any(Number), 2]);
    for (const { method: name = '', target, reason = '' } of decisions) {
      for (const text of [name, target?.name ?? '', reason]) expect(text).toMatch(clean);
    }
    for (const report of reports) {
      for (const text of [report.method, report.target ?? '']) expect(text).toMatch(clean);
    }
    expect(response.text.length).toBeLessThan(6000);
  });
});
