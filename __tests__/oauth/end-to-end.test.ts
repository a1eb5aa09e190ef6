// A real authorization server (oidc-provider), from its token endpoint to a tool. The tests cover resource indicators, bound tokens,
// keys that rotate under load, an outage and the recovery.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import type { CryptoKey, JWK } from 'jose';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import Provider from 'oidc-provider';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { McpAuthOptions } from '../../lib/index.js';
import { later } from '../support/later.js';
import { whileListening } from '../support/listening.js';
import { requestOf } from '../support/dispatching.js';
import { modern } from '../support/mcp-app.js';

// oidc-provider says at length what one does not do in production.
jest.spyOn(console, 'warn').mockImplementation(() => undefined);
jest.spyOn(console, 'info').mockImplementation(() => undefined);

const resource = 'https://api.example.com/mcp';
const robot = { client_id: 'robot', client_secret: 'robot-secret' };
const authorization = `Basic ${Buffer.from(`${robot.client_id}:${robot.client_secret}`).toString('base64')}`;

/** An authorization server whose keys can change and which can be away. */
class Issuer {
  readonly #server: Server;
  #handler: ReturnType<Provider['callback']> | undefined;
  url = '';

  constructor() {
    this.#server = createServer((req, res) => {
      if (this.#handler === undefined) req.socket.destroy();
      else void this.#handler(req, res);
    });
  }

  async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
    return this;
  }

  /** Signs with the first key from now on, and publishes all of them. */
  use(...keys: readonly JWK[]): void {
    const provider = new Provider(this.url, {
      clients: [{ ...robot, redirect_uris: [], response_types: [], grant_types: ['client_credentials'] }],
      clientDefaults: { id_token_signed_response_alg: 'ES256' },
      jwks: { keys: [...keys] },
      scopes: ['notes:read', 'notes:write'],
      ttl: { ClientCredentials: 600 },
      features: {
        clientCredentials: { enabled: true },
        dPoP: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_ctx, indicator) => ({
            scope: 'notes:read notes:write',
            audience: indicator,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          }),
        },
      },
    });
    this.#handler = provider.callback();
  }

  goAway(): void {
    this.#handler = undefined;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async token(scope: string, { to = resource, proof }: { to?: string; proof?: string } = {}): Promise<string> {
    const response = await fetch(`${this.url}/token`, {
      method: 'POST',
      headers: { authorization, ...(proof === undefined ? {} : { DPoP: proof }) },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource: to }),
    });
    const answer = (await response.json()) as { readonly access_token?: string };
    if (answer.access_token === undefined) throw new Error(`No token: ${JSON.stringify(answer)}`);
    return answer.access_token;
  }
}

async function newKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
}

let issuer: Issuer;
let first: JWK;
beforeAll(async () => {
  issuer = await new Issuer().listen();
  first = await newKey('first');
  issuer.use(first);
});
afterAll(() => {
  issuer.close();
});

function appWith(auth: Partial<McpAuthOptions> = {}): Express {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('read', { scopes: ['notes:read'] }, (_args, ctx) => `read by ${ctx.auth?.clientId ?? ''}`);
  return express().use(mcpAuth({ resource, issuer: issuer.url, ...auth }), mcpRouter(registry), mcpErrorHandler());
}

const read = (app: Express, headers: Readonly<Record<string, string>>) =>
  modern(app, 'tools/call', { name: 'read' }, headers);

describe('with oidc-provider', () => {
  it('a token for this resource is good, and one for another is not', async () => {
    const app = appWith();
    const Authorization = `Bearer ${await issuer.token('notes:read')}`;
    expect((await read(app, { Authorization })).text).toContain('read by robot');
    const other = `Bearer ${await issuer.token('notes:read', { to: 'https://other.example' })}`;
    expect((await read(app, { Authorization: other })).body).toMatchObject({
      error: 'invalid_token',
      error_description: 'The access token is meant for another resource',
    });
    const lacking = await read(app, { Authorization: `Bearer ${await issuer.token('notes:write')}` });
    expect(lacking.status).toBe(403);
  });

  it('a token that is bound with DPoP is good with a proof of its key, and worth nothing without', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const proof = async (htm: string, htu: string, token?: string) => proofOf(privateKey, jwk, { htm, htu, token });
    const token = await issuer.token('notes:read', { proof: await proof('POST', `${issuer.url}/token`) });
    const app = appWith({ dpop: 'required' });
    const bound = { Authorization: `DPoP ${token}`, DPoP: await proof('POST', resource, token) };
    expect((await read(app, bound)).text).toContain('read by robot');
    expect((await read(app, bound)).body).toMatchObject({ error: 'invalid_dpop_proof' });
    expect((await read(app, { Authorization: `Bearer ${token}` })).status).toBe(401);
    const thief = await generateKeyPair('ES256', { extractable: true });
    const stolen = await proofOf(thief.privateKey, await exportJWK(thief.publicKey), {
      htm: 'POST',
      htu: resource,
      token,
    });
    expect((await read(app, { Authorization: `DPoP ${token}`, DPoP: stolen })).status).toBe(401);
  });

  it('keys rotate while a load runs, without one wrong answer', async () => {
    const app = appWith({ cache: { seconds: 0 } });
    const answers: number[] = [];
    await whileListening(app, async (port) => {
      const tokens = [await issuer.token('notes:read')];
      let isDone = false;
      const load = async (): Promise<void> => {
        for (let turn = 0; !isDone; turn += 1) {
          const response = await fetch(`http://127.0.0.1:${String(port)}/mcp`, {
            method: 'POST',
            headers: {
              Authorization: `Bearer ${tokens[turn % tokens.length] ?? ''}`,
              'Content-Type': 'application/json',
              'MCP-Protocol-Version': '2026-07-28',
              'Mcp-Method': 'tools/call',
              'Mcp-Name': 'read',
            },
            body: JSON.stringify(requestOf('2026-07-28', 'tools/call', { name: 'read' })),
          });
          await response.text();
          answers.push(response.status);
        }
      };
      const loads = [load(), load(), load(), load()];
      // By answers and not by the clock, so that a slow machine takes longer and shows the same.
      const answered = async (count: number): Promise<void> => {
        const goal = answers.length + count;
        while (answers.length < goal) await pause(10);
      };
      await answered(20);
      // As rotation is done: the old key stays published while its tokens live.
      issuer.use(await newKey('second'), first);
      tokens.push(await issuer.token('notes:read'));
      await answered(60);
      isDone = true;
      await Promise.all(loads);
    });
    expect(answers.length).toBeGreaterThan(79);
    expect(answers.filter((status) => status !== 200)).toEqual([]);
  });

  it('an outage costs nothing while keys are fresh, is 503 for who needs new ones, and ends by itself', async () => {
    const app = appWith({ cache: { seconds: 0 } });
    const Authorization = `Bearer ${await issuer.token('notes:read')}`;
    expect((await read(app, { Authorization })).status).toBe(200);
    const unknowing = appWith();
    issuer.goAway();
    expect((await read(app, { Authorization })).status).toBe(200);
    const refused = await read(unknowing, { Authorization });
    expect(refused.status).toBe(503);
    expect(refused.headers).toMatchObject({ 'retry-after': '5' });
    issuer.use(await newKey('third'), first);
    const fresh = await issuer.token('notes:read');
    expect((await later(1100, () => read(unknowing, { Authorization: `Bearer ${fresh}` }))).status).toBe(200);
    expect((await read(app, { Authorization: `Bearer ${await issuer.token('notes:read')}` })).status).toBe(200);
  });
});

async function proofOf(
  key: CryptoKey,
  jwk: JWK,
  { htm, htu, token }: { readonly htm: string; readonly htu: string; readonly token?: string | undefined },
): Promise<string> {
  const ath = token === undefined ? {} : { ath: createHash('sha256').update(token).digest('base64url') };
  return new SignJWT({ htm, htu, ...ath })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
    .setIssuedAt()
    .setJti(crypto.randomUUID())
    .sign(key);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
