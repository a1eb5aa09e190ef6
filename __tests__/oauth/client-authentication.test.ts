import { describe, expect, it } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import type { ClientCredentials } from '../../lib/oauth/client-authentication.js';
import { compileCredentials } from '../../lib/oauth/client-authentication.js';

const compile = (credentials: ClientCredentials) => compileCredentials(credentials, 'https://issuer.test', 'test');

async function signingKey() {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'ES256' };
}

describe('credentials of a resource server', () => {
  it.each<[object, string, string]>([
    [{ clientSecret: 's' }, 'missing_option', 'test needs a clientId.'],
    [{ clientId: '', clientSecret: 's' }, 'missing_option', 'test needs a clientId.'],
    [{ clientId: 7, clientSecret: 's' }, 'missing_option', 'test needs a clientId.'],
    [{ clientId: 'a' }, 'missing_option', 'test needs either clientSecret or privateKey.'],
    [
      { clientId: 'a', clientSecret: 's', privateKey: {} },
      'missing_option',
      'test needs either clientSecret or privateKey.',
    ],
    [{ clientId: 'a', clientSecret: '' }, 'invalid_option', 'test: clientSecret must be a text.'],
    [{ clientId: 'a', clientSecret: 7 }, 'invalid_option', 'test: clientSecret must be a text.'],
    [
      { clientId: 'a', privateKey: { kty: 'EC', d: 'x' } },
      'invalid_option',
      'test: privateKey must be a private JWK with an alg member.',
    ],
    [
      { clientId: 'a', privateKey: { kty: 'EC', alg: 'ES256' } },
      'invalid_option',
      'test: privateKey must be a private JWK with an alg member.',
    ],
  ])('%j are refused', (credentials, code, message) => {
    expect(() => compile(credentials as ClientCredentials)).toThrow(expect.objectContaining({ code, message }));
  });

  it('with a secret go into the Authorization header, each encoded as a form (RFC 6749 §2.3.1)', async () => {
    expect(await compile({ clientId: 'a b', clientSecret: 's:%' })()).toEqual({
      headers: { authorization: `Basic ${Buffer.from('a+b:s%3A%25').toString('base64')}` },
      parameters: {},
    });
  });

  it('with a key are an assertion of the client for the issuer, for a minute (RFC 7523)', async () => {
    const authenticate = compile({ clientId: 'api', privateKey: { ...(await signingKey()), kid: 'k1' } });
    const { headers, parameters } = await authenticate();
    const { client_assertion: assertion = '', ...others } = parameters;
    expect(headers).toEqual({});
    expect(others).toEqual({
      client_id: 'api',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    });
    expect(decodeProtectedHeader(assertion)).toEqual({ alg: 'ES256', kid: 'k1' });
    const { iat = 0, exp = 0, jti, ...claims } = decodeJwt(assertion);
    expect(claims).toEqual({ iss: 'api', sub: 'api', aud: 'https://issuer.test' });
    expect(exp - iat).toBe(60);
    const { client_assertion: another = '' } = (await authenticate()).parameters;
    expect(decodeJwt(another).jti).not.toBe(jti);
  });

  it('with a key without a name sign without one', async () => {
    const { parameters } = await compile({ clientId: 'api', privateKey: await signingKey() })();
    expect(decodeProtectedHeader(parameters['client_assertion'] ?? '')).toEqual({ alg: 'ES256' });
  });
});
