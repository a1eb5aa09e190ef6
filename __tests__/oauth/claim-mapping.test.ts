import { describe, expect, it } from '@jest/globals';
import type { ClaimMapping, Claims } from '../../lib/oauth/claim-mapping.js';
import { BrokenContractError } from '../../lib/oauth/broken-contract-error.js';
import { compileClaimMapping } from '../../lib/oauth/claim-mapping.js';

const read = async (mapping: ClaimMapping, claims: Claims) =>
  compileClaimMapping(mapping, 'test')({ sub: 'ada', ...claims });

describe('claims', () => {
  it.each<[string, Claims, readonly string[]]>([
    ['scope', { scope: 'a b', scp: ['c'] }, ['a', 'b']],
    ['scp as an array', { scp: ['a', 'b'] }, ['a', 'b']],
    ['scp as a text', { scp: 'a b' }, ['a', 'b']],
    ['no scope at all', { permissions: ['a'] }, []],
    ['scope of a wrong type', { scope: { a: true }, scp: ['a'] }, []],
    ['scope that is null beside scp', { scope: null, scp: ['a'] }, ['a']],
  ])('say the scopes by default: %s', async (_what, claims, scopes) => {
    expect((await read({}, claims)).scopes).toEqual(scopes);
  });

  it.each<[string, ClaimMapping['scope'], readonly string[]]>([
    ['another claim', 'permissions', ['p1', 'p2']],
    ['the first of several that is there', ['absent', 'permissions', 'scope'], ['p1', 'p2']],
    ['a function', (claims) => [...(claims['permissions'] as string[]), 'extra'], ['p1', 'p2', 'extra']],
    ['a function that returns a text', () => 'a b', ['a', 'b']],
    ['an async function', () => Promise.resolve(['a']), ['a']],
    ['a function that finds nothing', ({ absent }) => absent as string, []],
  ])('say the scopes where the app says: %s', async (_what, scope, scopes) => {
    const found = await read(scope === undefined ? {} : { scope }, { scope: 's', permissions: ['p1', 'p2'] });
    expect(found.scopes).toEqual(scopes);
  });

  it.each<[string, ClaimMapping]>([
    ['scopes that are a number', { scope: () => 7 as unknown as string }],
    ['scopes that are no texts', { scope: () => [7] as unknown as string[] }],
    ['scopes that are promised and no texts', { scope: () => Promise.resolve({} as string) }],
    ['a subject that is a number', { subject: () => 7 as unknown as string }],
    ['a subject that is empty', { subject: () => '' }],
    ['a subject that is null', { subject: () => Promise.resolve(null as unknown as string) }],
  ])('of a function that returns %s are nobody’s', async (_what, mapping) => {
    await expect(read(mapping, {})).rejects.toBeInstanceOf(BrokenContractError);
  });

  it('say who calls and through which client', async () => {
    const claims = { sub: 'ada', client_id: 7, azp: 'cli', cid: 'x', oid: 'object', appid: 'app' };
    expect(await read({}, claims)).toMatchObject({ subject: 'ada', clientId: 'cli' });
    expect(await read({ subject: ['oid', 'sub'], clientId: 'appid' }, claims)).toMatchObject({
      subject: 'object',
      clientId: 'app',
    });
    expect(await read({ subject: ({ user_id }) => String(user_id) }, { user_id: 7 })).toMatchObject({ subject: '7' });
  });

  it.each<[string, ClaimMapping, Claims]>([
    ...[7, 0, true, null, '', [], ['ada'], {}].map((sub): [string, ClaimMapping, Claims] => [
      `the sub ${JSON.stringify(sub)}`,
      {},
      { sub, client_id: 'cli' },
    ]),
    ['a mapped claim that is a number', { subject: 'oid' }, { oid: 7 }],
    ['a mapped claim that is empty', { subject: ['oid', 'sub'] }, { oid: '' }],
    ['a user without the mapped claim', { subject: 'oid' }, { client_id: 'cli' }],
    ['a user of whom the function knows nothing', { subject: () => undefined }, { client_id: 'cli' }],
    ['neither subject nor client', {}, { sub: undefined }],
  ])('name nobody with %s, and are refused', async (_what, mapping, claims) => {
    const { sub, ...others } = { sub: 'ada' as unknown, ...claims };
    const given = sub === undefined ? others : { sub, ...others };
    const reading = async (): Promise<unknown> => compileClaimMapping(mapping, 'test')(given);
    await expect(reading()).rejects.toMatchObject({ code: 'invalid_token' });
  });

  it.each<[string, ClaimMapping, Claims]>([
    ['sub', {}, { client_id: 'cli' }],
    ['the mapped claim', { subject: 'oid' }, { client_id: 'cli', oid: null }],
  ])('without %s are a client’s own, which is no user', async (_what, mapping, claims) => {
    expect(await compileClaimMapping(mapping, 'test')(claims)).toEqual({
      subject: undefined,
      clientId: 'cli',
      scopes: [],
    });
  });

  it('that are of no text are passed over, and other names are not looked at', async () => {
    expect(await read({}, { sub: 'ada', azp: 7, cid: 'cli' })).toEqual({ subject: 'ada', clientId: 'cli', scopes: [] });
    expect((await read({ scope: 'absent' }, { undefined: 'a', scope: 'b' })).scopes).toEqual([]);
    const inherited = Object.create({ scope: 'a', sub: 'eve' }) as Claims;
    expect(await compileClaimMapping({}, 'test')(Object.assign(inherited, { client_id: 'cli' }))).toEqual({
      subject: undefined,
      clientId: 'cli',
      scopes: [],
    });
  });

  const name = 'must be the name of a claim, or several as an array.';

  it.each([
    [
      { scopes: 'a' },
      'unknown_option',
      'test claims: there is no "scopes". Did you mean "scope"? Known are scope, subject, clientId.',
    ],
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
