import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../examples/notes/person.js';
import type { DevAuthorizationServer } from '../../lib/dev/index.js';
import { devAuthorizationServer } from '../../lib/dev/index.js';
import { AuthorizationClient } from '../support/authorization-client.js';

const resource = 'http://localhost:4000/mcp';

let server: DevAuthorizationServer;
let client: AuthorizationClient;

beforeAll(async () => {
  server = await devAuthorizationServer({ resource, scopes: ['notes:read', 'notes:write'] });
  client = new AuthorizationClient(server.issuer, resource);
});

afterAll(async () => {
  await server.close();
});

/** A request with a `Host` of its own, which `fetch` does not allow. */
async function getAs(host: string, path: string): Promise<{ readonly status: number; readonly body: string }> {
  const { port } = new URL(server.issuer);
  return new Promise((resolve, reject) => {
    request({ host: 'localhost', port, path, headers: { host } }, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body });
      }, reject);
    })
      .on('error', reject)
      .end();
  });
}

describe('an authorization server for development, asked under a name', () => {
  const metadata = '/.well-known/oauth-authorization-server';

  it.each(['localhost', 'LOCALHOST', '127.0.0.1', '[::1]', 'app.localhost'])(
    'of this machine (%s), answers',
    async (name) => {
      const { status, body } = await getAs(`${name}:${new URL(server.issuer).port}`, metadata);
      expect(status).toBe(200);
      expect((JSON.parse(body) as { issuer: string }).issuer).toBe(server.issuer);
    },
  );

  it.each([
    'rebound.example',
    'rebound.example:80',
    'localhost.example',
    '192.168.0.1',
    '0.0.0.0',
    'localhost@rebound.example',
  ])('that others can have (%s), refuses pages, metadata and registration alike', async (host) => {
    for (const path of [metadata, '/jwks', '/reg', '/auth?client_id=x', '/interaction/x']) {
      const { status, body } = await getAs(host, path);
      expect({ path, status }).toEqual({ path, status: 403 });
      expect(body).toContain('This server answers only at localhost.');
    }
  });

  it('is not fooled by a forwarded host', async () => {
    const headers = { 'x-forwarded-host': 'rebound.example', forwarded: 'host=rebound.example' };
    const { body } = await client.fetchJson(metadata, { headers });
    expect(body['token_endpoint']).toBe(`${server.issuer}/token`);
  });
});

describe('a scope that the server does not know', () => {
  it('is invalid_scope in an authorization request, before anything is asked', async () => {
    const clientId = await client.registerId();
    const person = new Person({
      name: 'ada',
      onStep: ({ title }) => {
        throw new Error(`The person saw ${String(title)}`);
      },
    });
    const { callback } = await client.authorize({ clientId, scope: 'notes:read notes:burn', person });
    expect(Object.fromEntries(callback)).toEqual({
      error: 'invalid_scope',
      error_description: 'requested scope does not exist',
      scope: 'notes:burn',
      iss: server.issuer,
    });
  });

  it('is invalid_scope in a refresh and with client credentials', async () => {
    const clientId = await client.registerId();
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read' });
    const refreshed = await client.token({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: String(tokens['refresh_token']),
      scope: 'notes:burn',
    });
    expect(refreshed).toMatchObject({ error: 'invalid_scope' });
    const { body } = await registerService();
    const issued = await client.token({ grant_type: 'client_credentials', scope: 'notes:burn' }, basic(body));
    expect(issued).toMatchObject({ error: 'invalid_scope', scope: 'notes:burn' });
  });

  it('does not include those of OpenID Connect', async () => {
    const clientId = await client.registerId();
    const { tokens } = await client.authorize({ clientId, scope: 'openid offline_access notes:read' });
    expect(tokens['scope']).toBe('notes:read');
  });
});

async function registerService(): Promise<{ readonly body: Readonly<Record<string, unknown>> }> {
  const body = await client.register({
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'client_secret_basic',
  });
  return { body };
}

function basic({ client_id: id, client_secret: secret }: Readonly<Record<string, unknown>>): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${String(id)}:${String(secret)}`).toString('base64')}` };
}

describe('a page for an error', () => {
  const html = { headers: { accept: 'text/html' } };

  it.each([
    ['an unknown client', '/auth?client_id=nobody&response_type=code', 400],
    ['an authorization that is over', '/auth/nothing', 400],
    ['a sign-out without a session', '/session/end?post_logout_redirect_uri=x&client_id=nobody', 400],
  ])('for %s is ours and loads nothing', async (_what, path, status) => {
    const response = await fetch(`${server.issuer}${path}`, html);
    const body = await response.text();
    expect(response.status).toBe(status);
    expect(body).toContain('Authorization server for development.');
    expect(body).toContain('<title>This does not work</title>');
    // The page refers to no addresses: no font, no image, no style sheet.
    expect(body).not.toMatch(/https?:|@import|url\(/);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('shows what a request carried as text', async () => {
    const path = `/auth?client_id=${encodeURIComponent('<script>alert(1)</script>')}&response_type=code`;
    const body = await (await fetch(`${server.issuer}${path}`, html)).text();
    expect(body).not.toContain('<script>');
  });

  it('is JSON for a program', async () => {
    const { body } = await client.fetchJson('/session/end?client_id=nobody', {
      headers: { accept: 'application/json' },
    });
    expect(body['error']).toBe('invalid_client');
  });
});

describe('the page that asks for a name', () => {
  it('has an empty field with the focus, and takes whoever enters nothing for "developer"', async () => {
    const clientId = await client.registerId();
    const page = await client.openPage(client.authorizationUrl({ clientId, scope: 'notes:read' }).url);
    const field = /<input [^>]*name="account"[^>]*>/.exec(await page.text())?.[0] ?? '';
    expect(field).toContain(' autofocus');
    expect(field).not.toContain(' value=');
    const steps: string[] = [];
    const person = new Person({ name: ' ', onStep: ({ html: shown }) => steps.push(shown) });
    const { tokens } = await client.authorize({ clientId, scope: 'notes:read', person });
    expect(tokens['scope']).toBe('notes:read');
    expect(steps.at(-1)).toContain('asks <strong>developer</strong> for permission');
  });
});

describe('the pages for sign-out', () => {
  it('are ours, and end the session', async () => {
    const clientId = await client.registerId();
    const shown: (string | undefined)[] = [];
    const person = new Person({ name: 'ada', onStep: ({ title }) => shown.push(title) });
    await client.authorize({ clientId, scope: 'notes:read', person });
    const signOut = new URL(`${server.issuer}/session/end?client_id=${clientId}`);
    const page = await person.look(signOut);
    expect(page).toContain('<h1>Sign out?</h1>');
    const secret = /name="xsrf" value="([^"]*)"/.exec(page)?.[1] ?? '';
    const answer = await person.look(new URL('/session/end/confirm', signOut), { xsrf: secret, logout: 'yes' });
    expect(answer).toContain('<h1>Signed out</h1>');
    shown.length = 0;
    await client.authorize({ clientId, scope: 'notes:read', person });
    expect(shown[0]).toBe('Sign in');
  });
});
