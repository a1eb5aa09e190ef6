import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { PersonStep } from '../../examples/notes/person.js';
import { Person } from '../../examples/notes/person.js';
import { ConfigurationError } from '../../lib/index.js';
import type { DevAuthorizationServer, DevAuthorizationServerOptions } from '../../lib/dev/index.js';
import { devAuthorizationServer } from '../../lib/dev/index.js';

const resource = 'http://localhost:4000/mcp';
const redirectUri = 'http://127.0.0.1:33333/callback';

let server: DevAuthorizationServer;

beforeAll(async () => {
  server = await devAuthorizationServer({
    resource: [resource, 'http://localhost:4000/other'],
    scopes: { 'notes:read': 'Read <your> notes', 'notes:write': 'Change your notes' },
  });
});

afterAll(async () => {
  await server.close();
});

type Json = Readonly<Record<string, unknown>>;

async function fetchJson(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly body: Json }> {
  const response = await fetch(`${server.issuer}${path}`, init);
  return { status: response.status, body: (await response.json()) as Json };
}

async function register(more: Json = {}): Promise<string> {
  const metadata = {
    client_name: 'Test client',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    ...more,
  };
  const { body } = await fetchJson('/reg', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  });
  return String(body['client_id']);
}

interface Asked {
  readonly clientId: string;
  readonly scope: string;
  readonly person?: Person;
  readonly without?: 'code_challenge' | 'resource';
  readonly resource?: string;
}

/** One authorization as a client does it; gives back the callback's parameters and what the token request answered. */
async function authorize({ clientId, scope, person = new Person({ name: 'ada' }), without, ...more }: Asked) {
  const verifier = randomBytes(32).toString('base64url');
  const url = new URL(`${server.issuer}/auth`);
  url.search = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope,
    resource: more.resource ?? resource,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  if (without !== undefined) url.searchParams.delete(without);
  if (without === 'code_challenge') url.searchParams.delete('code_challenge_method');
  const callback = (await person.visit(url)).searchParams;
  const code = callback.get('code');
  if (code === null) return { callback, tokens: {} as Json };
  const tokens = await token({
    grant_type: 'authorization_code',
    client_id: clientId,
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
    resource,
  });
  return { callback, tokens };
}

async function token(parameters: Readonly<Record<string, string>>): Promise<Json> {
  return (await fetchJson('/token', { method: 'POST', body: new URLSearchParams(parameters) })).body;
}

describe('devAuthorizationServer', () => {
  it('publishes the same metadata where OAuth and where OpenID look for it', async () => {
    const oauth = await fetchJson('/.well-known/oauth-authorization-server');
    const openid = await fetchJson('/.well-known/openid-configuration');
    expect(oauth).toEqual(openid);
    expect(oauth.body).toMatchObject({
      issuer: server.issuer,
      registration_endpoint: `${server.issuer}/reg`,
      code_challenge_methods_supported: ['S256'],
      response_types_supported: ['code'],
      authorization_response_iss_parameter_supported: true,
    });
    expect(oauth.body['scopes_supported']).toEqual(['openid', 'notes:read', 'notes:write']);
  });

  it('issues a JWT access token by RFC 9068 for the resource, with the scopes that were asked for', async () => {
    const clientId = await register();
    const { callback, tokens } = await authorize({ clientId, scope: 'notes:read' });
    expect(callback.get('iss')).toBe(server.issuer);
    const jwt = String(tokens['access_token']);
    const { payload } = await jwtVerify(jwt, createRemoteJWKSet(new URL(`${server.issuer}/jwks`)));
    expect(decodeProtectedHeader(jwt)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(payload).toMatchObject({
      iss: server.issuer,
      aud: resource,
      sub: 'ada',
      client_id: clientId,
      scope: 'notes:read',
    });
    expect(Number(payload.exp) - Number(payload.iat)).toBe(300);
  });

  it('refreshes, with the scopes that were granted', async () => {
    const clientId = await register();
    const { tokens } = await authorize({ clientId, scope: 'notes:read notes:write' });
    const refresh = {
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: String(tokens['refresh_token']),
    };
    expect(await token(refresh)).toMatchObject({ scope: 'notes:read notes:write', token_type: 'Bearer' });
  });

  it('asks only for what is new when a client steps up, also beyond what it registered with', async () => {
    const steps: PersonStep[] = [];
    const person = new Person({ name: 'ada', onStep: (step) => steps.push(step) });
    const clientId = await register({ scope: 'notes:read' });
    await authorize({ clientId, scope: 'notes:read', person });
    const { tokens } = await authorize({ clientId, scope: 'notes:read notes:write', person });
    expect(steps.map(({ title, scopes }) => ({ title, scopes }))).toEqual([
      { title: 'Sign in', scopes: [] },
      { title: 'Allow access?', scopes: ['notes:read'] },
      { title: 'Allow more access?', scopes: ['notes:write'] },
    ]);
    expect(tokens['scope']).toBe('notes:read notes:write');
  });

  it('grants less when the person leaves a scope out, and asks for it again the next time', async () => {
    const steps: PersonStep[] = [];
    const person = new Person({ name: 'ada', refuses: ['notes:write'], onStep: (step) => steps.push(step) });
    const clientId = await register();
    const { tokens } = await authorize({ clientId, scope: 'notes:read notes:write', person });
    expect(tokens['scope']).toBe('notes:read');
    const again = await authorize({ clientId, scope: 'notes:read notes:write', person });
    expect(again.tokens['scope']).toBe('notes:read');
    expect(steps.at(-1)?.scopes).toEqual(['notes:write']);
  });

  it('sends the person back with access_denied when they refuse', async () => {
    const person = new Person({ name: 'ada', deniesAll: true });
    const { callback } = await authorize({ clientId: await register(), scope: 'notes:read', person });
    expect(callback.get('error')).toBe('access_denied');
  });

  it('demands PKCE', async () => {
    const { callback } = await authorize({
      clientId: await register(),
      scope: 'notes:read',
      without: 'code_challenge',
    });
    expect(callback.get('error')).toBe('invalid_request');
    expect(callback.get('error_description')).toContain('PKCE');
  });

  it('issues nothing for a resource that it does not know, and takes the first when none is named', async () => {
    const clientId = await register();
    const unknown = await authorize({ clientId, scope: 'notes:read', resource: 'https://elsewhere.example/mcp' });
    expect(unknown.callback.get('error')).toBe('invalid_target');
    const { tokens } = await authorize({ clientId, scope: 'notes:read', without: 'resource' });
    expect(tokens['scope']).toBe('notes:read');
  });

  it('shows what a client calls itself as text, and allows no script on the page', async () => {
    const clientId = await register({ client_name: '<script>alert("hi")</script>' });
    const url = new URL(`${server.issuer}/auth`);
    const challenge = randomBytes(32).toString('base64url');
    url.search = new URLSearchParams({
      client_id: clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'notes:read',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    }).toString();
    const redirect = await fetch(url, { redirect: 'manual' });
    const cookie = redirect.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const page = await fetch(new URL(redirect.headers.get('location') ?? '', url), { headers: { cookie } });
    const html = await page.text();
    expect(html).toContain('&lt;script&gt;alert(&quot;hi&quot;)&lt;/script&gt;');
    expect(html).not.toContain('<script>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('answers a page that is out of date with a sentence, not with a stack', async () => {
    const response = await fetch(`${server.issuer}/interaction/unknown`);
    expect(response.status).toBe(400);
    expect(await response.text()).toBe('This page is out of date. Go back to the application and start again.');
  });
});

describe('starting a devAuthorizationServer', () => {
  it('is refused in production', async () => {
    const before = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      await expect(devAuthorizationServer({ resource, scopes: [] })).rejects.toMatchObject({
        code: 'not_for_production',
      });
    } finally {
      process.env['NODE_ENV'] = before;
    }
  });

  it.each<[string, object, string]>([
    ['a misspelt option', { resource, scopes: [], ports: 1 }, 'unknown_option'],
    ['no resource', { scopes: [] }, 'invalid_option'],
    ['a resource that is no URL', { resource: 'mcp', scopes: [] }, 'invalid_option'],
    ['no scopes', { resource }, 'invalid_option'],
    ['a malformed scope', { resource, scopes: ['a b'] }, 'invalid_scope'],
    ['a host that others reach', { resource, scopes: [], host: '0.0.0.0' }, 'invalid_option'],
    ['an impossible port', { resource, scopes: [], port: 70_000 }, 'invalid_option'],
    ['tokens that never live', { resource, scopes: [], accessTokenSeconds: 0 }, 'invalid_option'],
  ])('is refused with %s', async (_what, options, code) => {
    const started = devAuthorizationServer(options as DevAuthorizationServerOptions);
    await expect(started).rejects.toBeInstanceOf(ConfigurationError);
    await expect(started).rejects.toMatchObject({ code });
  });

  it('fails when the port is taken', async () => {
    const port = Number(new URL(server.issuer).port);
    await expect(devAuthorizationServer({ resource, scopes: [], port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
