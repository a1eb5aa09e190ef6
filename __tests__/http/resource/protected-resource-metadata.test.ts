import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { exportJWK, generateKeyPair, jwtVerify } from 'jose';
import request from 'supertest';
import { mcpAuth, mcpRouter } from '../../../lib/index.js';
import { authOptions, issuer, metadataUrl, notesRegistry, protectedApp, resource } from '../../support/mcp-app.js';

const wellKnown = '/.well-known/oauth-protected-resource/mcp';

describe('the protected resource metadata document', () => {
  it('is at the well-known path made from the resource, and says where to sign in (RFC 9728 §3)', async () => {
    const response = await request(protectedApp({ auth: { requiredScopes: ['mcp'] } })).get(wellKnown);
    expect(response.status).toBe(200);
    expect(response.type).toBe('application/json');
    expect(response.body).toEqual({
      resource,
      authorization_servers: [issuer.issuer],
      scopes_supported: ['mcp'],
      bearer_methods_supported: ['header'],
    });
  });

  it.each([
    ['https://api.example.com', '/.well-known/oauth-protected-resource'],
    ['https://api.example.com/', '/.well-known/oauth-protected-resource'],
    ['https://api.example.com/a/b', '/.well-known/oauth-protected-resource/a/b'],
  ])('of %s is at %s', async (identifier, path) => {
    const app = protectedApp({ auth: { resource: identifier } });
    expect((await request(app).get(path)).body).toMatchObject({ resource: identifier });
  });

  it('says what people should know as well', async () => {
    const metadata = {
      name: 'Notes',
      documentation: 'https://example.com/docs',
      policy: 'https://example.com/policy',
      termsOfService: 'https://example.com/terms',
    };
    expect((await request(protectedApp({ auth: { metadata } })).get(wellKnown)).body).toMatchObject({
      resource_name: 'Notes',
      resource_documentation: 'https://example.com/docs',
      resource_policy_uri: 'https://example.com/policy',
      resource_tos_uri: 'https://example.com/terms',
    });
  });

  it('can be signed (RFC 9728 §2.2)', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    for (const kid of [undefined, 'key-1']) {
      const signingKey = { ...(await exportJWK(privateKey)), alg: 'ES256', ...(kid === undefined ? {} : { kid }) };
      const app = protectedApp({ auth: { metadata: { signingKey } } });
      const first = (await request(app).get(wellKnown)).body as Readonly<Record<string, unknown>>;
      const { signed_metadata: signed, ...plain } = first;
      const { payload, protectedHeader } = await jwtVerify(String(signed), publicKey);
      expect(protectedHeader.kid).toBe(kid);
      expect(payload).toEqual({ ...plain, iss: resource, iat: expect.any(Number) as unknown });
      // Made once, so that the ETag stays the same.
      expect((await request(app).get(wellKnown)).body).toEqual(first);
    }
  });

  it('is an error of the app when the key cannot be used', async () => {
    const signingKey = { kty: 'EC', crv: 'P-256', alg: 'ES256', x: 'x', y: 'y', d: 'd' };
    const app = protectedApp({ auth: { metadata: { signingKey } } });
    app.set('env', 'test');
    expect((await request(app).get(wellKnown)).status).toBe(500);
  });

  it('can be kept for a while and be asked for again without being sent again', async () => {
    const first = await request(protectedApp()).get(wellKnown);
    const headers = first.headers as Readonly<Record<string, string>>;
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=300',
      'x-content-type-options': 'nosniff',
    });
    const again = await request(protectedApp())
      .get(wellKnown)
      .set('If-None-Match', headers['etag'] ?? '');
    expect(again.status).toBe(304);
  });

  it('can be read by pages of any origin', async () => {
    const read = await request(protectedApp()).get(wellKnown).set('Origin', 'https://inspector.example');
    expect(read.headers).toMatchObject({ 'access-control-allow-origin': '*' });
    const preflight = await request(protectedApp())
      .options(wellKnown)
      .set({ Origin: 'https://inspector.example', 'Access-Control-Request-Headers': 'mcp-protocol-version' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      'access-control-allow-headers': 'MCP-Protocol-Version',
    });
  });

  it('answers HEAD, and nothing that would change it', async () => {
    const head = await request(protectedApp()).head(wellKnown);
    expect(head.status).toBe(200);
    expect(head.text).toBeUndefined();
    const post = await request(protectedApp()).post(wellKnown).send({});
    expect(post.status).toBe(405);
    expect(post.headers).toMatchObject({ allow: 'GET, HEAD, OPTIONS' });
  });

  it('ignores Host and forwarded headers, which anybody can write', async () => {
    const response = await request(protectedApp())
      .get(wellKnown)
      .set({ Host: 'evil.example', 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' });
    expect(response.text).not.toContain('evil');
    const refused = await request(protectedApp()).post('/mcp').set('Host', 'evil.example');
    expect(refused.body).toMatchObject({ resource_metadata: metadataUrl });
  });

  it('can be mounted at the root when the endpoint is below a path', async () => {
    const app = express();
    const auth = mcpAuth(authOptions());
    app.use(auth.metadata);
    app.use('/mcp', auth, mcpRouter(notesRegistry()));
    expect((await request(app).get(wellKnown)).body).toMatchObject({ resource });
    expect((await request(app).get('/other')).status).toBe(404);
  });
});
