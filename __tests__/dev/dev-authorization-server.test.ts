import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import type { PersonStep } from '../../examples/notes/person.js';
import { Person } from '../../examples/notes/person.js';
import { ConfigurationError } from '../../lib/index.js';
import type { DevAuthorizationServer, DevAuthorizationServerOptions } from '../../lib/dev/index.js';
import { devAuthorizationServer } from '../../lib/dev/index.js';
import { AuthorizationClient } from '../support/authorization-client.js';

const resource = 'http://localhost:4000/mcp';
let server: DevAuthorizationServer;
let client: AuthorizationClient;

beforeAll(async () => {
  server = await devAuthorizationServer({
    resource: [resource, 'http://localhost:4000/other'],
    scopes: { 'notes:read': 'Read <your> notes', 'notes:write': 'Change your notes' },
  });
  client = new AuthorizationClient(server.issuer, resource);
});

afterAll(async () => {
  await server.close();
});

describe('devAuthorizationServer', () => {
  it('publishes the same metadata where OAuth and where OpenID look for it', async () => {
    const oauth = await client.fetchJson('/.well-known/oauth-authorization-server');
    const openid = await client.fetchJson('/.well-known/openid-configuration');
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
    const clientId = await client.registerId();
    const { callback, tokens } = await client.authorize({ clientId, scope: 'notes:read' });
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
    const clientId = await client.registerId();
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read notes:write' });
    const refresh = {
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: String(tokens['refresh_token']),
    };
    expect(await client.token(refresh)).toMatchObject({ scope: 'notes:read notes:write', token_type: 'Bearer' });
  });

  it('asks only for what is new when a client steps up, also beyond what it registered with', async () => {
    const steps: PersonStep[] = [];
    const person = new Person({ name: 'ada', onStep: (step) => steps.push(step) });
    const clientId = await client.registerId({ scope: 'notes:read' });
    await client.authorize({ clientId, scope: 'notes:read', person });
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read notes:write', person });
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
    const clientId = await client.registerId();
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read notes:write', person });
    expect(tokens['scope']).toBe('notes:read');
    const again = await client.authorize({ clientId, scope: 'notes:read notes:write', person });
    expect(again.tokens['scope']).toBe('notes:read');
    expect(steps.at(-1)?.scopes).toEqual(['notes:write']);
  });

  it('grants a scope that was left out before, as soon as the person agrees', async () => {
    const refuses = ['notes:write'];
    const person = new Person({ name: 'ada', refuses });
    const clientId = await client.registerId();
    const scope = 'notes:read notes:write';
    expect((await client.authorize({ clientId, scope, person })).tokens['scope']).toBe('notes:read');
    refuses.length = 0;
    expect((await client.authorize({ clientId, scope, person })).tokens['scope']).toBe(scope);
    expect((await client.authorize({ clientId, scope, person })).tokens['scope']).toBe(scope);
  });

  it('shows a page of its own at an address that it does not have', async () => {
    for (const path of ['/', '/no/such/page', '/favicon.ico']) {
      const response = await fetch(`${server.issuer}${path}`);
      expect([path, response.status]).toEqual([path, 404]);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await response.text()).toContain('<h1>Not found</h1>');
    }
  });

  it('sends the person back with access_denied when they refuse', async () => {
    const person = new Person({ name: 'ada', deniesAll: true });
    const { callback } = await client.authorize({ clientId: await client.registerId(), scope: 'notes:read', person });
    expect(callback.get('error')).toBe('access_denied');
  });

  it('demands PKCE', async () => {
    const { callback } = await client.authorize({
      clientId: await client.registerId(),
      scope: 'notes:read',
      without: 'code_challenge',
    });
    expect(callback.get('error')).toBe('invalid_request');
    expect(callback.get('error_description')).toContain('PKCE');
  });

  it('issues nothing for a resource that it does not know, and takes the first when none is named', async () => {
    const clientId = await client.registerId();
    const unknown = await client.authorize({
      clientId,
      scope: 'notes:read',
      more: { resource: 'https://elsewhere.example/mcp' },
    });
    expect(unknown.callback.get('error')).toBe('invalid_target');
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read', without: 'resource' });
    expect(tokens['scope']).toBe('notes:read');
  });

  it('shows what a client calls itself as text, and allows no script on the page', async () => {
    const clientId = await client.registerId({ client_name: '<script>alert("hi")</script>' });
    const page = await client.openPage(client.authorizationUrl({ clientId, scope: 'notes:read' }).url);
    const html = await page.text();
    expect(html).toContain('&lt;script&gt;alert(&quot;hi&quot;)&lt;/script&gt;');
    expect(html).not.toContain('<script>');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('answers a page that is out of date with a sentence, not with a stack', async () => {
    const response = await fetch(`${server.issuer}/interaction/unknown`);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.text()).toContain(
      '<p>This page is out of date. Go back to the application and start again.</p>',
    );
  });
});

describe('starting a devAuthorizationServer', () => {
  it.each(['production', 'PRODUCTION', ' Production ', 'prod', 'Prod'])(
    'is refused where NODE_ENV is %j',
    async (name) => {
      await withEnvironment(name, async () => {
        await expect(devAuthorizationServer({ resource, scopes: [] })).rejects.toMatchObject({
          code: 'not_for_production',
        });
      });
    },
  );

  it.each(['', 'development', 'staging', 'products'])('is possible where NODE_ENV is %j', async (name) => {
    await withEnvironment(name, async () => {
      const started = await devAuthorizationServer({ resource, scopes: [], stateFile: false });
      await started.close();
    });
  });

  it.each<[string, object, string]>([
    ['a misspelt option', { resource, scopes: [], ports: 1 }, 'unknown_option'],
    ['no resource', { scopes: [] }, 'invalid_option'],
    ['a resource that is no URL', { resource: 'mcp', scopes: [] }, 'invalid_option'],
    ['no scopes', { resource }, 'invalid_option'],
    ['a malformed scope', { resource, scopes: ['a b'] }, 'invalid_scope'],
    ['a host that others reach', { resource, scopes: [], host: '0.0.0.0' }, 'invalid_option'],
    ['an impossible port', { resource, scopes: [], port: 70_000 }, 'invalid_option'],
    ['a state file without a name', { resource, scopes: [], stateFile: '' }, 'invalid_option'],
    ['a class of sign-in with a blank in it', { resource, scopes: [], acrValues: ['a b'] }, 'invalid_option'],
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

async function withEnvironment(name: string, work: () => Promise<void>): Promise<void> {
  const before = process.env['NODE_ENV'];
  process.env['NODE_ENV'] = name;
  try {
    await work();
  } finally {
    process.env['NODE_ENV'] = before;
  }
}
