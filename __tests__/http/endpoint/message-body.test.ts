import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import type { Request, RequestHandler } from 'express';
import express from 'express';
import type { Response, Test } from 'supertest';
import request from 'supertest';
import { mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { express4 } from '../../support/express-4.js';
import { sendRaw, whileListening } from '../../support/listening.js';
import { notesRegistry } from '../../support/mcp-app.js';
import { until } from '../../support/running-endpoint.js';

const limit = 4 * 1024 * 1024;
const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
const json = { 'Content-Type': 'application/json' };

// As they go over the wire, up to what differs.
const head = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const length = `Content-Length: ${String(ping.length)}\r\n`;

function app(before: readonly RequestHandler[] = [], expressOf: typeof express = express) {
  const made = expressOf();
  for (const middleware of before) made.use(middleware);
  return made.use(mcpRouter(notesRegistry()), mcpErrorHandler());
}

const post = (headers: Readonly<Record<string, string>> = json, to = app()): Test =>
  request(to).post('/mcp').set(headers);

/** A ping of exactly this many bytes. */
function pingOf(bytes: number): string {
  return ping + ' '.repeat(bytes - ping.length);
}

function expectError(response: Response, status: number, message: string): void {
  expect(response.status).toBe(status);
  expect(response.body).toMatchObject({ jsonrpc: '2.0', error: { message } });
}

describe('a message', () => {
  it('may have 4 MiB, and not one byte more', async () => {
    expect((await post().send(pingOf(limit))).status).toBe(200);
    const response = await post().send(pingOf(limit + 1));
    expectError(response, 413, 'The message is larger than 4194304 bytes');
    expect(response.headers).toMatchObject({ connection: 'close' });
  });

  it('may not be larger without saying how long it is', async () => {
    const chunked = { ...json, 'Transfer-Encoding': 'chunked' };
    const send = async (bytes: number): Promise<Response> => {
      const sending = post(chunked);
      sending.write(pingOf(bytes));
      return sending;
    };
    expect((await send(limit)).status).toBe(200);
    expectError(await send(limit + 1), 413, 'The message is larger than 4194304 bytes');
  });

  it('has the limit that the app sets', async () => {
    const small = express().use(mcpRouter(notesRegistry(), { maxBodyBytes: 100 }), mcpErrorHandler());
    expect((await post(json, small).send(pingOf(100))).status).toBe(200);
    expectError(await post(json, small).send(pingOf(101)), 413, 'The message is larger than 100 bytes');
  });

  it('that is too large is refused before it is read', async () => {
    const answer = await sendRaw(app(), `${head}Content-Length: 99999999\r\n\r\n{`);
    expect(answer).toContain('413 Payload Too Large');
  });

  it('may come in pieces', async () => {
    await whileListening(app(), async (port) => {
      const socket = connect(port, '127.0.0.1');
      for (const piece of [`${head}Connection: close\r\n${length}\r\n`, ping.slice(0, 9), ping.slice(9)]) {
        socket.write(piece);
        await pause(20);
      }
      expect(await text(socket)).toContain('200 OK');
    });
  });

  it('may not be missing', async () => {
    expectError(await post(), 400, 'Parse error: the message is not valid JSON');
  });

  it('is heard by a middleware that listens to it as well', async () => {
    const heard: string[] = [];
    const listen: RequestHandler = (req, _res, next) => {
      req.on('data', (chunk: Buffer) => heard.push(chunk.toString()));
      next();
    };
    expect((await post(json, app([listen])).send(ping)).status).toBe(200);
    expect(heard).toEqual([ping]);
  });

  it('comes to its end, which others may wait for', async () => {
    const requests: Request[] = [];
    const note: RequestHandler = (req, _res, next) => {
      requests.push(req);
      next();
    };
    await whileListening(app([note]), async (port) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(`${head}${length}\r\n${ping}`);
      await until('it ended', () => requests[0]?.readableEnded === true && requests[0].closed);
      expect(requests[0]?.complete).toBe(true);
      expect(socket.destroyed).toBe(false);
      socket.destroy();
    });
  });

  it('of the next request on a connection is read as well', async () => {
    const both = `${head}${length}\r\n${ping}${head}${length}Connection: close\r\n\r\n${ping}`;
    const answer = await sendRaw(app(), both);
    expect(answer.match(/200 OK/g)).toHaveLength(2);
  });

  it('that ends early is nobody else’s error', async () => {
    const errors: unknown[] = [];
    const failing = express().use(mcpRouter(notesRegistry()));
    const heard = new Promise<void>((resolve) => {
      failing.use(((error, _req, res, _next) => {
        errors.push(error);
        res.end();
        resolve();
      }) as express.ErrorRequestHandler);
    });
    await whileListening(failing, async (port) => {
      const socket = connect(port, '127.0.0.1');
      socket.write(`${head}Content-Length: 50\r\n\r\n{`);
      setTimeout(() => socket.destroy(), 50);
      await heard;
    });
    expect(errors).toMatchObject([{ code: 'parse_error', message: 'Parse error: the message ended early' }]);
  });

  it('must be UTF-8', async () => {
    const invalid = Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":"'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    const sending = post();
    sending.write(invalid);
    expectError(await sending, 400, 'Parse error: the message is not UTF-8');
  });

  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/jsonx', 415],
    ['multipart/form-data; boundary=application/json', 415],
    ['application/json; charset=latin1', 415],
    ['Application/JSON; Charset="UTF-8"', 200],
    ['application/json;charset=utf8', 200],
    ['application/json; profile=x', 200],
  ])('as %s gets %i', async (type, status) => {
    expect((await post({ 'Content-Type': type }).send(ping)).status).toBe(status);
  });

  it('without Content-Type gets 415', async () => {
    const answer = await sendRaw(
      app(),
      `POST /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${String(ping.length)}\r\n\r\n${ping}`,
    );
    expect(answer).toContain('415 Unsupported Media Type');
  });

  it('must not be compressed', async () => {
    const sending = post({ ...json, 'Content-Encoding': 'gzip' });
    sending.write(gzipSync(ping));
    expectError(await sending, 415, 'Send the body without Content-Encoding');
    expect((await post({ ...json, 'Content-Encoding': 'identity' }).send(ping)).status).toBe(200);
  });

  it.each([
    ['application/json, text/event-stream', 200],
    ['application/json', 200],
    ['*/*', 200],
    ['application/*;q=0.5', 200],
    ['text/event-stream', 406],
    ['text/html, application/xml;q=0.9', 406],
    ['application/json;q=0', 406],
    ['application/json;q=0, */*', 406],
    ['application/json;q=never', 406],
  ])('from a client that accepts %s gets %i', async (accept, status) => {
    expect((await post({ ...json, Accept: accept }).send(ping)).status).toBe(status);
  });

  it('from a client that says nothing about what it accepts is answered', async () => {
    const answer = await sendRaw(app(), `${head}${length}Connection: close\r\n\r\n${ping}`);
    expect(answer).toContain('200 OK');
  });
});

describe.each([
  ['5', express],
  ['4.21', express4],
])('a body that the app has parsed already, on Express %s,', (_version, expressOf) => {
  const parsers: readonly (readonly [string, RequestHandler])[] = [
    ['json()', expressOf.json()],
    ['text()', expressOf.text({ type: '*/*' })],
    ['raw()', expressOf.raw({ type: '*/*' })],
    ['a parser of other types', expressOf.urlencoded({ extended: false })],
  ];

  it.each(parsers)('by %s is taken as it is', async (_what, parser) => {
    const response = await post(json, app([parser], expressOf)).send(ping);
    expect(response.body).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
  });

  it.each(parsers)('by %s can be wrong as well', async (_what, parser) => {
    expect((await post(json, app([parser], expressOf)).send('[]')).status).toBe(400);
  });

  it.each(parsers)('by %s can be nothing at all', async (_what, parser) => {
    expect((await post(json, app([parser], expressOf)).send('')).status).toBe(400);
  });

  it('by text() can be no JSON, and by raw() no UTF-8', async () => {
    const asText = app([expressOf.text({ type: '*/*' })], expressOf);
    expectError(await post(json, asText).send('{'), 400, 'Parse error: the message is not valid JSON');
    const sending = post(json, app([expressOf.raw({ type: '*/*' })], expressOf));
    sending.write(Buffer.from([0xff]));
    expectError(await sending, 400, 'Parse error: the message is not UTF-8');
  });

  it('and that was read without being kept gets an error, not a hanging connection', async () => {
    const drain: RequestHandler = (req, _res, next) => {
      req.on('end', () => {
        next();
      });
      req.resume();
    };
    expectError(
      await post(json, app([drain], expressOf)).send(ping),
      400,
      'Parse error: middleware of the server read the body before it came to the endpoint, and left no request.body. The ' +
        'endpoint has to stand before it, or express.json() has to parse the body',
    );
  });
});

describe('methods', () => {
  it.each(['get', 'delete', 'put', 'patch', 'head', 'options'] as const)('%s gets 405 with Allow', async (method) => {
    const response = await request(app())[method]('/mcp').set('Accept', 'text/event-stream');
    expect(response.status).toBe(405);
    expect(response.headers).toMatchObject({ allow: 'POST', 'cache-control': 'no-store' });
  });
});
