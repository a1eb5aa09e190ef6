// express-mcp was conceived from a change to the Python package `http_mcp`: "Raise HTTP 403 with insufficient_scope instead
// of tool/prompt not found on scope failure". Everything it has, we have: one test for each of its behaviours, over the
// transport that it is about.
import { describe, expect, it } from '@jest/globals';
import type { ErrorRequestHandler } from 'express';
import express from 'express';
import type { Response } from 'supertest';
import request from 'supertest';
import {
  createRegistry,
  InsufficientScopeError,
  mcpAuth,
  mcpErrorHandler,
  mcpRouter,
  ToolError,
} from '../lib/index.js';
import type { JsonRpcBody } from './support/dispatching.js';
import { requestOf } from './support/dispatching.js';
import { authOptions, callTool, challengeOf, issuer, metadataUrl, modern, protectedApp } from './support/mcp-app.js';
import { talk } from './support/talking.js';

const limit = 4 * 1024 * 1024;
const longName = 'n'.repeat(5000);

function registryOfTheAncestor() {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' }, { state: { counter: { calls: 0 } } });
  registry.tool('read', { scopes: ['notes:read'] }, () => 'a note');
  registry.tool('hidden', { scopes: ['notes:admin'], visibility: 'granted' }, () => 'secret');
  registry.tool('count', {}, (_args, ctx) => String((ctx.state.counter.calls += 1)));
  registry.tool('tenant', {}, (_args, ctx) => ctx.request?.header('x-tenant') ?? 'no request');
  registry.tool('now', {}, () => 'noon');
  registry.tool('book', {}, () => {
    throw new ToolError('The room is taken');
  });
  registry.tool('break', {}, () => {
    throw new Error('connection to db-7 as root failed');
  });
  registry.prompt('plan', { scopes: ['notes:plan'] }, () => 'Make a plan');
  registry.prompt('hidden-plan', { scopes: ['notes:plan'], visibility: 'granted' }, () => 'Make a secret plan');
  return registry;
}

const app = express();
app.use(mcpAuth(authOptions()), mcpRouter(registryOfTheAncestor(), { onError: () => undefined }), mcpErrorHandler());

async function as(scope: string, headers: Readonly<Record<string, string>> = {}) {
  const Authorization = `Bearer ${await issuer.token({ scope })}`;
  return (method: string, params: Readonly<Record<string, unknown>> = {}) =>
    modern(app, method, params, { Authorization, ...headers });
}

const onStdio = async (method: string, params: Readonly<Record<string, unknown>>) =>
  talk(registryOfTheAncestor(), [requestOf('2026-07-28', method, params)], { scopes: [] });

function namesOf(response: Response, list: string): readonly string[] {
  const { result } = response.body as {
    readonly result: Readonly<Record<string, readonly { readonly name: string }[]>>;
  };
  return (result[list] ?? []).map(({ name }) => name);
}

describe('the ancestor’s behaviour', () => {
  it('a lacking scope is an exception of its own, no server error, and passes through the transport', async () => {
    const reports: unknown[] = [];
    const seen: unknown[] = [];
    const own = express();
    own.use(mcpAuth(authOptions()));
    own.use(mcpRouter(registryOfTheAncestor(), { onError: (error) => reports.push(error) }));
    const watch: ErrorRequestHandler = (error, _req, _res, next) => {
      seen.push(error);
      next(error);
    };
    own.use(watch, mcpErrorHandler());
    expect((await callTool(own, 'read', '')).status).toBe(403);
    expect(seen).toEqual([expect.any(InsufficientScopeError)]);
    expect(reports).toEqual([]);
  });

  it('calling a tool that exists without its scopes is refused, and only one that does not exist is not found', async () => {
    const ask = await as('');
    const refused = await ask('tools/call', { name: 'read' });
    expect(refused.status).toBe(403);
    expect(refused.text).not.toMatch(/unknown|not found/i);
    const absent = await ask('tools/call', { name: 'absent' });
    expect(absent.status).toBe(200);
    expect(absent.text).toContain('Unknown tool');
  });

  it('getting a prompt that exists without its scopes is refused, and only one that does not exist is not found', async () => {
    const ask = await as('');
    const refused = await ask('prompts/get', { name: 'plan' });
    expect(refused.status).toBe(403);
    expect(refused.text).not.toMatch(/unknown|not found/i);
    const absent = await ask('prompts/get', { name: 'absent' });
    expect(absent.status).toBe(200);
    expect(absent.text).toContain('Unknown prompt');
  });

  it('the refusal is HTTP 403 with insufficient_scope in the body', async () => {
    const response = await (await as(''))('tools/call', { name: 'read' });
    expect(response.status).toBe(403);
    expect(response.body).toMatchObject({ error: 'insufficient_scope', scope: 'notes:read' });
  });

  it('WWW-Authenticate has error="insufficient_scope" and resource_metadata', async () => {
    const challenge = challengeOf(await (await as(''))('prompts/get', { name: 'plan' }));
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain(`resource_metadata="${metadataUrl}"`);
  });

  it('on stdio a lacking scope falls back to resource-not-found, with the required scopes in the text', async () => {
    const [answer] = await onStdio('tools/call', { name: 'read' });
    expect(answer?.error).toMatchObject({ code: -32602, data: { requiredScopes: ['notes:read'] } });
    expect(answer?.error?.message).toContain('notes:read');
    const [, legacy] = await talk(
      registryOfTheAncestor(),
      [
        requestOf('2025-06-18', 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: {} }),
        requestOf('2025-06-18', 'tools/call', { name: 'read' }, 2),
      ],
      { scopes: [] },
    );
    expect(legacy?.error).toMatchObject({ code: -32002, data: { requiredScopes: ['notes:read'] } });
  });

  it('handlers share state', async () => {
    const ask = await as('');
    expect((await ask('tools/call', { name: 'count' })).text).toContain('"1"');
    expect((await ask('tools/call', { name: 'count' })).text).toContain('"2"');
  });

  it('handlers have access to the request', async () => {
    const ask = await as('', { 'X-Tenant': 'acme' });
    expect((await ask('tools/call', { name: 'tenant' })).text).toContain('acme');
    const [answer] = await onStdio('tools/call', { name: 'tenant' });
    expect(JSON.stringify(answer)).toContain('no request');
  });

  it('tools need no arguments', async () => {
    const ask = await as('');
    for (const more of [{}, { arguments: {} }]) {
      expect((await ask('tools/call', { name: 'now', ...more })).text).toContain('noon');
    }
    expect((await ask('tools/list')).text).toContain('{"name":"now","inputSchema":{"type":"object"');
  });

  it('the model may read why a tool failed', async () => {
    const response = await (await as(''))('tools/call', { name: 'book' });
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({
      result: { isError: true, content: [{ type: 'text', text: 'The room is taken' }] },
    });
  });

  it('lists can be filtered by scope', async () => {
    const [stranger, admin] = [await as(''), await as('notes:admin notes:plan')];
    expect(namesOf(await stranger('tools/list'), 'tools')).not.toContain('hidden');
    expect(namesOf(await admin('tools/list'), 'tools')).toContain('hidden');
    expect(namesOf(await stranger('prompts/list'), 'prompts')).toEqual(['plan']);
    expect(namesOf(await admin('prompts/list'), 'prompts')).toEqual(['plan', 'hidden-plan']);
    expect((await stranger('tools/call', { name: 'hidden' })).status).toBe(403);
  });

  it('a message has at most 4 MiB on HTTP', async () => {
    const headers = { Authorization: `Bearer ${await issuer.token()}`, 'Content-Type': 'application/json' };
    const response = await request(app)
      .post('/mcp')
      .set(headers)
      .send(' '.repeat(limit + 1));
    expect(response.status).toBe(413);
  });

  it('a message has at most 4 MiB on stdio', async () => {
    const answers = await talk(registryOfTheAncestor(), [
      `${' '.repeat(limit + 1)}\n`,
      requestOf('2026-07-28', 'tools/call', { name: 'now' }),
    ]);
    expect(answers).toMatchObject([{ error: { message: /larger than 4194304 bytes/ } }, { id: 1, result: {} }]);
  });

  it('length and characters of a token are checked before it is verified', async () => {
    const verified: string[] = [];
    const verifier = {
      verify: (token: string) => {
        verified.push(token);
        return Promise.resolve({ subject: 'user-1', clientId: '', scopes: [], claims: {} });
      },
    };
    const own = protectedApp({ auth: { verifier, maxTokenLength: 8192 } });
    const statusOf = async (token: string) =>
      (await modern(own, 'tools/list', {}, { Authorization: `Bearer ${token}` })).status;
    expect(await statusOf('a'.repeat(8193))).toBe(401);
    expect(await statusOf('a"b')).toBe(401);
    expect(await statusOf('a\u00e9b')).toBe(401);
    expect(verified).toEqual([]);
    expect(await statusOf('a'.repeat(8192))).toBe(200);
    expect(verified).toHaveLength(1);
  });

  it('header values are safe against injection', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('read', { scopes: (args) => [String(args['scope'])] }, () => 'a note');
    const own = express().use(mcpRouter(registry, { onError: () => undefined }), mcpErrorHandler());
    for (const scope of ['a", error="none', 'a\r\nSet-Cookie: b=c', 'a\\', 'a\u2028b', 'ü']) {
      const response = await modern(own, 'tools/call', { name: 'read', arguments: { scope } });
      expect(response.headers).not.toHaveProperty('set-cookie');
      expect(challengeOf(response) ?? '').not.toMatch(/error="none|[^\x20-\x7E]/);
    }
    const unknown = await modern(
      own,
      'tools/call',
      { name: 'a\r\nSet-Cookie: b=c' },
      { 'Mcp-Name': '=?base64?YQ==?=' },
    );
    expect(unknown.headers).not.toHaveProperty('set-cookie');
  });

  it('every answer has the security headers', async () => {
    const ask = await as('');
    const answers = await Promise.all([
      ask('tools/list'),
      ask('tools/call', { name: 'read' }),
      ask('tools/call', { name: 'absent' }),
      ask('no/such/method'),
      modern(app, 'tools/list'),
      request(app).get('/mcp'),
      request(app).post('/mcp').send('nonsense'),
    ]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    }
  });

  it('internal errors have fixed texts', async () => {
    const response = await (await as(''))('tools/call', { name: 'break' });
    expect(response.text).toMatch(/Internal error\. Reference: [\da-f-]{36}/);
    expect(response.text).not.toMatch(/db-7|root/);
  });

  it('names are cut to 100 characters in error messages', async () => {
    const ask = await as('');
    for (const [method, params] of [
      ['tools/call', { name: longName }],
      ['prompts/get', { name: longName }],
      [longName, {}],
    ] as const) {
      const answer = (await ask(method, params)).body as JsonRpcBody;
      expect(answer.error?.message).toContain(`"${'n'.repeat(100)}…"`);
    }
  });

  it('other methods get 405 with Allow, and other media types 415', async () => {
    const headers = { Authorization: `Bearer ${await issuer.token()}` };
    const wrongMethod = await request(app).get('/mcp').set(headers);
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers).toMatchObject({ allow: 'POST' });
    const wrongType = await request(app).post('/mcp').set(headers).type('text/plain').send('{}');
    expect(wrongType.status).toBe(415);
  });
});
