// Every recipe of docs/authorization.md, with the tokens and metadata of its product.
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { Claims } from '../../lib/index.js';
import { expectChallenge } from '../../lib/testing/index.js';
import { FakeIssuer } from '../support/fake-issuer.js';
import { forge, jwks, keys } from '../support/forge.js';
import { modern, resource } from '../support/mcp-app.js';
import { clerkVerifier } from './clerk.js';
import type { Product } from './products.js';
import { products } from './products.js';

let server: FakeIssuer;
beforeAll(async () => {
  server = await new FakeIssuer().listen();
});
afterAll(async () => {
  await server.close();
});

function appFor(product: Product, needed: string): Express {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('read', { scopes: [needed] }, (_args, { auth }) =>
    JSON.stringify({ subject: auth?.subject, clientId: auth?.clientId, scopes: auth?.scopes }),
  );
  const issuer = `${server.origin}${product.issuerPath}`;
  return express().use(
    mcpAuth({ resource, issuers: [{ issuer, ...product.options }] }),
    mcpRouter(registry),
    mcpErrorHandler(),
  );
}

/** Puts the issuer's server where the product's is, and signs with its key. */
function tokenOf(product: Product, claims: Claims): string {
  const issuer = `${server.origin}${product.issuerPath}`;
  server.routes.clear();
  server.json(product.metadataPath, { issuer, jwks_uri: `${server.origin}/keys` });
  server.json('/keys', jwks);
  const now = Math.floor(Date.now() / 1000);
  const written = JSON.stringify({ iss: issuer, iat: now, exp: now + 300, ...claims }).replaceAll(
    'ISSUER',
    server.origin,
  );
  const header = { kid: 'rsa', ...product.header };
  // Header and claims exactly as the product has them, so as texts.
  return forge({}, { header: JSON.stringify(header), claims: written, key: keys.rsa.privateKey });
}

const read = (app: Express, token: string) =>
  modern(app, 'tools/call', { name: 'read' }, { Authorization: `Bearer ${token}` });

describe.each(products.map((product) => [product.name, product] as const))('the recipe for %s', (_name, product) => {
  const [scope = ''] = product.expected.scopes;

  it('finds out who calls and what they may', async () => {
    const response = await read(appFor(product, scope), tokenOf(product, product.accessToken));
    expect(response.status).toBe(200);
    const { result } = response.body as { result: { content: [{ text: string }] } };
    expect(JSON.parse(result.content[0].text)).toEqual(product.expected);
  });

  it('asks for the scopes that are missing', async () => {
    const response = await read(appFor(product, 'notes:purge'), tokenOf(product, product.accessToken));
    expectChallenge(response, { error: 'insufficient_scope', scope: ['notes:purge', ...product.expected.scopes] });
  });

  it('takes no ID token for an access token', async () => {
    const { sub } = product.accessToken;
    expect((await read(appFor(product, scope), tokenOf(product, { sub, ...product.idToken }))).status).toBe(401);
    // Not even one that names the resource.
    const aud = product.options.audience ?? resource;
    const named = tokenOf(product, { ...product.accessToken, ...product.idToken, aud });
    expect((await read(appFor(product, scope), named)).status).toBe(401);
  });

  it.each([['https://other.example/mcp'], [[]], [undefined]])(
    'takes no token for another audience: %j',
    async (aud) => {
      const token = tokenOf(product, { ...product.accessToken, aud });
      expect((await read(appFor(product, scope), token)).status).toBe(401);
    },
  );
});

describe('the recipe for Clerk', () => {
  it('asks its backend API about a token', async () => {
    const answers: Readonly<Record<string, object>> = {
      good: {
        object: 'clerk_idp_oauth_access_token',
        id: 'oat_0ef5a7a33d87ed87ee7954c845d80450',
        client_id: 'client_2xhFjEI5X2qWRvtV13BzSj8H6Dk',
        subject: 'user_2xhFjEI5X2qWRvtV13BzSj8H6Dk',
        scopes: ['notes:read'],
        revoked: false,
        expired: false,
        expiration: Math.floor(Date.now() / 1000) + 60,
      },
    };
    const revoked = { ...answers['good'], revoked: true };
    const foreign = { ...answers['good'], client_id: 'client_of_another_server' };
    const all = {
      ...answers,
      revoked,
      foreign,
      expired: { ...answers['good'], expired: true },
      inactive: { active: false },
    };
    const clerk = createServer((req, res) => {
      void text(req).then((body) => {
        const { access_token: token } = JSON.parse(body) as { access_token: keyof typeof all };
        const isOurs = req.headers.authorization === 'Bearer sk_test' && req.method === 'POST';
        if (token in all && isOurs) res.end(JSON.stringify(all[token]));
        else res.writeHead(token in all ? 401 : 404).end('{"errors":[]}');
      });
    });
    clerk.listen(0, '127.0.0.1');
    await once(clerk, 'listening');
    const api = `http://127.0.0.1:${String((clerk.address() as AddressInfo).port)}/v1`;
    const clients = new Set(['client_2xhFjEI5X2qWRvtV13BzSj8H6Dk']);
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('read', { scopes: ['notes:read'] }, (_args, ctx) => `read by ${ctx.auth?.subject ?? ''}`);
    const appWith = (secretKey: string): Express =>
      express().use(
        mcpAuth({
          resource,
          issuer: 'https://clerk.example.com',
          verifier: clerkVerifier({ api, secretKey, clients }),
        }),
        mcpRouter(registry),
        mcpErrorHandler(),
      );
    try {
      const app = appWith('sk_test');
      expect((await read(app, 'good')).text).toContain('read by user_2xhFjEI5X2qWRvtV13BzSj8H6Dk');
      for (const token of ['revoked', 'expired', 'inactive', 'foreign', 'unknown']) {
        expect((await read(app, token)).status).toBe(401);
      }
      expect((await read(appWith('sk_wrong'), 'good')).status).toBe(503);
    } finally {
      clerk.close();
    }
  });
});
