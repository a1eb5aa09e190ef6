import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { INestApplication, MiddlewareConsumer } from '@nestjs/common';
import { Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import express from 'express';
import request from 'supertest';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import {
  authOptions,
  callTool,
  challengeOf,
  issuer,
  metadataUrl,
  notesRegistry,
  resource,
} from '../support/mcp-app.js';

const metadata = '/.well-known/oauth-protected-resource/mcp';

describe("NestJS's consumer.apply(…).forRoutes('*')", () => {
  const logged: string[] = [];
  let app: INestApplication;
  let url: string;

  class AppModule {
    readonly name = 'app';
    configure(consumer: MiddlewareConsumer): void {
      consumer.apply(mcpAuth(authOptions()), mcpRouter(notesRegistry()), mcpErrorHandler()).forRoutes('*');
      const home = (_req: express.Request, res: express.Response) => res.end('home');
      consumer.apply(home).forRoutes('home', 'deep/er/path', 'mcp/below');
    }
  }

  beforeAll(async () => {
    const silent = (): void => undefined;
    const error = (...said: readonly unknown[]): void => {
      logged.push(said.map((each) => (each instanceof Error ? each.message : String(each))).join(' '));
    };
    Logger.overrideLogger({ log: silent, warn: silent, error });
    app = await NestFactory.create(AppModule);
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
    url = `http://127.0.0.1:${String(port)}`;
  });
  afterAll(() => app.close());

  it.each(['/home', '/home/', '/home?x=1', '/deep/er/path', '/deep/er/path/'])('leaves %s alone', async (path) => {
    const response = await fetch(url + path);
    expect([response.status, await response.text()]).toEqual([200, 'home']);
    expect(logged).toEqual([]);
  });

  it.each(['/', '/none', '/a%2fb/c', '/deep/er/p%61th'])('leaves to NestJS that there is no %s', async (path) => {
    expect((await fetch(url + path)).status).toBe(404);
    expect(logged).toEqual([]);
  });

  it('serves the metadata document and answers a call with a good token', async () => {
    const document = await fetch(url + metadata);
    expect([document.status, ((await document.json()) as { readonly resource: string }).resource]).toEqual([
      200,
      resource,
    ]);
    const response = await callTool(url, 'read', 'notes:read');
    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ result: { content: [{ type: 'text', text: 'a note' }] } });
    expect(logged).toEqual([]);
  });

  it.each(['/mcp', '/MCP/', '/mcp/below'])('challenges a caller without a token at %s', async (path) => {
    const response = await fetch(url + path, { method: 'POST' });
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe(`Bearer resource_metadata="${metadataUrl}"`);
    expect(logged).toEqual([]);
  });

  it('refuses a call for the scopes that the tool demands', async () => {
    const response = await callTool(url, 'write', 'notes:read');
    expect(response.status).toBe(403);
    expect(challengeOf(response)).toContain('error="insufficient_scope"');
    expect(challengeOf(response)).toContain('scope="notes:read notes:write"');
    expect(logged).toEqual([]);
  });

  it('answers a message that is no JSON', async () => {
    const Authorization = `Bearer ${await issuer.token({ scope: 'notes:read' })}`;
    const headers = { Authorization, 'Content-Type': 'text/plain', Accept: 'application/json, text/event-stream' };
    const response = await fetch(`${url}/mcp`, { method: 'POST', headers, body: 'hello' });
    expect(response.status).toBe(415);
    expect(logged).toEqual([]);
  });
});

describe('mcpAuth at a wildcard for all paths of Express 5', () => {
  const reached: express.RequestHandler = (_req, res) => {
    res.send('reached');
  };
  const at = (path: string) => {
    const app = express().set('env', 'test');
    return app.use(path, mcpAuth(authOptions()), mcpRouter(notesRegistry()), reached).use(mcpErrorHandler());
  };

  it.each(['/*path', '/{*path}'])('works as at the root: %s', async (path) => {
    const app = at(path);
    expect((await request(app).get('/home')).text).toBe('reached');
    expect((await request(app).get(metadata)).status).toBe(200);
    expect((await request(app).post('/mcp').send({})).status).toBe(401);
    expect((await request(app).get('/mcp/below')).status).toBe(401);
  });

  it.each([
    ['/api/*path', '/api/home'],
    ['/*path/home', '/api/home'],
    ['/api*path', '/api-home'],
    ['/:any', '/home'],
    ['/api', '/api'],
  ])('lets nothing pass where only some paths arrive: %s', async (path, target) => {
    expect((await request(at(path)).get(target)).status).toBe(500);
  });
});
