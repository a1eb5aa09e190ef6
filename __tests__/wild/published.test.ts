// Key sets and metadata documents as authorization servers publish them; the cases are data beside this file.
import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { AccessDecision } from '../../lib/index.js';
import { FakeIssuer } from '../support/fake-issuer.js';
import { modern, protectedApp, resource } from '../support/mcp-app.js';
import { readCases } from './cases.js';

/** How a document is answered. */
interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly text?: string;
  readonly html?: boolean;
  readonly bom?: boolean;
  readonly location?: string;
  /** Members that are changed; null for one that is left out or null. */
  readonly json?: Readonly<Record<string, unknown>>;
}

interface PublishedCase {
  readonly area: 'keys' | 'metadata';
  readonly source: string;
  /** Changes of the key that signs, or another key as it is. */
  readonly keys?: readonly (Readonly<Record<string, unknown>> & { readonly raw?: unknown })[];
  readonly set?: object;
  /** Whether the token names no key. */
  readonly withoutKid?: boolean;
  /** In place of a key set. */
  readonly body?: unknown;
  /** By RFC 8414; absent for 404. */
  readonly first?: Answer;
  /** By OpenID Connect Discovery; absent for 404. */
  readonly second?: Answer;
  /** For a request with a good token. */
  readonly status: number;
}

const pair = await generateKeyPair('ES256', { extractable: true });
const publicJwk = { ...(await exportJWK(pair.publicKey)), kid: 'k' };
const html = '<!doctype html><title>Sign in</title>';

function publish(server: FakeIssuer, path: string, answer: Answer | undefined): void {
  if (answer === undefined) return;
  const { status = 200, type = 'application/json', location, bom = false, json = {} } = answer;
  const document = JSON.stringify({ issuer: server.origin, jwks_uri: `${server.origin}/jwks`, ...json });
  const text = answer.text ?? (answer.html === true ? html : `${bom ? '\uFEFF' : ''}${document}`);
  server.routes.set(path, (_request, response) => {
    const headers = { 'content-type': answer.html === true ? 'text/html' : type };
    response.writeHead(status, location === undefined ? headers : { ...headers, location }).end(text);
  });
}

async function answerTo({ keys = [{}], set, body, withoutKid = false, ...published }: PublishedCase) {
  const server = await new FakeIssuer().listen();
  try {
    const { first = published.area === 'keys' ? {} : undefined, second } = published;
    publish(server, '/.well-known/oauth-authorization-server', first);
    publish(server, '/.well-known/openid-configuration', second);
    const own = keys.map((key) => ('raw' in key ? key.raw : { ...publicJwk, ...key }));
    server.json('/jwks', body ?? { ...set, keys: own });
    const token = await new SignJWT({ sub: 'ada' })
      .setProtectedHeader({ alg: 'ES256', ...(withoutKid ? {} : { kid: 'k' }) })
      .setIssuer(server.origin)
      .setAudience(resource)
      .setExpirationTime('1m')
      .sign(pair.privateKey);
    const decisions: AccessDecision[] = [];
    const app = protectedApp({
      auth: { issuers: [{ issuer: server.origin }], onDecision: (decision) => void decisions.push(decision) },
    });
    const { status } = await modern(app, 'tools/list', {}, { Authorization: `Bearer ${token}` });
    return { status, cause: decisions[0]?.cause };
  } finally {
    await server.close();
  }
}

describe('what an authorization server publishes', () => {
  const cases = readCases('published.json') as readonly PublishedCase[];

  it.each(cases.map((each) => [each.area, each.source, each] as const))('%s: %s', async (_area, _source, each) => {
    const { status, cause } = await answerTo(each);
    expect(status).toBe(each.status);
    // A refusal has a reason for the operator.
    if (status !== 200) expect(cause).toHaveProperty('message');
  });
});
