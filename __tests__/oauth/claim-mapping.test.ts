import { describe, expect, it } from '@jest/globals';
import type { ClaimMapping, Claims } from '../../lib/oauth/claim-mapping.js';
import { compileClaimMapping } from '../../lib/oauth/claim-mapping.js';

const read = (mapping: ClaimMapping, claims: Claims) => compileClaimMapping(mapping, 'test')(claims);

describe('claims', () => {
  it.each<[string, Claims, readonly string[]]>([
    ['scope', { scope: 'a b', scp: ['c'] }, ['a', 'b']],
    ['scp as an array', { scp: ['a', 'b'] }, ['a', 'b']],
    ['scp as a text', { scp: 'a b' }, ['a', 'b']],
    ['no scope at all', { permissions: ['a'] }, []],
    ['scope of a wrong type', { scope: { a: true }, scp: ['a'] }, []],
    ['scope that only a prototype has', Object.create({ scope: 'a' }) as Claims, []],
  ])('say the scopes by default: %s', (_what, claims, scopes) => {
    expect(read({}, claims).scopes).toEqual(scopes);
  });

  it.each<[string, ClaimMapping['scope'], readonly string[]]>([
    ['another claim', 'permissions', ['p1', 'p2']],
    ['the first of several that is there', ['absent', 'permissions', 'scope'], ['p1', 'p2']],
    ['a function', (claims) => [...(claims['permissions'] as string[]), 'extra'], ['p1', 'p2', 'extra']],
    ['a function that returns a text', () => 'a b', ['a', 'b']],
    ['a function that returns nonsense', () => 7 as unknown as string, []],
  ])('say the scopes where the app says: %s', (_what, scope, scopes) => {
    expect(read(scope === undefined ? {} : { scope }, { scope: 's', permissions: ['p1', 'p2'] }).scopes).toEqual(
      scopes,
    );
  });

  it('say who calls and through which client', () => {
    const claims = { sub: 'ada', client_id: 7, azp: 'cli', cid: 'x', oid: 'object', appid: 'app' };
    expect(read({}, claims)).toMatchObject({ subject: 'ada', clientId: 'cli' });
    expect(read({ subject: ['oid', 'sub'], clientId: 'appid' }, claims)).toMatchObject({
      subject: 'object',
      clientId: 'app',
    });
    expect(read({}, { sub: 7 })).toEqual({ subject: undefined, clientId: '', scopes: [] });
  });

  it('that are of no text are passed over, and other names are not looked at', () => {
    expect(read({}, { sub: 'ada', azp: 7, cid: 'cli' })).toEqual({ subject: 'ada', clientId: 'cli', scopes: [] });
    expect(read({ scope: 'absent' }, { undefined: 'a', scope: 'b' }).scopes).toEqual([]);
  });

  const name = 'must be the name of a claim, or several as an array.';

  it.each([
    [{ scopes: 'a' }, 'unknown_option', 'test claims: there is no "scopes". Known are scope, subject, clientId.'],
    [{ scope: '' }, 'invalid_option', `test claims.scope ${name}`],
    [{ scope: [] }, 'invalid_option', `test claims.scope ${name}`],
    [{ scope: ['scp', 7] }, 'invalid_option', `test claims.scope ${name}`],
    [{ subject: 7 }, 'invalid_option', `test claims.subject ${name}`],
    [{ clientId: [7] }, 'invalid_option', `test claims.clientId ${name}`],
  ])('cannot be mapped by %j', (mapping, code, message) => {
    expect(() => compileClaimMapping(mapping as ClaimMapping, 'test')).toThrow(
      expect.objectContaining({ code, message }),
    );
  });
});
