// Opaque tokens of a real authorization server, from end to end.
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import Provider from 'oidc-provider';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { IntrospectionOptions, McpAuthOptions } from '../../lib/index.js';
import { modern } from '../support/mcp-app.js';

const resource = 'https://api.example.com/mcp';
const api = { client_id: 'api', client_secret: 'api-secret' };
const robot = { client_id: 'robot', client_secret: 'robot-secret' };
const basic = ({ client_id, client_secret }: typeof api): string =>
  `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`;

// oidc-provider says at length what one does not do in production.
jest.spyOn(console, 'warn').mockImplementation(() => undefined);
jest.spyOn(console, 'info').mockImplementation(() => undefined);

let server: Server;
let issuer: string;
let introspections = 0;

beforeAll(async () => {
  const app = express();
  server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const provider = new Provider(issuer, {
    clients: [
      { ...api, redirect_uris: [], response_types: [], grant_types: [] },
      { ...robot, redirect_uris: [], response_types: [], grant_types: ['client_credentials'] },
    ],
    scopes: ['notes:read', 'notes:write'],
    features: {
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_ctx, client) => client.clientId === 'api' },
      revocation: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({
          scope: 'notes:read notes:write',
          audience: resource,
          accessTokenFormat: 'opaque',
          accessTokenTTL: 60,
        }),
        defaultResource: () => resource,
      },
    },
  });
  app.use((req, _res, next) => {
    if (req.path === '/token/introspection') introspections += 1;
    next();
  });
  app.use(provider.callback());
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function tokenWith(scope: string): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: basic(robot) },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
  });
  const { access_token: token } = (await response.json()) as { readonly access_token: string };
  return token;
}

function appWith(introspection: Partial<IntrospectionOptions> = {}, more: Partial<McpAuthOptions> = {}): Express {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('read', { scopes: ['notes:read'] }, (_args, ctx) => `read by ${ctx.auth?.clientId ?? ''}`);
  registry.tool('write', { scopes: ['notes:write'] }, () => 'written');
  const credentials = { clientId: api.client_id, clientSecret: api.client_secret };
  const issuers = [{ issuer, introspection: { ...credentials, ...introspection } }];
  return express().use(mcpAuth({ resource, issuers, ...more }), mcpRouter(registry), mcpErrorHandler());
}

const call = (app: Express, name: string, token: string) =>
  modern(app, 'tools/call', { name }, { Authorization: `Bearer ${token}` });

describe('an opaque token', () => {
  it('is good for what its issuer says, which is asked once in the time of the cache', async () => {
    const app = appWith();
    const token = await tokenWith('notes:read');
    expect(token).not.toContain('.');
    introspections = 0;
    expect((await call(app, 'read', token)).text).toContain('read by robot');
    expect((await call(app, 'write', token)).status).toBe(403);
    expect(introspections).toBe(1);
  });

  it('that its issuer does not know is refused', async () => {
    expect((await call(appWith(), 'read', 'made-up')).status).toBe(401);
  });

  it('that was revoked is refused as soon as the cache forgets it', async () => {
    const token = await tokenWith('notes:read');
    const [cached, uncached] = [appWith(), appWith({}, { cache: { seconds: 0 } })];
    for (const app of [cached, uncached]) expect((await call(app, 'read', token)).status).toBe(200);
    const revoked = await fetch(`${issuer}/token/revocation`, {
      method: 'POST',
      headers: { authorization: basic(robot) },
      body: new URLSearchParams({ token }),
    });
    expect(revoked.status).toBe(200);
    expect((await call(uncached, 'read', token)).status).toBe(401);
    expect((await call(cached, 'read', token)).status).toBe(200);
  });

  it('is not called bad when the issuer does not let us ask', async () => {
    const response = await call(appWith({ clientSecret: 'wrong' }), 'read', await tokenWith('notes:read'));
    expect(response.status).toBe(503);
    expect(response.headers).toMatchObject({ 'retry-after': '5' });
    expect((await call(appWith({ endpoint: `${issuer}/nowhere` }), 'read', 'token')).status).toBe(503);
  });
});
