import type { JWTPayload } from 'jose';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ForeignNames } from '../errors/assert-members.js';
import { assertMembers } from '../errors/assert-members.js';
import { rememberIssuer } from './known-issuers.js';
import type { TestIssuer, TestTokenOptions } from './test-issuer.js';

/** Options of `createTestIssuer`. */
export interface TestIssuerOptions {
  /** Issuer identifier. Default `https://issuer.test`. */
  readonly issuer?: string;
  /** Audience of tokens that do not name one, usually the resource. */
  readonly audience?: string;
  /** Signature algorithm. Default `ES256`. */
  readonly algorithm?: string;
}

const optionNames = ['issuer', 'audience', 'algorithm'];

const ofToken = 'it for each token: await token({ scope: "notes:read", subject: "ada" })';

/** Members of a token that people give to the issuer. */
const foreignOptions: ForeignNames = {
  scope: ofToken,
  scopes: ofToken,
  subject: ofToken,
  clientId: ofToken,
  claims: ofToken,
  resource: 'audience: "https://api.example.com/mcp"',
};

const tokenOptionNames = Object.keys({
  scope: true,
  subject: true,
  clientId: true,
  audience: true,
  issuer: true,
  expiresIn: true,
  notBefore: true,
  type: true,
  claims: true,
} satisfies Record<keyof TestTokenOptions, true>);

/** Names of claims, and what other libraries call them. */
const foreignTokenOptions: ForeignNames = {
  scopes: 'scope: "notes:read"',
  sub: 'subject: "ada"',
  aud: 'audience: "https://api.example.com/mcp"',
  iss: 'issuer: "https://issuer.test"',
  exp: 'expiresIn: 300, in seconds from now',
  nbf: 'notBefore: 60, in seconds from now',
  client_id: 'clientId: "client-1"',
};

/**
 * Makes an issuer with a fresh key, for tests of your own scopes.
 *
 * @param options - see {@link TestIssuerOptions}
 * @throws ConfigurationError for an option that does not exist
 *
 * @example
 * ```ts
 * import express from 'express';
 * import request from 'supertest';
 * import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
 * import { createTestIssuer, expectChallenge } from 'express-mcp/testing';
 *
 * const resource = 'https://api.example.com/mcp';
 * const { issuer, jwks, token } = await createTestIssuer({ audience: resource });
 * const registry = createRegistry({ name: 'notes', version: '1.0.0' });
 * registry.tool('delete_note', { scopes: ['notes:write'] }, () => 'deleted');
 * const app = express();
 * app.use(mcpAuth({ resource, issuers: [{ issuer, jwks }] }), mcpRouter(registry), mcpErrorHandler());
 *
 * const response = await request(app)
 *   .post('/mcp')
 *   .set('Authorization', `Bearer ${await token({ scope: 'notes:read' })}`)
 *   .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'delete_note' } });
 * // The challenge names what is needed and what the token holds: some clients ask for nothing else.
 * expectChallenge(response, { error: 'insufficient_scope', scope: 'notes:read notes:write' });
 * ```
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  assertMembers(options, optionNames, 'createTestIssuer', foreignOptions);
  const { issuer = 'https://issuer.test', audience, algorithm = 'ES256' } = options;
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const kid = crypto.randomUUID();
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' };

  const made: TestIssuer = {
    issuer,
    jwks: { keys: [publicJwk] },
    token: async (wanted = {}) => {
      assertMembers(wanted, tokenOptionNames, 'createTestIssuer token', foreignTokenOptions);
      return new SignJWT(claimsOf(wanted, issuer, audience))
        .setProtectedHeader({ alg: algorithm, kid, typ: wanted.type ?? 'at+jwt' })
        .sign(privateKey);
    },
  };
  rememberIssuer(made);
  return made;
}

function claimsOf(wanted: TestTokenOptions, issuer: string, audience: string | undefined): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  const { scope = '', subject = 'user-1', clientId = 'client-1', expiresIn = 300, notBefore } = wanted;
  const aud = wanted.audience ?? audience;
  // RFC 9068 §2.2: the claims that an access token has.
  return {
    iss: wanted.issuer ?? issuer,
    sub: subject,
    client_id: clientId,
    iat: now,
    exp: now + expiresIn,
    jti: crypto.randomUUID(),
    scope: typeof scope === 'string' ? scope : scope.join(' '),
    ...(aud === undefined ? {} : { aud: typeof aud === 'string' ? aud : [...aud] }),
    ...(notBefore === undefined ? {} : { nbf: now + notBefore }),
    ...wanted.claims,
  };
}
