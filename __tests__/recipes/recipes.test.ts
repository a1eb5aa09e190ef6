// Every recipe of docs/authorization.md, with the tokens and the metadata of its product.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Response } from 'supertest';
import request from 'supertest';
import type { Claims, McpAuthOptions } from '../../lib/index.js';
import {
  createRegistry,
  mcpAuth,
  mcpErrorHandler,
  mcpRouter,
  memoryRevocationStore,
  revokeTokens,
} from '../../lib/index.js';
import { expectChallenge } from '../../lib/testing/index.js';
import { FakeIssuer } from '../support/fake-issuer.js';
import { metadataUrl, modern } from '../support/mcp-app.js';
import { readRecipe } from './read-recipe.js';

interface Token {
  readonly header?: Claims;
  readonly claims: Claims;
}

/** A product's fixture. Claims that every token of the kind has (`iat`, `exp`) are left out. */
interface Product {
  readonly name: string;
  readonly issuer: string;
  readonly metadata: { readonly place: string; readonly document: Readonly<Record<string, unknown>> };
  readonly accessToken: Token;
  /** An ID token of the same issuer, for the same user. */
  readonly idToken: Token;
  readonly expected: { readonly subject: string; readonly clientId: string; readonly scopes: readonly string[] };
  /** Other access tokens: the differences from the first one, null for a missing claim, and their scopes. */
  readonly others: readonly (Token & { readonly title: string; readonly scopes: readonly string[] })[];
  /** Tokens that must be refused, in the same form. */
  readonly refused: readonly (Token & { readonly title: string })[];
}

const products = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(path.join(import.meta.dirname, file), 'utf8')) as Product);

const keys = await generateKeyPair('RS256');
const jwks = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'rsa', alg: 'RS256', use: 'sig' }] };

let server: FakeIssuer;
beforeAll(async () => {
  server = await new FakeIssuer().listen();
});
afterAll(async () => {
  await server.close();
});

/** Replaces the product's server by that of this test. */
function rewrite(text: string, { issuer }: Product): string {
  return text.replaceAll(new URL(issuer).origin, server.origin);
}

async function appFor(product: Product, needed: string, more: McpAuthOptions = {}): Promise<Express> {
  const { place, document } = product.metadata;
  const metadata = JSON.parse(rewrite(JSON.stringify(document), product)) as { jwks_uri: string };
  server.routes.clear();
  server.json(place, metadata);
  server.json(new URL(metadata.jwks_uri).pathname, jwks);
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('whoami', {}, (_args, { auth }) =>
    JSON.stringify({ subject: auth?.subject, clientId: auth?.clientId, scopes: auth?.scopes }),
  );
  registry.tool('scoped', { scopes: [needed] }, () => 'done');
  const options = await readRecipe(product.name, (code) => rewrite(code, product));
  return express().use(mcpAuth({ ...options, ...more }), mcpRouter(registry), mcpErrorHandler());
}

async function sign(product: Product, { header, claims }: Token): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const all: Claims = { iss: product.issuer, iat: now, nbf: now, exp: now + 300, ...claims };
  const there = Object.entries(all).filter(([, value]) => value !== null);
  return new SignJWT(JSON.parse(rewrite(JSON.stringify(Object.fromEntries(there)), product)) as Claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'rsa', ...header })
    .sign(keys.privateKey);
}

/** The access token of the fixture with some changes. */
function changed({ accessToken }: Product, { header, claims }: Token): Token {
  return { header: { ...accessToken.header, ...header }, claims: { ...accessToken.claims, ...claims } };
}

async function call(app: Express, tool: string, token: string): Promise<Response> {
  return modern(app, 'tools/call', { name: tool }, { Authorization: `Bearer ${token}` });
}

async function whoIs(product: Product, token: Token): Promise<unknown> {
  const response = await call(await appFor(product, 'any'), 'whoami', await sign(product, token));
  expect(response.status).toBe(200);
  const { result } = response.body as { result: { content: [{ text: string }] } };
  return JSON.parse(result.content[0].text);
}

async function expectRefused(product: Product, token: Token): Promise<void> {
  // Even items without scopes are refused.
  const response = await call(await appFor(product, 'any'), 'whoami', await sign(product, token));
  expectChallenge(response, { error: 'invalid_token', resourceMetadata: metadataUrl });
}

it('has a fixture for every recipe', () => {
  expect(products.map(({ name }) => name).sort()).toEqual([
    'Amazon Cognito',
    'Auth0',
    'Clerk',
    'Keycloak',
    'Microsoft Entra ID',
    'Okta',
    'WorkOS AuthKit',
  ]);
});

describe.each(products.map((product) => [product.name, product] as const))('the recipe for %s', (_name, product) => {
  const { accessToken, expected, idToken } = product;

  it('finds out who calls, through which client, and what they may', async () => {
    expect(await whoIs(product, accessToken)).toEqual(expected);
  });

  it('lets a tool be called with the scopes of the token', async () => {
    const app = await appFor(product, expected.scopes.at(-1) ?? '');
    expect((await call(app, 'scoped', await sign(product, accessToken))).status).toBe(200);
  });

  it('asks for a missing scope together with those of the token', async () => {
    const response = await call(await appFor(product, 'notes:purge'), 'scoped', await sign(product, accessToken));
    expectChallenge(response, {
      error: 'insufficient_scope',
      scope: ['notes:purge', ...expected.scopes],
      resourceMetadata: metadataUrl,
    });
  });

  it('sends clients to the issuer', async () => {
    const response = await request(await appFor(product, 'any')).get(new URL(metadataUrl).pathname);
    expect(response.body).toMatchObject({ authorization_servers: [rewrite(product.issuer, product)] });
  });

  it('takes no ID token', async () => {
    await expectRefused(product, idToken);
  });

  it.each([['https://api.example.com/other'], ['https://api.example.com/mcp/'], [[]], [null]])(
    'takes no token for the audience %j',
    async (aud) => {
      await expectRefused(product, changed(product, { claims: { aud } }));
    },
  );

  for (const other of product.others) {
    it(`takes ${other.title}`, async () => {
      expect(await whoIs(product, changed(product, other))).toMatchObject({ scopes: other.scopes });
    });
  }

  for (const other of product.refused) {
    it(`refuses ${other.title}`, async () => {
      await expectRefused(product, changed(product, other));
    });
  }

  it('refuses what was revoked by the sub of the token', async () => {
    const revocation = memoryRevocationStore();
    const app = await appFor(product, 'any', { stores: { revocation } });
    const token = await sign(product, accessToken);
    expect((await call(app, 'whoami', token)).status).toBe(200);
    await revokeTokens(revocation, {
      issuer: rewrite(product.issuer, product),
      subject: String(accessToken.claims['sub']),
    });
    expectChallenge(await call(app, 'whoami', token), { error: 'invalid_token' });
  });
});
