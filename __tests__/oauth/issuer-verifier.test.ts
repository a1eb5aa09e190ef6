import { describe, expect, it } from '@jest/globals';
import type { VersionedVerifier } from '../../lib/oauth/caching-verifier.js';
import { compileClaimMapping } from '../../lib/oauth/claim-mapping.js';
import { fixedIssuers, IssuerVerifier } from '../../lib/oauth/issuer-verifier.js';
import { JwtVerifier } from '../../lib/oauth/jwt-verifier.js';
import { givenKeys } from '../../lib/oauth/key-source.js';
import { buildProtectedResourceMetadata, metadataUrlOf } from '../../lib/oauth/protected-resource-metadata.js';
import { createTestIssuer } from '../../lib/testing/index.js';

const audience = 'https://api.example.com/mcp';

const readClaims = compileClaimMapping({}, 'the tests');

async function twoIssuers() {
  const issuers = await Promise.all(
    ['https://one.test', 'https://two.test'].map((issuer) => createTestIssuer({ issuer, audience })),
  );
  const verifiers = issuers.map(({ issuer, jwks }) => {
    const options = { issuer, audiences: [audience], algorithms: ['ES256'], clockToleranceSeconds: 0, readClaims };
    return [issuer, new JwtVerifier({ ...options, keys: givenKeys(jwks) })] as const;
  });
  return { issuers, verifier: new IssuerVerifier({ directory: fixedIssuers(new Map(verifiers)) }) };
}

describe('several issuers', () => {
  it('ask only the one that can be asked about tokens that are no JWTs', async () => {
    const { issuers, verifier: without } = await twoIssuers();
    await expect(without.verify('opaque.token')).rejects.toThrow('The access token is malformed');
    const asked: string[] = [];
    const opaque: VersionedVerifier = {
      version: 0,
      verify: (token) => {
        asked.push(token);
        return Promise.resolve({ clientId: 'opaque', scopes: [], claims: {} });
      },
    };
    const byIssuer = new Map([[issuers[0]?.issuer ?? '', opaque]]);
    const verifier = new IssuerVerifier({ directory: fixedIssuers(byIssuer), opaque });
    for (const token of ['opaque', 'a.b.c', 'a.b.c.d.e']) {
      expect(await verifier.verify(token)).toMatchObject({ clientId: 'opaque' });
    }
    const foreign = await issuers[1]?.token();
    await expect(verifier.verify(foreign ?? '')).rejects.toThrow('from an issuer that is not accepted here');
    expect(asked).toEqual(['opaque', 'a.b.c', 'a.b.c.d.e']);
  });

  it('each vouch for their own tokens', async () => {
    const { issuers, verifier } = await twoIssuers();
    for (const { issuer, token } of issuers) expect(await verifier.verify(await token())).toMatchObject({ issuer });
  });

  it('do not vouch for one another', async () => {
    const { issuers, verifier } = await twoIssuers();
    const [one, two] = issuers;
    const forged = await one?.token({ issuer: two?.issuer ?? '' });
    await expect(verifier.verify(forged ?? '')).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it.each([
    ['an issuer that nobody knows', async () => (await createTestIssuer({ issuer: 'https://three.test' })).token()],
    ['no issuer', async () => (await createTestIssuer()).token({ claims: { iss: undefined } })],
    ['an issuer that is no text', async () => (await createTestIssuer()).token({ claims: { iss: 7 } })],
  ])('do not accept %s', async (_what, token) => {
    const { verifier } = await twoIssuers();
    await expect(verifier.verify(await token())).rejects.toMatchObject({
      message: 'The access token is from an issuer that is not accepted here',
    });
  });

  it('do not accept what is no JWT', async () => {
    const { verifier } = await twoIssuers();
    await expect(verifier.verify('opaque')).rejects.toMatchObject({
      code: 'invalid_token',
      message: 'The access token is malformed',
      cause: { code: 'ERR_JWT_INVALID' },
    });
  });
});

describe('protected resource metadata', () => {
  it.each([
    ['https://api.example.com', 'https://api.example.com/.well-known/oauth-protected-resource'],
    ['https://api.example.com/', 'https://api.example.com/.well-known/oauth-protected-resource'],
    ['https://api.example.com:8443/a/mcp', 'https://api.example.com:8443/.well-known/oauth-protected-resource/a/mcp'],
  ])('of %s lives at %s', (resource, url) => {
    expect(metadataUrlOf(new URL(resource)).href).toBe(url);
  });

  it('leaves out what is empty', () => {
    expect(
      buildProtectedResourceMetadata({ resource: 'https://r', authorizationServers: [], scopesSupported: [] }),
    ).toEqual({ resource: 'https://r', bearer_methods_supported: ['header'] });
    expect(
      buildProtectedResourceMetadata({
        resource: 'https://r',
        authorizationServers: ['https://i'],
        scopesSupported: ['a'],
      }),
    ).toEqual({
      resource: 'https://r',
      authorization_servers: ['https://i'],
      scopes_supported: ['a'],
      bearer_methods_supported: ['header'],
    });
  });
});
