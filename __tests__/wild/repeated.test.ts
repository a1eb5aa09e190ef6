// The law of repeated header fields: n copies say what one says, however they are joined; different ones are refused.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { requestOf } from '../support/dispatching.js';
import { authOptions, issuer } from '../support/mcp-app.js';

const uri = 'mail://a,b';
const place = 'Zürich, HB';
const encoded = `=?base64?${Buffer.from(place).toString('base64')}?=`;

function makeApp() {
  const registry = createRegistry({ name: 'wild', version: '1.0.0' });
  registry.tool('run', {}, () => 'ran');
  const properties = {
    place: { type: 'string', 'x-mcp-header': 'Place' },
    count: { type: 'integer', 'x-mcp-header': 'Count' },
  };
  registry.tool('at', { inputSchema: { type: 'object', properties } }, () => 'was there');
  registry.resource(uri, {}, () => 'mail');
  const app = express();
  const origins = ['https://app.example'];
  app.use(mcpAuth(authOptions({ allowAnonymous: true, cors: origins })));
  app.use(mcpRouter(registry, { allowedOrigins: origins, onError: () => undefined, sessions: true }));
  app.use(mcpErrorHandler());
  return app;
}

const server = makeApp().listen(0, '127.0.0.1');
beforeAll(async () => {
  if (!server.listening) await once(server, 'listening');
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

type Field = readonly [name: string, value: string];

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly challenge: string;
}

async function send(fields: readonly Field[], body: string, method = 'POST'): Promise<Answer> {
  const lines = [
    `${method} /mcp HTTP/1.1`,
    ...['Host: api.example.com', 'Connection: close', `Content-Length: ${String(Buffer.byteLength(body))}`],
    ...fields.map(([name, value]) => `${name}: ${value}`),
  ];
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
  const answer = await text(socket);
  const end = answer.indexOf('\r\n\r\n');
  const head = answer.slice(0, end);
  return {
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    body: answer.slice(end + 4),
    challenge: /^www-authenticate: (.*)$/im.exec(head)?.[1] ?? '',
  };
}

/** A request, as its fields and its body. */
interface Request {
  readonly fields: readonly Field[];
  readonly body: string;
}

const usual: readonly Field[] = [
  ['Content-Type', 'application/json'],
  ['Accept', 'application/json, text/event-stream'],
  ['Origin', 'https://app.example'],
  ['Sec-Fetch-Site', 'cross-site'],
  ['Content-Encoding', 'identity'],
];

function modern(method: string, params: Readonly<Record<string, unknown>>, fields: readonly Field[]): Request {
  const versions: readonly Field[] = [
    ['MCP-Protocol-Version', '2026-07-28'],
    ['Mcp-Method', method],
  ];
  return { fields: [...usual, ...versions, ...fields], body: JSON.stringify(requestOf('2026-07-28', method, params)) };
}

const initialize = {
  ...{ jsonrpc: '2.0', id: 1, method: 'initialize' },
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
};
const version: Field = ['MCP-Protocol-Version', '2025-11-25'];

async function sessionField(): Promise<Field> {
  const { fields, body } = { fields: [...usual, version], body: JSON.stringify(initialize) };
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const lines = [...['Host: a', 'Connection: close'], ...fields.map((each) => each.join(': '))];
  socket.write(`POST /mcp HTTP/1.1\r\n${lines.join('\r\n')}\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`);
  return ['Mcp-Session-Id', /^mcp-session-id: (.*)$/im.exec(await text(socket))?.[1] ?? ''];
}

const call = modern('tools/call', { name: 'run' }, [['Mcp-Name', 'run']]);
const read = modern('resources/read', { uri }, [['Mcp-Name', uri]]);
const mirrored = modern('tools/call', { name: 'at', arguments: { place, count: 3 } }, [
  ['Mcp-Name', 'at'],
  ['Mcp-Param-Place', encoded],
  ['Mcp-Param-Count', '3'],
]);
const plainPlace = modern('tools/call', { name: 'at', arguments: { place: 'a,b, c', count: 3 } }, [
  ['Mcp-Name', 'at'],
  ['Mcp-Param-Place', 'a,b, c'],
  ['Mcp-Param-Count', '3.0'],
]);

/** A field n times, in several lines or in one, in the ways of clients and proxies. */
function copies({ fields }: Request, of: string, joins: readonly string[]): readonly Field[] {
  return fields.flatMap(([name, value]): readonly Field[] => {
    if (name !== of) return [[name, value]];
    let lines: readonly string[] = [value];
    for (const join of joins) {
      lines = join === 'line' ? [...lines, value] : [...lines.slice(0, -1), `${lines.at(-1) ?? ''}${join}${value}`];
    }
    return lines.map((line, index) => [index % 2 === 0 ? name : name.toLowerCase(), line]);
  });
}

const joins = fc.array(fc.constantFrom('line', ', ', ',', ' , '), { minLength: 1, maxLength: 4 });

describe('a header field', () => {
  const requests = { call, read, mirrored, plainPlace };
  const repeatable = Object.entries(requests).flatMap(([name, request]) =>
    request.fields.map(([field]) => [field, name, request] as const),
  );

  it.each(repeatable)('%s of %s says n times what it says once', async (field, _name, request) => {
    const expected = await send(request.fields, request.body);
    expect(expected).toMatchObject({ status: 200, body: expect.stringContaining('"result"') });
    await fc.assert(
      fc.asyncProperty(joins, async (each) => {
        expect(await send(copies(request, field, each), request.body)).toEqual(expected);
      }),
      { numRuns: 8, seed: 14 },
    );
  });

  it('Mcp-Session-Id says n times what it says once', async () => {
    const session = await sessionField();
    const list: Request = {
      fields: [...usual, version, session],
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    };
    const expected = await send(list.fields, list.body);
    expect(expected.status).toBe(200);
    await fc.assert(
      fc.asyncProperty(joins, async (each) => {
        expect(await send(copies(list, 'Mcp-Session-Id', each), list.body)).toEqual(expected);
      }),
      { numRuns: 8, seed: 14 },
    );
  });

  it('Last-Event-ID says n times what it says once', async () => {
    const session = await sessionField();
    const accept: Field = ['Accept', 'text/event-stream'];
    const lost: Request = { fields: [accept, version, session, ['Last-Event-ID', 'no-such-event']], body: '' };
    const expected = await send(lost.fields, '', 'GET');
    expect(expected.status).toBe(404);
    expect(await send(copies(lost, 'Last-Event-ID', ['line', ', ']), '', 'GET')).toEqual(expected);
    const unlike = await send([...lost.fields, ['Last-Event-ID', 'another']], '', 'GET');
    expect(unlike).toMatchObject({ status: 400, body: expect.stringContaining('send one Last-Event-ID') });
  });
});

describe('different values of a header field', () => {
  const other: Readonly<Record<string, readonly [string, number, string]>> = {
    'Content-Type': ['text/plain', 415, 'Content-Type'],
    Origin: ['https://evil.example', 403, 'Origin is not allowed'],
    'Content-Encoding': ['gzip', 415, 'without Content-Encoding'],
    'MCP-Protocol-Version': ['2025-11-25', 400, 'does not match'],
    'Mcp-Method': ['tools/list', 400, 'Mcp-Method tools/call, tools/list does not match'],
    'Mcp-Name': ['other', 400, 'Mcp-Name'],
  };

  it.each(Object.entries(other))('%s are refused, in either order', async (field, [value, status, words]) => {
    const [own] = call.fields.filter(([name]) => name === field);
    const rest = call.fields.filter(([name]) => name !== field);
    const orders: readonly (readonly Field[])[] = [
      [own ?? [field, ''], [field, value]],
      [[field, value], own ?? [field, '']],
    ];
    for (const order of orders) {
      const answer = await send([...rest, ...order], call.body);
      expect(answer.status).toBe(status);
    }
    const { body } = await send([...rest, ...(orders[0] ?? [])], call.body);
    expect(body.replaceAll('\\"', '')).toContain(words);
  });

  it('of an argument that is mirrored are refused', async () => {
    for (const [field, value] of [
      ['Mcp-Param-Place', '=?base64?eA==?='],
      ['Mcp-Param-Count', '4'],
    ] as const) {
      const { status, body } = await send([...mirrored.fields, [field, value]], mirrored.body);
      expect([status, body]).toEqual([400, expect.stringContaining(`Header mismatch: ${field}`)]);
    }
  });

  it('Host are refused, and copies are not', async () => {
    expect((await send([...call.fields, ['Host', 'evil.example']], call.body)).status).toBe(403);
    expect((await send([...call.fields, ['Host', 'api.example.com']], call.body)).status).toBe(200);
  });
});

describe('credentials', () => {
  it('are never sent twice, not even the same', async () => {
    const token = await issuer.token();
    const field: Field = ['Authorization', `Bearer ${token}`];
    expect((await send([...call.fields, field], call.body)).status).toBe(200);
    const twice = [
      [field, field],
      [['Authorization', `Bearer ${token}, Bearer ${token}`]],
      [['Authorization', `Bearer ${token},${token}`]],
    ] as const;
    for (const fields of twice) {
      const { status, challenge } = await send([...call.fields, ...(fields as readonly Field[])], call.body);
      expect([status, challenge]).toEqual([400, expect.stringContaining('error="invalid_request"')]);
    }
  });
});
