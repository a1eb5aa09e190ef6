import 'reflect-metadata';
import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastifyExpress from '@fastify/express';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import connect from 'connect';
import express from 'express';
import Fastify from 'fastify';
import polka from 'polka';
import type { CallRecord, McpRouter } from '../../lib/index.js';
import { getAuth, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { requestOf } from '../support/dispatching.js';
import { authOptions, issuer, metadataUrl, notesRegistry } from '../support/mcp-app.js';

/** A host that is listening, and how to end it. */
interface Hosted {
  readonly port: number;
  close(): Promise<unknown>;
}

/** Records of calls of the host that was started last. */
let calls: CallRecord[] = [];
let router: McpRouter;

function handlers() {
  calls = [];
  const records = calls;
  router = mcpRouter(notesRegistry(), { onCall: (call) => records.push(call) });
  return { auth: mcpAuth(authOptions()), router };
}

async function listening(server: Server): Promise<Hosted> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function withConnect(): Promise<Hosted> {
  const { auth, router } = handlers();
  const app = connect();
  app.use(auth).use(router).use(mcpErrorHandler());
  app.use('/home', (_req, res) => {
    res.end('home');
  });
  return listening(createServer(app));
}

async function withConnectBelowAPath(): Promise<Hosted> {
  const { auth, router } = handlers();
  const app = connect();
  app.use(auth.metadata);
  app.use('/mcp', auth).use('/mcp', router).use(mcpErrorHandler());
  app.use('/home', (_req, res) => {
    res.end('home');
  });
  return listening(createServer(app));
}

async function withPolka(): Promise<Hosted> {
  const { auth, router } = handlers();
  const render = mcpErrorHandler();
  const app = polka({
    onError: (error, req, res) => {
      render(error, req, res, () => {
        res.writeHead(500).end();
      });
    },
  });
  app.use(auth, router);
  app.get('/home', (_req, res) => res.end('home'));
  return listening(createServer(app.handler.bind(app) as unknown as RequestListener));
}

/** No host at all: each handler is called with what goes on as its third argument. */
async function withBareHttp(): Promise<Hosted> {
  const { auth, router } = handlers();
  const render = mcpErrorHandler();
  return listening(
    createServer((req, res) => {
      const orFail = (go: () => void) => (error?: unknown) => {
        if (error === undefined) go();
        else render(error, req, res, () => res.writeHead(500).end());
      };
      const home = () => res.writeHead(req.url === '/home' ? 200 : 404).end('home');
      auth(
        req,
        res,
        orFail(() => {
          router(req, res, orFail(home));
        }),
      );
    }),
  );
}

async function withFastify(): Promise<Hosted> {
  const { auth, router } = handlers();
  const app = Fastify();
  await app.register(fastifyExpress);
  app.use(auth);
  app.use(router);
  app.express.use(mcpErrorHandler());
  app.get('/home', () => 'home');
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() };
}

async function withNest(): Promise<Hosted> {
  const { auth, router } = handlers();
  class AppModule {
    readonly name = 'app';
  }
  Logger.overrideLogger(false);
  const app = await NestFactory.create({ module: AppModule });
  app.use(auth, router, mcpErrorHandler());
  app.use('/home', (_req: express.Request, res: express.Response) => res.end('home'));
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as Server;
  return { port: (server.address() as AddressInfo).port, close: () => app.close() };
}

async function withExpress(): Promise<Hosted> {
  const { auth, router } = handlers();
  const app = express();
  app.use(auth, router, mcpErrorHandler());
  app.use('/home', (_req, res) => {
    res.end('home');
  });
  return listening(createServer(app));
}

describe.each([
  ['Express', withExpress],
  ['connect', withConnect],
  ['connect, mounted below a path', withConnectBelowAPath],
  ['polka', withPolka],
  ['bare node:http', withBareHttp],
  ['Fastify with @fastify/express', withFastify],
  ['NestJS', withNest],
])('in %s', (_host, start) => {
  let hosted: Hosted;
  beforeAll(async () => {
    hosted = await start();
  });
  afterAll(async () => {
    await router.close();
    await hosted.close();
  });

  const send = async (path: string, scope?: string, body?: object) =>
    fetch(`http://127.0.0.1:${String(hosted.port)}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': 'tools/call',
        'Mcp-Name': (body as { params?: { name: string } } | undefined)?.params?.name ?? '',
        ...(scope === undefined ? {} : { Authorization: `Bearer ${await issuer.token({ scope })}` }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
  const call = (name: string, scope?: string) => send('/mcp', scope, requestOf('2026-07-28', 'tools/call', { name }));

  it('a request without a token gets 401 with the way to sign in', async () => {
    const response = await call('open');
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      `Bearer resource_metadata="${metadataUrl}"`,
    ]);
  });

  it('the operator has a record of each refusal, of the first request already', async () => {
    expect(calls).toMatchObject([{ method: 'tools/call', target: { name: 'open' }, outcome: 'refused' }]);
    await call('write', 'notes:read');
    await call('open', 'notes:read');
    await call('open');
    expect(calls.map(({ outcome, errorCode }) => [outcome, errorCode])).toEqual([
      ['refused', 'unauthorized'],
      ['refused', 'insufficient_scope'],
      ['ok', undefined],
      ['refused', 'unauthorized'],
    ]);
  });

  it('a token without the scopes of a tool gets 403 with what it needs', async () => {
    const response = await call('write', 'notes:read');
    expect(response.status).toBe(403);
    expect(response.headers.get('www-authenticate')).toContain('scope="notes:read notes:write"');
    expect(await response.json()).toMatchObject({ error: 'insufficient_scope' });
  });

  it('a token with the scopes calls the tool', async () => {
    const response = await call('write', 'notes:read notes:write');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ result: { content: [{ text: 'written' }] } });
  });

  it('the metadata document is served', async () => {
    const response = await send('/.well-known/oauth-protected-resource/mcp');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ resource: 'https://api.example.com/mcp' });
  });

  it('other requests go on to the host', async () => {
    const response = await send('/home');
    expect([response.status, await response.text()]).toEqual([200, 'home']);
  });
});

describe('the caller', () => {
  it('is known to handlers of connect by getAuth and as req.auth', async () => {
    const seen: unknown[] = [];
    const app = connect();
    app.use(mcpAuth(authOptions()));
    app.use((req, res) => {
      seen.push(getAuth(req)?.subject, (req as { auth?: { subject?: string } }).auth?.subject);
      res.end();
    });
    const hosted = await listening(createServer(app));
    const token = await issuer.token({ subject: 'ada' });
    await fetch(`http://127.0.0.1:${String(hosted.port)}/mcp`, { headers: { Authorization: `Bearer ${token}` } });
    await hosted.close();
    expect(seen).toEqual(['ada', 'ada']);
  });
});

describe('two endpoints in a host whose handlers nobody sees', () => {
  it('each hear of their own refusals, from the first request on that came to them', async () => {
    const app = connect();
    const hears = { notes: [] as CallRecord[], other: [] as CallRecord[] };
    const routers = (['notes', 'other'] as const).map((name) => {
      const resource = `https://api.example.com/${name}`;
      const auth = mcpAuth({
        ...authOptions(),
        resource,
        issuers: [{ issuer: issuer.issuer, jwks: issuer.jwks }],
      });
      const made = mcpRouter(notesRegistry(), { onCall: (call) => hears[name].push(call) });
      app.use(auth).use(made);
      return made;
    });
    app.use(mcpErrorHandler());
    const hosted = await listening(createServer(app));
    const post = async (name: string, token?: string) =>
      fetch(`http://127.0.0.1:${String(hosted.port)}/${name}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'application/json, text/event-stream',
          'MCP-Protocol-Version': '2026-07-28',
          'Mcp-Method': 'tools/list',
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(requestOf('2026-07-28', 'tools/list', {})),
      });
    for (const name of ['notes', 'other']) {
      // Both could be the one that this guard stands in front of, and a record at the wrong one would be worse than none.
      expect((await post(name)).status).toBe(401);
      await post(name, await issuer.token({ audience: `https://api.example.com/${name}` }));
      expect((await post(name)).status).toBe(401);
    }
    expect(hears.notes.map(({ outcome }) => outcome)).toEqual(['ok', 'refused']);
    expect(hears.other.map(({ outcome }) => outcome)).toEqual(['refused', 'ok', 'refused']);
    await Promise.all(routers.map((each) => each.close()));
    await hosted.close();
  });
});
