import { describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { buildProtectedResourceMetadata, signMetadata } from '../../lib/oauth/protected-resource-metadata.js';

const facts = { resource: 'https://api.example.com/mcp', authorizationServers: [], scopesSupported: [] };
const bare = { resource: 'https://api.example.com/mcp', bearer_methods_supported: ['header'] };

describe('the metadata document of a resource', () => {
  it('has a member for everything that is known (RFC 9728 §2)', () => {
    const description = {
      name: 'Notes',
      documentation: 'https://docs.example.com',
      policy: 'https://example.com/policy',
      termsOfService: 'https://example.com/terms',
    };
    expect(
      buildProtectedResourceMetadata({
        ...facts,
        authorizationServers: ['https://login.example.com'],
        scopesSupported: ['a', 'b'],
        dpop: { algorithms: ['ES256'], isRequired: true },
        description,
      }),
    ).toEqual({
      ...bare,
      authorization_servers: ['https://login.example.com'],
      scopes_supported: ['a', 'b'],
      dpop_signing_alg_values_supported: ['ES256'],
      dpop_bound_access_tokens_required: true,
      resource_name: 'Notes',
      resource_documentation: 'https://docs.example.com',
      resource_policy_uri: 'https://example.com/policy',
      resource_tos_uri: 'https://example.com/terms',
    });
  });

  it('leaves out every member without a value (RFC 9728 §3.2)', () => {
    const document = buildProtectedResourceMetadata({ ...facts, dpop: { algorithms: ['ES256'], isRequired: false } });
    expect(Object.keys(document).sort()).toEqual([
      'bearer_methods_supported',
      'dpop_signing_alg_values_supported',
      'resource',
    ]);
    expect(Object.keys(buildProtectedResourceMetadata(facts)).sort()).toEqual(Object.keys(bare).sort());
  });

  it.each([['k1'], [undefined]])('is signed by the resource itself, with a key of the name %j', async (kid) => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), alg: 'ES256', ...(kid === undefined ? {} : { kid }) };
    const { signed_metadata: signed, ...others } = await signMetadata(buildProtectedResourceMetadata(facts), jwk);
    expect(others).toEqual(bare);
    const { payload } = await jwtVerify(String(signed), publicKey);
    expect(payload).toEqual({ ...bare, iss: 'https://api.example.com/mcp', iat: expect.any(Number) });
    expect(decodeProtectedHeader(String(signed))).toEqual({ alg: 'ES256', ...(kid === undefined ? {} : { kid }) });
  });
});
