import { describe, expect, it } from '@jest/globals';
import { createAuth } from '../../lib/oauth/auth.js';
import { parseScopeClaim } from '../../lib/oauth/scope.js';
import { ScopeHierarchy } from '../../lib/oauth/scope-hierarchy.js';
import type { ScopeRequirement } from '../../lib/oauth/scope-requirement.js';
import { allOf, anyOf, compileRequirement, noRequirement, requireAll } from '../../lib/oauth/scope-requirement.js';

const compile = (requirement: ScopeRequirement) => compileRequirement(requirement, 'tool "x"');

describe('a scope requirement', () => {
  it.each<[string, ScopeRequirement, string, boolean, string]>([
    ['one scope, held', 'a', 'a b', true, 'a'],
    ['one scope, not held', 'a', 'b', false, 'a'],
    ['no scope', [], '', true, ''],
    ['all of, held', ['a', 'b'], 'a b', true, 'a b'],
    ['all of, partly held', ['a', 'b'], 'a', false, 'a b'],
    ['any of, the second held', anyOf('a', 'b'), 'b', true, 'b'],
    ['any of, none held: the first', anyOf('a', 'b'), '', false, 'a'],
    ['any of, the nearest', anyOf(['a', 'b', 'c'], ['d', 'e']), 'a b', false, 'a b c'],
    ['any of, of equals the first', anyOf(['a', 'b'], ['c', 'd']), 'b c', false, 'a b'],
    ['nested, both held', allOf('r', anyOf('a', allOf('b', 'c'))), 'r b c', true, 'r b c'],
    ['nested, nearest inside', allOf('r', anyOf('a', allOf('b', 'c'))), 'b c', false, 'r b c'],
    ['the same scope twice is named once', allOf('a', anyOf('a', 'b'), ['a']), '', false, 'a'],
    ['any of with nothing needed', anyOf('a', []), '', true, ''],
  ])('%s', (_what, requirement, granted, isSatisfied, asked) => {
    const held = new Set(granted.split(' '));
    expect(compile(requirement).isSatisfiedBy(held)).toBe(isSatisfied);
    expect(compile(requirement).scopesToAskFor(held).join(' ')).toBe(asked);
  });

  it('asks for scopes that suffice, whatever is held', () => {
    const requirement = compile(allOf(anyOf('a', ['b', 'c']), anyOf(['c', 'd'], anyOf('e', 'f')), 'g'));
    for (let bits = 0; bits < 128; bits++) {
      const held = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter((_scope, index) => (bits & (1 << index)) !== 0);
      const granted = new Set([...held, ...requirement.scopesToAskFor(new Set(held))]);
      expect(requirement.isSatisfiedBy(granted)).toBe(true);
    }
  });

  it.each<[unknown, string]>([
    ['a b', '"a b" is not a scope'],
    ['', '"" is not a scope'],
    ['a"b', '"a\\"b" is not a scope'],
    ['a\\b', 'is not a scope'],
    ['a\r\nSet-Cookie: x', 'is not a scope'],
    ['ä', '"ä" is not a scope'],
    ['offline_access', 'Leave it out'],
    [anyOf(), 'Name at least one scope'],
    [anyOf('a', 'b c'), '"b c" is not a scope'],
    [7, 'scopes must be a scope, an array of scopes, anyOf(…) or allOf(…)'],
    [null, 'scopes must be a scope'],
    [{ anyOf: 'a' }, 'scopes must be a scope'],
    [{ oneOf: ['a'] }, 'scopes must be a scope'],
  ])('%j is refused', (requirement, message) => {
    expect(() => compile(requirement as ScopeRequirement)).toThrow(message);
  });

  it.each<[string, ScopeRequirement, readonly (readonly string[])[]]>([
    ['a scope', 'a', [['a']]],
    ['nothing', [], [[]]],
    ['nested all-of', ['a', allOf('b', ['c', 'a'])], [['a', 'b', 'c']]],
    ['nested any-of', anyOf('a', anyOf('b', 'c')), [['a'], ['b'], ['c']]],
    [
      'all-of of any-of',
      allOf(anyOf('a', 'b'), 'c'),
      [
        ['a', 'c'],
        ['b', 'c'],
      ],
    ],
    ['what is contained in another', anyOf(['a', 'b'], 'a', ['c', 'a', 'b']), [['a']]],
    ['the same twice', anyOf(['a', 'b'], ['b', 'a']), [['a', 'b']]],
    ['anything or nothing', anyOf('a', []), [[]]],
  ])('has a normal form: %s', (_what, requirement, alternatives) => {
    expect(compile(requirement).alternatives).toEqual(alternatives);
  });

  it('has no more alternatives than anybody can oversee', () => {
    const pairs = ['a', 'b', 'c', 'd', 'e', 'f'].map((scope) => anyOf(`${scope}1`, `${scope}2`));
    expect(compile(pairs).alternatives).toHaveLength(64);
    expect(() => compile([...pairs, anyOf('g1', 'g2')])).toThrow('more than 64 ways');
  });

  it('asks for least when another asks for something anyway', () => {
    const both = requireAll([compile('b'), compile(anyOf('a', 'b'))]);
    expect(both.scopesToAskFor(new Set())).toEqual(['b']);
  });

  it('is nothing when several are put together of none', () => {
    expect(requireAll([])).toBe(noRequirement);
    expect(noRequirement.isSatisfiedBy(new Set())).toBe(true);
    expect(noRequirement.scopesToAskFor(new Set())).toEqual([]);
  });
});

describe('a scope hierarchy', () => {
  const hierarchy = new ScopeHierarchy({ admin: ['write', 'audit'], write: ['read'] });

  it('implies narrower scopes, transitively', () => {
    expect([...hierarchy.expand(['admin'])].sort()).toEqual(['admin', 'audit', 'read', 'write']);
    expect([...hierarchy.expand(['write', 'other'])].sort()).toEqual(['other', 'read', 'write']);
    expect([...hierarchy.expand(['read'])]).toEqual(['read']);
    expect([...new ScopeHierarchy().expand(['a'])]).toEqual(['a']);
  });

  it('may reach a scope in two ways', () => {
    const diamond = new ScopeHierarchy({ top: ['left', 'right'], left: ['bottom'], right: ['bottom'] });
    expect([...diamond.expand(['top'])].sort()).toEqual(['bottom', 'left', 'right', 'top']);
  });

  it.each([
    [{ a: ['a'] }, 'a → a is a cycle'],
    [{ a: ['b'], b: ['c'], c: ['a'] }, 'a → b → c → a is a cycle'],
  ])('%j is refused', (definition, message) => {
    expect(() => new ScopeHierarchy(definition)).toThrow(message);
  });

  it.each([{ 'a b': ['c'] }, { a: ['b c'] }])('%j is refused', (definition) => {
    expect(() => new ScopeHierarchy(definition)).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
  });

  it('lists what a scope implies', () => {
    expect(() => new ScopeHierarchy({ a: 'b' as unknown as string[] })).toThrow(
      'scopeHierarchy["a"] must be an array of the scopes that it implies',
    );
  });

  it('does not take names of the language for scopes', () => {
    expect([...hierarchy.expand(['constructor', '__proto__'])]).toEqual(['constructor', '__proto__']);
    expect([...new ScopeHierarchy({ a: ['constructor'] }).expand(['a'])]).toEqual(['a', 'constructor']);
  });
});

describe('the scopes of a token', () => {
  it.each<[unknown, string[]]>([
    ['a b', ['a', 'b']],
    [' a  b a ', ['a', 'b']],
    ['', []],
    [
      ['a', 'b', 'a', ''],
      ['a', 'b'],
    ],
    [[7, null, 'a'], ['a']],
    [undefined, []],
    [{ a: 1 }, []],
  ])('are read from %j', (claim, scopes) => {
    expect(parseScopeClaim(claim)).toEqual(scopes);
  });
});

describe('auth', () => {
  const verified = { subject: 'ada', clientId: 'cli', scopes: ['write'], claims: { sub: 'ada' }, issuer: 'https://i' };
  const hierarchy = new ScopeHierarchy({ write: ['read'] });

  it('knows the hierarchy, and says what the token says', () => {
    const auth = createAuth(
      { ...verified, expiresAt: 7 },
      { token: 't', hierarchy, resource: new URL('https://r/mcp') },
    );
    expect(auth.has('read', 'write')).toBe(true);
    expect(auth.has('read', 'admin')).toBe(false);
    expect(auth.has()).toBe(true);
    expect(auth).toMatchObject({
      token: 't',
      subject: 'ada',
      clientId: 'cli',
      scopes: ['write'],
      expiresAt: 7,
      issuer: 'https://i',
      extra: { sub: 'ada' },
    });
    expect(auth.resource?.href).toBe('https://r/mcp');
    expect(Object.isFrozen(auth)).toBe(true);
  });

  it('leaves out what is not known', () => {
    const auth = createAuth(verified, { token: 't', hierarchy });
    expect('expiresAt' in auth).toBe(false);
    expect('resource' in auth).toBe(false);
  });
});
