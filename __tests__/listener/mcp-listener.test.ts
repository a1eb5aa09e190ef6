import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { ErrorRequestHandler, Express } from 'express';
import express from 'express';
import request from 'supertest';
import { getAuth, mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from '../../lib/index.js';
import type { Middleware } from '../../lib/http/fields/hosted-request.js';
import type { McpAuthOptions } from '../../lib/index.js';
import { selfSigned } from '../support/certificate.js';
import { requestOf } from '../support/dispatching.js';
import { express4 } from '../support/express-4.js';
import type { Door } from '../support/doors.js';
import { authOptions, challengeOf, issuer, modern, notesRegistry } from '../support/mcp-app.js';
import { sendRaw } from '../support/listening.js';

interface Mounted {
  readonly app: Express;
  readonly auth: ReturnType<typeof mcpAuth>;
  readonly router: ReturnType<typeof mcpRouter>;
}

/** An app as its author wrote it before there was a listener. */
function mounted(options: Partial<McpAuthOptions> = {}, before: readonly ErrorRequestHandler[] = []): Mounted {
  const auth = mcpAuth(authOptions(options));
  const router = mcpRouter(notesRegistry(), { onError: () => undefined });
  const app = express();
  app.use((_req, res, next) => {
    res.setHeader('X-App', 'entered');
    next();
  });
  app.use(auth, router);
  app.get('/', (_req, res) => {
    res.send('home');
  });
  for (const handler of before) app.use(handler);
  app.use(mcpErrorHandler());
  return { app, auth, router };
}

const door = (listener: RequestListener): Door =>
  Object.assign(listener, {
    set: () => undefined,
    listen: (port: number, host: string) => createServer(listener).listen(port, host),
  });

const bearer = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope })}` });

describe('mcpListener', () => {
  it('serves the endpoint without entering the app', async () => {
    const { app, auth, router } = mounted();
    const response = await modern(
      door(mcpListener(app, auth, router)),
      'tools/call',
      { name: 'read' },
      await bearer('notes:read'),
    );
    expect(response.status).toBe(200);
    expect(response.headers).not.toHaveProperty('x-app');
  });

  it('serves the metadata document without entering the app', async () => {
    const { app, auth, router } = mounted();
    const response = await request(mcpListener(app, auth, router)).get('/.well-known/oauth-protected-resource/mcp');
    expect(response.status).toBe(200);
    expect(response.headers).not.toHaveProperty('x-app');
  });

  it('hands every other request to the app as it came', async () => {
    const { app, auth, router } = mounted();
    const response = await request(mcpListener(app, auth, router)).get('/');
    expect([response.status, response.text, response.headers['x-app']]).toEqual([200, 'home', 'entered']);
  });

  it('runs middleware of others in its place', async () => {
    const { app, auth, router } = mounted();
    const listener = mcpListener(
      app,
      (_req, res, next) => {
        res.setHeader('X-Helmet', 'on');
        next();
      },
      auth,
      (req, res, next) => {
        res.setHeader('X-Caller', getAuth(req)?.subject ?? '');
        next();
      },
      router,
    );
    const response = await modern(door(listener), 'tools/call', { name: 'read' }, await bearer('notes:read'));
    expect(response.headers).toMatchObject({ 'x-helmet': 'on', 'x-caller': 'user-1' });
  });

  it.each([
    ['in Express 5', express],
    ['in Express 4', express4],
  ])('answers byte for byte as the app does %s', async (_title, make) => {
    const { auth, router } = mounted({ requiredScopes: ['mcp'], cors: '*' });
    const plain = make();
    plain.use(auth, router);
    plain.use(mcpErrorHandler());
    const listener = door(mcpListener(plain, auth, router));
    const token = await issuer.token({ scope: 'mcp notes:read' });
    const rows: readonly (readonly [string, string, object | undefined])[] = [
      ['POST /mcp', '', requestOf('2026-07-28', 'tools/call', { name: 'open' })],
      ['POST /mcp', 'Authorization: Bearer forged\r\n', requestOf('2026-07-28', 'tools/call', { name: 'open' })],
      ['POST /mcp', `Authorization: Bearer ${token}\r\n`, requestOf('2026-07-28', 'tools/call', { name: 'open' })],
      ['POST /mcp', `Authorization: Bearer ${token}\r\n`, requestOf('2026-07-28', 'tools/call', { name: 'write' })],
      ['POST /MCP/?x=1', `Authorization: Bearer ${token}\r\n`, requestOf('2026-07-28', 'tools/call', { name: 'none' })],
      ['POST http://localhost/mcp', `Authorization: Bearer ${token}\r\n`, requestOf('2026-07-28', 'tools/list', {})],
      ['POST /mcp', `Authorization: Bearer ${token}\r\nOrigin: https://evil.example\r\n`, {}],
      ['GET /mcp', `Authorization: Bearer ${token}\r\n`, undefined],
      ['PUT /mcp', `Authorization: Bearer ${token}\r\n`, undefined],
      ['OPTIONS /mcp', 'Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n', undefined],
      ['GET /.well-known/oauth-protected-resource/mcp', '', undefined],
      ['HEAD /.well-known/oauth-protected-resource/mcp', '', undefined],
      ['DELETE /.well-known/oauth-protected-resource/mcp', '', undefined],
    ];
    for (const [line, fields, message] of rows) {
      const body = message === undefined ? '' : JSON.stringify(message);
      const method = (message as { method?: string } | undefined)?.method ?? 'tools/call';
      const name = (message as { params?: { name?: string } } | undefined)?.params?.name;
      const raw =
        `${line} HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\nContent-Type: application/json\r\n` +
        `Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2026-07-28\r\nMcp-Method: ${method}\r\n` +
        `${name === undefined ? '' : `Mcp-Name: ${name}\r\n`}${fields}Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`;
      const undated = (text: string) => text.replace(/^Date: .*$/m, 'Date: …');
      const [inExpress, inFront] = [await sendRaw(door(plain), raw), await sendRaw(listener, raw)];
      expect(undated(inFront)).toBe(undated(inExpress));
      expect(inFront).toMatch(/^HTTP\/1\.1 \d{3} /);
    }
  });

  it('asks once for the scopes of endpoint and tool together', async () => {
    const { app, auth, router } = mounted({ requiredScopes: ['mcp'] });
    const listener = door(mcpListener(app, auth, router));
    const response = await modern(listener, 'tools/call', { name: 'write' }, await bearer('other'));
    expect(response.status).toBe(403);
    expect(challengeOf(response)).toContain('scope="mcp notes:read notes:write other"');
  });

  it('lets error middleware of the app that stands before mcpErrorHandler see a refusal', async () => {
    const seen: unknown[] = [];
    const { app, auth, router } = mounted({}, [
      (error: unknown, _req, _res, next) => {
        seen.push((error as Error).name);
        next(error);
      },
    ]);
    const response = await modern(
      door(mcpListener(app, auth, router)),
      'tools/call',
      { name: 'write' },
      await bearer('x'),
    );
    expect([response.status, seen]).toEqual([403, ['InsufficientScopeError']]);
  });

  it('answers with status and challenge where mcpErrorHandler was forgotten', async () => {
    const auth = mcpAuth(authOptions());
    const router = mcpRouter(notesRegistry());
    const app = express();
    app.set('env', 'test');
    app.use(auth, router);
    const response = await modern(door(mcpListener(app, auth, router)), 'tools/call', { name: 'write' });
    expect(response.status).toBe(401);
    expect(challengeOf(response)).toContain('resource_metadata=');
  });

  it('hands an error that is not ours to the error handling of the app', async () => {
    const { app, auth, router } = mounted({}, [
      (error: unknown, _req, res, _next) => {
        res.status(500).send(`app: ${(error as Error).message}`);
      },
    ]);
    const breaks = () => {
      throw new Error('helmet is broken');
    };
    const response = await modern(door(mcpListener(app, breaks, auth, router)), 'tools/call', { name: 'open' });
    expect([response.status, response.text]).toEqual([500, 'app: helmet is broken']);
  });

  it('says nothing of an error that no error handling of the app can see', async () => {
    const { auth, router } = mounted();
    const breaks = ((_req, _res, _next) => Promise.reject(new Error('password=hunter2'))) as Middleware;
    const response = await modern(door(mcpListener(express(), breaks, auth, router)), 'tools/call', { name: 'open' });
    expect([response.status, response.text]).toEqual([500, 'Internal Server Error']);
  });

  it('serves over TLS', async () => {
    const { app, auth, router } = mounted();
    const { key, pem } = selfSigned('localhost');
    const server = createTlsServer({ key, cert: pem }, mcpListener(app, auth, router)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const response = await request(`https://127.0.0.1:${String((server.address() as AddressInfo).port)}`)
      .get('/.well-known/oauth-protected-resource/mcp')
      .trustLocalhost();
    server.closeAllConnections();
    server.close();
    expect(response.status).toBe(200);
  });

  it.each([
    [
      'without the app',
      () => mcpListener(mcpAuth as never),
      'mcpListener needs what serves the endpoint: mcpListener(app, auth, router), with what mcpAuth() and mcpRouter() returned.',
    ],
    [
      'with something that is no app',
      () => mcpListener({} as never),
      'mcpListener needs the app first: mcpListener(app, auth, router).',
    ],
    [
      'with error middleware',
      () => mcpListener(express(), mcpErrorHandler() as never),
      'mcpListener takes middleware functions after the app. Error middleware stays in the app: app.use(mcpErrorHandler()).',
    ],
  ])('is refused %s', (_title, make, message) => {
    expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError', message }));
  });
});
