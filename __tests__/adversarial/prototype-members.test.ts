// JSON.parse makes an own member of "__proto__"; Object.assign and a deep merge make a prototype of it.
import { afterEach, describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import express from 'express';
import request from 'supertest';
import { createRegistry, mcpErrorHandler, mcpRouter, mcpScopes } from '../../lib/index.js';
import { hasForbiddenMember } from '../../lib/jsonrpc/forbidden-members.js';
import { parseJson } from '../../lib/jsonrpc/parse-message.js';
import { serveStdio } from '../../lib/stdio/index.js';
import { PassThrough } from 'node:stream';

type Members = Record<string, unknown>;

/** As careless as those in many apps. */
function deepMerge(target: Members, source: Members): Members {
  for (const key of Object.keys(source)) {
    const value = source[key];
    if (typeof value === 'object' && value !== null) {
      target[key] ??= {};
      deepMerge(target[key] as Members, value as Members);
    } else target[key] = value;
  }
  return target;
}

const seen: unknown[] = [];
const registry = createRegistry({ name: 'careless', version: '1.0.0' });
registry.tool('merge', { inputSchema: { type: 'object' } }, (args, ctx) => {
  const options = Object.assign({}, args) as { isAdmin?: boolean };
  seen.push([options.isAdmin, deepMerge({}, args), ctx.client.capabilities]);
  return JSON.stringify(args);
});
registry.tool('echo', { inputSchema: { type: 'object' } }, (args) => JSON.stringify(args));
registry.prompt('merge', { arguments: { name: {} } }, (args) => {
  seen.push(Object.assign({}, args));
  return 'Hello';
});

afterEach(() => {
  seen.length = 0;
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

const evil = '{"polluted":true,"isAdmin":true}';
const attacks: readonly (readonly [string, string])[] = [
  ['in arguments', `{"name":"merge","arguments":{"__proto__":${evil}}}`],
  ['deep in arguments', `{"name":"merge","arguments":{"a":[{"b":{"__proto__":${evil}}}]}}`],
  ['by an escape', `{"name":"merge","arguments":{"\\u005f_proto__":${evil}}}`],
  ['by escapes only', `{"name":"merge","arguments":{"\\u005F\\u005f\\u0070roto\\u005f_":${evil}}}`],
  ['by the constructor', `{"name":"merge","arguments":{"constructor":{"prototype":${evil}}}}`],
  ['by the constructor, by an escape', `{"name":"merge","arguments":{"c\\u006fnstructor":{"prototype":${evil}}}}`],
  ['as a text', '{"name":"merge","arguments":{"__proto__":"x"}}'],
  ['in params', `{"name":"merge","__proto__":${evil}}`],
  ['in _meta', `{"name":"merge","_meta":{"__proto__":${evil}}}`],
  ['in capabilities', `{"name":"merge","_meta":{"io.modelcontextprotocol/clientCapabilities":{"__proto__":${evil}}}}`],
  ['in answers', `{"name":"merge","inputResponses":{"__proto__":${evil}}}`],
];
const harmless: readonly (readonly [string, string])[] = [
  ['a constructor that is a name', '{"constructor":"Ferrari"}'],
  ['a constructor that is an object', '{"constructor":{"name":"Ferrari"}}'],
  ['a prototype', '{"prototype":{"name":"X-1"}}'],
  ['the word as a value', '{"text":"__proto__"}'],
  ['escapes', '{"text":"\\u0041\\u00e9\\\\u005f"}'],
  ['names of every object', '{"toString":1,"hasOwnProperty":2,"valueOf":{"a":1}}'],
];

const message = (params: string, method = 'tools/call') =>
  `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`;
const json = { 'Content-Type': 'application/json', Accept: 'application/json, text/event-stream' };

describe.each<[string, readonly RequestHandler[]]>([
  ['read here', []],
  ['read by express.json()', [express.json()]],
  ['read by express.text()', [express.text({ type: '*/*' })]],
  ['read by express.raw()', [express.raw({ type: '*/*' })]],
])('a message, %s', (_how, parsers) => {
  const app = express().use(...([express.urlencoded(), ...parsers] as const), mcpRouter(registry), mcpErrorHandler());

  it.each(attacks)('is refused with __proto__ or constructor.prototype %s', async (_where, params) => {
    const response = await request(app).post('/mcp').set(json).send(message(params));
    expect([response.status, response.body]).toMatchObject([400, { error: { code: -32600 } }]);
    expect(seen).toEqual([]);
  });

  it.each(harmless)('may have %s', async (_what, args) => {
    const response = await request(app)
      .post('/mcp')
      .set(json)
      .send(message(`{"name":"echo","arguments":${args}}`));
    const { result } = response.body as { result: { content: { text: string }[] } };
    expect(JSON.parse(result.content[0]?.text ?? '')).toEqual(JSON.parse(args));
  });

  it('is refused as a whole if one of a batch has it, or the batch itself', async () => {
    const batch = `[${message('{"name":"merge"}')},${message(attacks[0]?.[1] ?? '')}]`;
    const response = await request(app)
      .post('/mcp')
      .set({ ...json, 'MCP-Protocol-Version': '2025-03-26' })
      .send(batch);
    expect([response.status, seen]).toEqual([400, []]);
  });
});

it('nothing of it reaches a server behind mcpScopes', async () => {
  const app = express();
  app.post('/mcp', mcpScopes({ tools: {} }), (_req, res) => void res.json({ reached: true }));
  app.use(mcpErrorHandler());
  for (const [, params] of attacks) {
    expect((await request(app).post('/mcp').set(json).send(message(params))).status).toBe(400);
  }
  expect((await request(app).post('/mcp').set(json).send(message('{"name":"x"}'))).body).toEqual({ reached: true });
});

it('nothing of it reaches a handler on stdio', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const server = await serveStdio(registry, { input, output });
  for (const [, params] of attacks) input.write(`${message(params)}\n`);
  input.end();
  await server.closed;
  const answers = String(output.read())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { error?: { code: number } });
  expect(answers.map(({ error }) => error?.code)).toEqual(attacks.map(() => -32600));
  expect(seen).toEqual([]);
});

it('costs no more than the size of the message', () => {
  const wide = `[${Array.from({ length: 200_000 }, () => '{"constructor":{}}').join()}]`;
  const before = process.cpuUsage();
  expect(parseJson(wide)).toHaveLength(200_000);
  expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
  expect(hasForbiddenMember(undefined)).toBe(false);
  expect(hasForbiddenMember([null, 1, 'x', undefined, { a: undefined }])).toBe(false);
});
