// Requests over real sockets, as clients and intermediaries write them; the cases are data in this folder.
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { Door } from '../support/doors.js';
import { byDoor } from '../support/doors.js';
import { requestOf } from '../support/dispatching.js';
import type { ProtocolVersion } from '../../lib/server/revisions/revision.js';
import { parseMessage } from '../../lib/jsonrpc/parse-message.js';
import { sendRaw } from '../support/listening.js';
import { authOptions, issuer } from '../support/mcp-app.js';
import type { WildCase } from './cases.js';
import { readCases, titled } from './cases.js';

interface HeaderCase extends WildCase {
  /** `{token}` and `{other}` are replaced by tokens. */
  readonly headers: readonly string[];
  /** The body; without it, a legacy `tools/list`. */
  readonly body?: 'initialize' | 'modern';
  readonly status: number;
  /** A number for JSON-RPC, a text for OAuth. */
  readonly error?: number | string;
}

interface NullCase extends WildCase {
  readonly version: ProtocolVersion;
  readonly message: { readonly method: string; readonly params: Readonly<Record<string, unknown>> | null };
  readonly expects: number | 'isError' | 'result';
}

function wildRegistry() {
  const registry = createRegistry({ name: 'wild', version: '1.0.0' });
  const note = { type: 'string' } as const;
  registry.tool('run', {}, () => 'ran');
  registry.tool('open', {}, () => 'open');
  registry.tool('optional', { inputSchema: { type: 'object', properties: { note } } }, () => 'ran');
  registry.tool('needs', { inputSchema: { type: 'object', properties: { note }, required: ['note'] } }, () => 'ran');
  registry.tool(
    'nullable',
    { inputSchema: { type: 'object', properties: { note: { type: ['string', 'null'] } } } },
    () => 'ran',
  );
  registry.tool('asks', {}, (_args, ctx) =>
    ctx.inputResponses === undefined
      ? ctx.inputRequired({
          requests: {
            who: {
              method: 'elicitation/create',
              params: { message: 'Who?', requestedSchema: { type: 'object', properties: {} } },
            },
          },
        })
      : 'ran',
  );
  registry.prompt('free', {}, () => 'text');
  registry.prompt(
    'summary',
    { arguments: { style: {}, topic: { required: true, complete: () => ['a'] } } },
    () => 'text',
  );
  registry.resource('a://b', {}, () => 'x');
  return registry;
}

interface Wild {
  readonly origins?: readonly string[];
  readonly parses?: boolean;
  readonly sessions?: boolean;
}

function wildApp({ origins = ['https://app.example'], parses = false, sessions = false }: Wild = {}): Door {
  const app = express();
  if (parses) app.use(express.json({ limit: '5mb' }));
  const guard = mcpAuth(authOptions({ allowAnonymous: true, cors: origins }));
  const router = mcpRouter(wildRegistry(), { allowedOrigins: origins, sessions, onError: () => undefined });
  app.use(guard, router);
  app.use(mcpErrorHandler());
  return parses ? app : byDoor(app, guard, router);
}

const [app, inSessions] = [wildApp(), wildApp({ sessions: true })];

interface RawAnswer {
  readonly status: number;
  readonly head: string;
  /** Null for a body that is not JSON. */
  readonly json: unknown;
}

async function post(to: Door, headers: readonly string[], body: string, method = 'POST'): Promise<RawAnswer> {
  const lines = [
    `${method} /mcp HTTP/1.1`,
    ...['Host: api.example.com', 'Connection: close', ...headers],
    `Content-Length: ${String(Buffer.byteLength(body))}`,
  ];
  const answer = await sendRaw(to, `${lines.join('\r\n')}\r\n\r\n${body}`);
  const end = answer.indexOf('\r\n\r\n');
  const head = answer.slice(0, end);
  const text = /\{.*\}/s.exec(answer.slice(end))?.[0] ?? 'null';
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, json: JSON.parse(text) as unknown };
}

const token = await issuer.token();
const other = await issuer.token({ subject: 'eve' });
const usual = ['Content-Type: application/json', 'Accept: application/json, text/event-stream'];
const bodies = {
  list: { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} },
  initialize: {
    ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  },
  modern: requestOf('2026-07-28', 'tools/call', { name: 'run' }),
};

describe('header fields as they are sent', () => {
  it.each(titled(readCases('headers.json') as readonly HeaderCase[]))('%s', async (_title, wild) => {
    const headers = wild.headers.map((line) => line.replaceAll('{token}', token).replaceAll('{other}', other));
    const { status, json } = await post(app, headers, JSON.stringify(bodies[wild.body ?? 'list']));
    expect(status).toBe(wild.status);
    if (typeof wild.error === 'number') expect(json).toMatchObject({ error: { code: wild.error } });
    else if (wild.error !== undefined) expect(json).toMatchObject({ error: wild.error });
    if (wild.error === -32022) {
      expect(json).toMatchObject({
        error: { data: { supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'] } },
      });
    }
    if (status === 200) expect(json).toHaveProperty('result');
  });

  it('name a session, however often they do', async () => {
    const begun = await post(inSessions, usual, JSON.stringify(bodies.initialize));
    const id = /^mcp-session-id: (.*)$/im.exec(begun.head)?.[1] ?? '';
    expect(id).not.toBe('');
    const ask = async (...lines: readonly string[]) =>
      (await post(inSessions, [...usual, ...lines], JSON.stringify(bodies.list))).status;
    const own = `Mcp-Session-Id: ${id}`;
    expect(await ask(own)).toBe(200);
    expect(await ask(own, own)).toBe(200);
    expect(await ask(`Mcp-Session-Id: ${id}, ${id},${id}`)).toBe(200);
    expect(await ask('Mcp-Session-Id: undefined')).toBe(404);
    const unlike = await post(inSessions, [...usual, own, 'Mcp-Session-Id: other'], JSON.stringify(bodies.list));
    const message = 'Invalid request: send one Mcp-Session-Id, not several different ones';
    expect(unlike).toMatchObject({ status: 400, json: { error: { code: -32600, message } } });
  });
});

describe('null', () => {
  it.each(titled(readCases('nulls.json') as readonly NullCase[]))(
    '%s',
    async (_title, { version, message, expects }) => {
      const { method, params, ...more } = message;
      const sent =
        version === '2026-07-28'
          ? { ...requestOf(version, method, params ?? {}), ...more }
          : { jsonrpc: '2.0', id: 1, method, params, ...more };
      const name = params?.['name'] ?? params?.['uri'];
      const mirrors = version === '2026-07-28' ? [`Mcp-Method: ${method}`] : [];
      if (version === '2026-07-28' && typeof name === 'string') mirrors.push(`Mcp-Name: ${name}`);
      const lines = [...usual, `MCP-Protocol-Version: ${version}`, ...mirrors];
      const { json } = await post(app, lines, JSON.stringify(sent));
      if (typeof expects === 'number') expect(json).toMatchObject({ error: { code: expects } });
      else expect(json).toHaveProperty('result');
      if (expects === 'isError') expect(json).toMatchObject({ result: { isError: true } });
      if (expects === 'result') expect(json).not.toHaveProperty('result.isError');
    },
  );

  it('as the id makes a notification of what is one, and no request', async () => {
    const send = (method: string) =>
      post(
        app,
        [...usual, 'MCP-Protocol-Version: 2025-11-25'],
        JSON.stringify({ jsonrpc: '2.0', id: null, method, params: null }),
      );
    expect((await send('notifications/initialized')).status).toBe(202);
    expect(await send('ping')).toMatchObject({ status: 400, json: { error: { code: -32600 } } });
  });

  it('beside the result of a response, or its error, is as absent', () => {
    const read = (outcome: object) => parseMessage({ jsonrpc: '2.0', id: 1, ...outcome });
    const error = { code: -1, message: 'x' };
    expect(read({ result: {}, error: null })).toEqual({ kind: 'response', id: 1, outcome: { result: {} } });
    expect(read({ result: null, error })).toEqual({ kind: 'response', id: 1, outcome: { error } });
    expect(read({ method: null, result: {} })).toEqual({ kind: 'response', id: 1, outcome: { result: {} } });
    expect(read({ result: {}, error })).toMatchObject({ kind: 'invalid' });
    expect(read({ error: null })).toMatchObject({ kind: 'invalid' });
  });
});

describe('an origin that is allowed', () => {
  const header = (head: string, name: string): string | undefined =>
    new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1];
  it.each([
    ...[
      'vscode-file://vscode-app',
      'vscode-webview://1a2b',
      'chrome-extension://abcdefghijklmnop',
      'moz-extension://1-2',
    ],
    ...['safari-web-extension://A-B', 'app://obsidian.md', 'app://.', 'tauri://localhost', 'http://tauri.localhost'],
    ...['capacitor://localhost', 'ionic://localhost', 'file://', 'null', 'wails://wails', 'electron://app'],
    ...['https://app.example', 'http://localhost:3000', 'https://[::1]:3000', 'https://xn--bcher-kva.example'],
  ])('may ask and read, and others may not: %s', async (origin) => {
    const to = wildApp({ origins: [origin] });
    const lines = [...usual, 'MCP-Protocol-Version: 2025-11-25'];
    const own = await post(to, [...lines, `Origin: ${origin}`], JSON.stringify(bodies.list));
    expect([own.status, header(own.head, 'Access-Control-Allow-Origin')]).toEqual([200, origin]);
    const asks = ['Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: authorization'];
    const preflight = await post(to, [`Origin: ${origin}`, ...asks], '', 'OPTIONS');
    expect([preflight.status, header(preflight.head, 'Access-Control-Allow-Origin')]).toEqual([204, origin]);
    const refused = await post(
      to,
      [...lines, `Origin: ${origin}`, 'Authorization: Bearer x'],
      JSON.stringify(bodies.list),
    );
    expect([refused.status, header(refused.head, 'Access-Control-Allow-Origin')]).toEqual([401, origin]);
    for (const foreign of ['https://evil.example', `${origin}.evil`, origin === 'null' ? 'file://' : 'null']) {
      const answer = await post(to, [...lines, `Origin: ${foreign}`], JSON.stringify(bodies.list));
      expect([answer.status, header(answer.head, 'Access-Control-Allow-Origin')]).toEqual([403, undefined]);
    }
  });
});

describe('a body that is nested deep', () => {
  const apps = { 'as it comes': app, 'parsed by express.json()': wildApp({ parses: true }) };
  it.each(Object.entries(apps))('%s is taken up to 64 levels', async (_how, to) => {
    // Four levels are the message, its params, their _meta and arguments.
    const send = (depth: number) => {
      const inner = `${'{"a":'.repeat(depth - 3)}1${'}'.repeat(depth - 3)}`;
      const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"optional","arguments":{"x":${inner}}}}`;
      return post(to, [...usual, 'MCP-Protocol-Version: 2025-11-25'], body);
    };
    expect(await send(64)).toMatchObject({ status: 200, json: { result: { content: [{ text: 'ran' }] } } });
    for (const depth of [65, 1_000, 100_000]) {
      expect(await send(depth)).toMatchObject({ status: 400, json: { error: { code: -32600 } } });
    }
  });
});
