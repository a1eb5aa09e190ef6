import { describe, expect, it } from '@jest/globals';
import type { Revocable } from '../../../lib/index.js';
import { memoryRevocationStore, revokeTokens } from '../../../lib/index.js';
import type { TestTokenOptions } from '../../../lib/testing/index.js';
import { issuer, modern, protectedApp } from '../../support/mcp-app.js';

const now = Math.floor(Date.now() / 1000);
const before: TestTokenOptions = { subject: 'ada', claims: { jti: 'token-1', sid: 'session-1', iat: now - 10 } };

function endpoint() {
  const revocation = memoryRevocationStore();
  const app = protectedApp({ auth: { stores: { revocation } } });
  const use = async (token: string) => modern(app, 'tools/list', {}, { Authorization: `Bearer ${token}` });
  return { revocation, use };
}

describe('revocation', () => {
  it.each<[string, Revocable]>([
    ['the token', { issuer: issuer.issuer, tokenId: 'token-1' }],
    ['the subject', { issuer: issuer.issuer, subject: 'ada' }],
    ['the session', { issuer: issuer.issuer, session: 'session-1' }],
  ])('of %s counts at once, also for a token that was verified and remembered before', async (_what, what) => {
    const { revocation, use } = endpoint();
    const token = await issuer.token(before);
    expect((await use(token)).status).toBe(200);
    await revokeTokens(revocation, what);
    const response = await use(token);
    expect(response.status).toBe(401);
    expect(response.body).toMatchObject({ error: 'invalid_token', error_description: 'The access token was revoked' });
  });

  it('of a subject leaves what is issued later alone, and of a token what is another', async () => {
    const { revocation, use } = endpoint();
    await revokeTokens(revocation, { issuer: issuer.issuer, subject: 'ada' });
    await revokeTokens(revocation, { issuer: issuer.issuer, tokenId: 'token-1' });
    const later = { ...before, claims: { jti: 'token-2', iat: now + 10 } };
    expect((await use(await issuer.token(later))).status).toBe(200);
    const same = { ...before, claims: { jti: 'token-1', iat: now + 10 } };
    expect((await use(await issuer.token(same))).status).toBe(401);
    const undated = { ...before, claims: { iat: undefined } };
    expect((await use(await issuer.token(undated))).status).toBe(401);
  });

  it('knows a subject by both names, when the app maps it to another claim', async () => {
    const revocation = memoryRevocationStore();
    const claims = { subject: 'oid' };
    const issuers = [{ issuer: issuer.issuer, jwks: issuer.jwks, claims }];
    const app = protectedApp({ auth: { stores: { revocation }, issuers } });
    const token = await issuer.token({ subject: 'pairwise', claims: { oid: 'object-1', iat: now - 10 } });
    const use = async () => (await modern(app, 'tools/list', {}, { Authorization: `Bearer ${token}` })).status;
    expect(await use()).toBe(200);
    await revokeTokens(revocation, { issuer: issuer.issuer, subject: 'object-1' });
    expect(await use()).toBe(401);
    await revocation.close();
    expect(await use()).toBe(200);
    await revokeTokens(revocation, { issuer: issuer.issuer, subject: 'pairwise' });
    expect(await use()).toBe(401);
  });

  it('is about one issuer and one subject, and about no other', async () => {
    const { revocation, use } = endpoint();
    await revokeTokens(revocation, { issuer: 'https://other.test', subject: 'ada' });
    await revokeTokens(revocation, { issuer: issuer.issuer, subject: 'bob' });
    expect((await use(await issuer.token(before))).status).toBe(200);
  });

  it('leaves the token undecided while the store cannot tell', async () => {
    const down = () => Promise.reject(new Error('down'));
    const revocation = { revoke: down, revokedAt: down, close: down };
    const app = protectedApp({ auth: { stores: { revocation } } });
    const Authorization = `Bearer ${await issuer.token()}`;
    expect((await modern(app, 'tools/list', {}, { Authorization })).status).toBe(503);
  });

  it('does not ask the store about a token that has nothing that could be revoked', async () => {
    const verifier = { verify: () => Promise.resolve({ clientId: 'key-1', scopes: [], claims: {} }) };
    const down = () => Promise.reject(new Error('down'));
    const stores = { revocation: { revoke: down, revokedAt: down, close: down } };
    const app = protectedApp({ auth: { verifier, issuers: [], stores } });
    expect((await modern(app, 'tools/list', {}, { Authorization: 'Bearer key' })).status).toBe(200);
  });

  it('must be of something', async () => {
    const nothing = { issuer: issuer.issuer } as unknown as Revocable;
    await expect(revokeTokens(memoryRevocationStore(), nothing)).rejects.toThrow('say what to revoke');
  });
});
