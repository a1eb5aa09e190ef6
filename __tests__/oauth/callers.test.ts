import { describe, expect, it } from '@jest/globals';
import { AuthMaker } from '../../lib/oauth/auth.js';
import { BrokenContractError } from '../../lib/oauth/broken-contract-error.js';
import { ClaimMismatchError } from '../../lib/oauth/claim-mismatch-error.js';
import { rejectForeignTokenKinds } from '../../lib/oauth/access-token-kind.js';
import type { AccessTokenMark } from '../../lib/oauth/access-token-kind.js';
import type { Claims } from '../../lib/oauth/claim-mapping.js';
import { ScopeHierarchy } from '../../lib/oauth/scope-hierarchy.js';
import { ScopeSet } from '../../lib/oauth/scope-set.js';

describe('a caller', () => {
  const resource = new URL('https://api.example.com/mcp');
  const maker = new AuthMaker({ hierarchy: new ScopeHierarchy({ write: ['read'] }), resource });
  const verified = { subject: 'ada', clientId: 'cli', scopes: ['write'], expiresAt: 7, claims: { list: [{ a: 1 }] } };

  it('cannot be changed in any member, by nobody for anybody', () => {
    const [one, another] = [maker.make(verified, 'one'), maker.make(verified, 'another')];
    const attempts: (() => unknown)[] = [
      () => Object.assign(one, { subject: 'eve' }),
      () => one.scopes.push('admin'),
      () => (one.claims['list'] as unknown[]).push('admin'),
      () => Object.assign((one.claims['list'] as object[])[0] ?? {}, { a: 2 }),
      () => Object.assign(one.extra, { sub: 'eve' }),
      () => (one.effectiveScopes as Set<string>).add('admin'),
      () => Set.prototype.add.call(one.effectiveScopes as Set<string>, 'admin'),
      () => Object.assign(one, { has: () => true }),
      () => Object.assign(one.effectiveScopes, { has: () => true }),
    ];
    for (const attempt of attempts) expect(attempt).toThrow(TypeError);
    const url = one.resource;
    if (url !== undefined) url.host = 'evil.example';
    expect(one.resource?.href).toBe(resource.href);
    expect(another).toMatchObject({ token: 'another', subject: 'ada', scopes: ['write'], extra: { list: [{ a: 1 }] } });
    expect(another.has('admin')).toBe(false);
    expect(resource.host).toBe('api.example.com');
  });

  it('is made of what is known of the token, once', () => {
    const [one, another] = [maker.make(verified, 'one'), maker.make(verified, 'another')];
    expect(another.effectiveScopes).toBe(one.effectiveScopes);
    expect(another.claims).toBe(one.claims);
    expect(verified.scopes).toEqual(['write']);
  });
});

describe('scopes that nobody can add to', () => {
  it('are read like a set', () => {
    const set = new ScopeSet(new Set(['a', 'b']));
    const seen: unknown[] = [];
    set.forEach(function (this: unknown, ...all) {
      seen.push([this, ...all]);
    }, 'self');
    expect(seen).toEqual([
      ['self', 'a', 'a', set],
      ['self', 'b', 'b', set],
    ]);
    expect([set.size, [...set], [...set.keys()], [...set.values()], [...set.entries()]]).toEqual([
      2,
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
      [
        ['a', 'a'],
        ['b', 'b'],
      ],
    ]);
    expect(set.has('a')).toBe(true);
    expect(set.has('c')).toBe(false);
  });
});

describe('a claim that does not fit', () => {
  it.each<[unknown, readonly string[], string]>([
    ['a', ['b'], 'The iss claim of a token is "a", and must be "b"'],
    [undefined, ['b', 'c'], 'The iss claim of a token is missing, and must be one of "b", "c"'],
    ['a\n\u2028é', ['b'], 'The iss claim of a token is "a\\n\\u2028\\u00e9", and must be "b"'],
    ['a'.repeat(1000), ['b'], `The iss claim of a token is "${'a'.repeat(299)}…, and must be "b"`],
    ['a', [], 'The iss claim of a token is "a", which is not accepted'],
  ])('is shown to operators, in one line and not endless', (actual, accepted, message) => {
    const error = new ClaimMismatchError('iss', actual, accepted);
    expect(error).toMatchObject({ name: 'ClaimMismatchError', claim: 'iss', message });
  });

  it('is told from a broken contract', () => {
    expect(new BrokenContractError('x').name).toBe('BrokenContractError');
  });
});

describe('the mark of access tokens', () => {
  const isTaken = (mark: AccessTokenMark, header: object, claims: Claims): boolean => {
    try {
      rejectForeignTokenKinds({ alg: 'ES256', ...header }, claims, mark);
      return true;
    } catch {
      return false;
    }
  };

  it.each<[AccessTokenMark, object, Claims, boolean]>([
    [{ typ: 'JWT' }, { typ: 'jwt' }, { at_hash: 'x', nonce: 'n' }, true],
    [{ typ: 'application/at+jwt' }, { typ: 'at+jwt' }, {}, true],
    [{ typ: 'at+jwt' }, { typ: 'JWT' }, {}, false],
    [{ typ: 'at+jwt' }, {}, {}, false],
    [{ typ: 'at+jwt' }, { typ: 7 }, {}, false],
    [{ claim: 'use', value: 'access' }, {}, { use: 'access', at_hash: 'x' }, true],
    [{ claim: 'use', value: 'access' }, {}, { use: ['id', 'access'] }, true],
    [{ claim: 'use', value: 'access' }, {}, { use: ['id'] }, false],
    [{ claim: 'use', value: 'access' }, {}, { use: 'id' }, false],
    [{ claim: 'use', value: true }, {}, { use: 'true' }, false],
    [{ claim: 'toString', value: 'access' }, {}, {}, false],
  ])('%j is found in %j and %j: %s', (mark, header, claims, expected) => {
    expect(isTaken(mark, header, claims)).toBe(expected);
  });

  it('is not needed where null stands for what an ID token has', () => {
    const claims: Claims = { nonce: null, at_hash: null, events: null };
    expect(() => {
      rejectForeignTokenKinds({ alg: 'ES256', typ: 'JWT' }, claims);
    }).not.toThrow();
  });
});
