import { describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import type { Door } from '../../support/doors.js';
import type { Response } from 'supertest';
import request from 'supertest';
import { createTestIssuer } from '../../../lib/testing/index.js';
import type { TestTokenOptions } from '../../../lib/testing/index.js';
import { sendRaw } from '../../support/listening.js';
import {
  authOptions,
  challengeOf,
  issuer,
  metadataUrl,
  modern,
  protectedApp,
  resource,
} from '../../support/mcp-app.js';

const json = { 'Content-Type': 'application/json' };

async function asUser(): Promise<Readonly<Record<string, string>>> {
  return { Authorization: `Bearer ${await issuer.token({ scope: 'notes:read' })}` };
}

/** Answers must not contain internals, whatever the request. */
function expectDiscreet(response: Response): void {
  const answer = JSON.stringify([response.headers, response.text]);
  expect(answer).not.toMatch(/eyJ[\w-]+\.|node_modules|\bat \w+ \(|hunter2|\/lib\//);
  expect(response.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
}

describe('a bad message', () => {
  const send = async (body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
    request(protectedApp())
      .post('/mcp')
      .set({ ...json, ...(await asUser()), ...headers })
      .send(body);

  it.each([
    ['no JSON', '{"jsonrpc":', -32700, 'Parse error: the message is not valid JSON'],
    ['nothing', '', -32700, 'Parse error: the message is not valid JSON'],
    ['JSON that is no object', '"hello"', -32600, 'Invalid request: a message must be a JSON object'],
    ['JSON that is no JSON-RPC', '{"hello":"world"}', -32600, 'Invalid request: jsonrpc must be "2.0"'],
    [
      'an id that is null',
      '{"jsonrpc":"2.0","id":null,"method":"ping"}',
      -32600,
      'Invalid request: id must be a string or an integer',
    ],
    [
      'an id that is an array',
      '{"jsonrpc":"2.0","id":[1],"method":"ping"}',
      -32600,
      'Invalid request: id must be a string or an integer',
    ],
    [
      'an id that is fractional',
      '{"jsonrpc":"2.0","id":0.5,"method":"ping"}',
      -32600,
      'Invalid request: id must be a string or an integer',
    ],
    [
      'an answer that nobody waits for',
      '{"jsonrpc":"2.0","id":1,"result":{}}',
      -32600,
      'Invalid request: this server sent no request that could be answered',
    ],
    ['an empty batch', '[]', -32600, 'Invalid request: the batch is empty'],
  ])('that is %s gets 400', async (_what, body, code, message) => {
    const response = await send(body);
    expect(response.status).toBe(400);
    expect(response.body).toEqual({ jsonrpc: '2.0', error: { code, message } });
    expectDiscreet(response);
  });

  it('that is a batch gets 400 in revisions without batches', async () => {
    const response = await send('[{"jsonrpc":"2.0","id":1,"method":"ping"}]', { 'MCP-Protocol-Version': '2025-06-18' });
    expect(response.status).toBe(400);
    expect(response.text).toContain('this protocol revision has no batches');
  });

  it.each([
    ['an unknown method', 'no/such', {}, 404, -32601, 'Method not found: "no/such"'],
    ['an unknown tool', 'tools/call', { name: 'absent' }, 200, -32602, 'Unknown tool: "absent"'],
    ['an unknown prompt', 'prompts/get', { name: 'absent' }, 200, -32602, 'Unknown prompt: "absent"'],
    ['an unknown resource', 'resources/read', { uri: 'x://absent' }, 200, -32602, 'Resource not found'],
    ['no name', 'tools/call', {}, 200, -32602, 'Invalid params: name must be a string'],
  ])('about %s gets an error that says so', async (_what, method, params, status, code, message) => {
    const response = await modern(protectedApp(), method, params, await asUser());
    expect(response.status).toBe(status);
    expect(response.body).toMatchObject({ id: 1, error: { code, message } });
    expectDiscreet(response);
  });

  it('with arguments that fail the schema gets an error that names the path', async () => {
    const response = await modern(
      protectedApp(),
      'tools/call',
      { name: 'add', arguments: { a: 'one' } },
      await asUser(),
    );
    expect(response.status).toBe(200);
    expect(response.text).toContain('Invalid arguments for tool \\"add\\": /a must be number');
  });

  it('that makes a handler fail gets a reference and nothing else', async () => {
    const response = await modern(protectedApp(), 'tools/call', { name: 'break' }, await asUser());
    expect(response.text).toMatch(/Internal error\. Reference: [\da-f-]{36}/);
    expectDiscreet(response);
  });

  it('tells who may not call a tool nothing about its arguments', async () => {
    const headers = { Authorization: `Bearer ${await issuer.token()}` };
    const response = await modern(protectedApp(), 'tools/call', { name: 'read', arguments: { wrong: 1 } }, headers);
    expect(response.status).toBe(403);
    expect(response.text).not.toContain('wrong');
  });
});

describe('a bad token', () => {
  const challenge = (error: string, description: string): string =>
    `Bearer resource_metadata="${metadataUrl}", error="${error}", error_description="${description}"`;

  async function expectRefused(response: Response, status: number, error: string, description: string): Promise<void> {
    expect(response.status).toBe(status);
    expect(challengeOf(response)).toBe(challenge(error, description));
    expect(response.body).toEqual({ error, error_description: description, resource_metadata: metadataUrl });
    expectDiscreet(response);
    return Promise.resolve();
  }

  const withToken = (app: Door, token: string) => modern(app, 'tools/list', {}, { Authorization: `Bearer ${token}` });

  it.each<[string, TestTokenOptions, string]>([
    ['that expired', { expiresIn: -60 }, 'The access token expired'],
    [
      'of another issuer',
      { issuer: 'https://evil.example' },
      'The access token is from an issuer that is not accepted here',
    ],
    ['for another audience', { audience: 'https://other.example' }, 'The access token is meant for another resource'],
    ['that is an ID token', { type: 'JWT', claims: { nonce: 'n' } }, 'The token is not an access token'],
  ])('%s gets 401', async (_what, options, description) => {
    await expectRefused(
      await withToken(protectedApp(), await issuer.token(options)),
      401,
      'invalid_token',
      description,
    );
  });

  it.each([
    ['that is malformed', 'nonsense', 'The access token is malformed'],
    ['that is too long', 'a'.repeat(8193), 'The access token is malformed'],
    ['with characters that no token has', 'a{b}', 'The access token has characters that no token has'],
  ])('%s gets 401', async (_what, token, description) => {
    await expectRefused(await withToken(protectedApp(), token), 401, 'invalid_token', description);
  });

  it('with alg none gets 401', async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: issuer.issuer, aud: resource, exp: Date.now(), scope: 'notes:read' };
    const token = `${part({ alg: 'none', typ: 'at+jwt' })}.${part(claims)}.`;
    const description = 'The access token is signed with an algorithm that is not accepted';
    await expectRefused(await withToken(protectedApp(), token), 401, 'invalid_token', description);
  });

  it('signed by an unknown key gets 401', async () => {
    const stranger = await createTestIssuer({ audience: resource });
    const description = 'The access token is signed with a key that its issuer does not have';
    await expectRefused(await withToken(protectedApp(), await stranger.token()), 401, 'invalid_token', description);
  });

  it('signed with an algorithm that is not accepted gets 401', async () => {
    const { publicKey } = await generateKeyPair('ES384');
    const jwks = { keys: [...issuer.jwks.keys, { ...(await exportJWK(publicKey)), alg: 'ES384' }] };
    const issuers = [{ issuer: issuer.issuer, jwks, algorithms: ['ES384'] }];
    const description = 'The access token is signed with an algorithm that is not accepted';
    await expectRefused(
      await withToken(protectedApp({ auth: { issuers } }), await issuer.token()),
      401,
      'invalid_token',
      description,
    );
  });

  it('is refused where anonymous calls are allowed, too', async () => {
    expect((await withToken(protectedApp({ auth: { allowAnonymous: true } }), 'nonsense')).status).toBe(401);
  });

  it('that is sent in two header fields gets 400', async () => {
    const token = await issuer.token();
    const field = `Authorization: Bearer ${token}\r\n`;
    const answer = await sendRaw(
      protectedApp(),
      `POST /mcp HTTP/1.1\r\nHost: x\r\n${field}${field}Connection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    expect(answer).toContain('HTTP/1.1 400 Bad Request');
    expect(answer).toContain(challenge('invalid_request', 'Send one Authorization header, not several'));
  });

  it('in the query gets 400, also beside a good one in the header', async () => {
    const token = await issuer.token();
    const description = 'Send the access token in the Authorization header, not in the query';
    for (const headers of [{}, { Authorization: `Bearer ${token}` }]) {
      const response = await request(protectedApp()).post(`/mcp?access_token=${token}`).set(headers).send({});
      await expectRefused(response, 400, 'invalid_request', description);
    }
  });

  it('cannot be told from a good one while the authorization server is unreachable: 503, not 401 or 500', async () => {
    const app = protectedApp({ auth: { issuers: [{ issuer: issuer.issuer, jwksUri: 'http://127.0.0.1:1/jwks' }] } });
    const response = await withToken(app, await issuer.token());
    expect(response.status).toBe(503);
    expect(response.headers).toMatchObject({ 'retry-after': '5' });
    expect(challengeOf(response)).toBeUndefined();
    expect(response.body).toMatchObject({ error: 'temporarily_unavailable' });
    expectDiscreet(response);
  });

  it('that is missing gets 401 without an error, with the scopes of the endpoint', async () => {
    const response = await modern(protectedApp({ auth: { requiredScopes: ['mcp', 'notes:read'] } }), 'tools/list');
    expect(response.status).toBe(401);
    expect(challengeOf(response)).toBe(`Bearer resource_metadata="${metadataUrl}", scope="mcp notes:read"`);
    expect(response.body).toMatchObject({ error: 'unauthorized', scope: 'mcp notes:read' });
    const other = await modern(protectedApp(), 'tools/list', {}, { Authorization: 'Basic dXNlcjpwYXNz' });
    expect(challengeOf(other)).toBe(`Bearer resource_metadata="${metadataUrl}"`);
  });

  it('says in whose realm it is wanted, when there is one', async () => {
    const response = await modern(protectedApp({ auth: authOptions({ realm: 'notes' }) }), 'tools/list');
    expect(challengeOf(response)).toBe(`Bearer realm="notes", resource_metadata="${metadataUrl}"`);
  });
});
