import { describe, expect, it } from '@jest/globals';
import { createAuth } from '../../lib/oauth/auth.js';
import { parseScopeClaim } from '../../lib/oauth/scope.js';
import type { ScopeHierarchyDefinition } from '../../lib/oauth/scope-hierarchy.js';
import { ScopeHierarchy } from '../../lib/oauth/scope-hierarchy.js';
import type { ScopeRequirement } from '../../lib/oauth/scope-requirement.js';
import { allOf, anyOf, compileRequirement, noRequirement, requireAll } from '../../lib/oauth/scope-requirement.js';

const compile = (requirement: ScopeRequirement) => compileRequirement(requirement, 'tool "x"');

const oneWord =
  'is not a scope. Write one word of printable ASCII without space, quote or backslash, such as "notes:write"; ' +
  'several scopes are several array elements.';

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

  const kinds = 'scopes must be a scope, an array of scopes, anyOf(…) or allOf(…), not';

  it.each<[unknown, string]>([
    ['a b', `"a b" ${oneWord}`],
    [' a', `" a" ${oneWord}`],
    ['', `"" ${oneWord}`],
    ['a"b', `"a\\"b" ${oneWord}`],
    ['a\\b', `"a\\\\b" ${oneWord}`],
    ['a\r\nSet-Cookie: x', `"a\\r\\nSet-Cookie: x" ${oneWord}`],
    ['ä', `"ä" ${oneWord}`],
    [
      'offline_access',
      '"offline_access" asks the authorization server for a refresh token and protects nothing. Leave it out.',
    ],
    [anyOf(), 'anyOf() without alternatives can never be satisfied. Name at least one scope.'],
    [anyOf('a', 'b c'), `"b c" ${oneWord}`],
    [['a', 'b c'], `"b c" ${oneWord}`],
    [allOf('a', 'b c'), `"b c" ${oneWord}`],
    [7, `${kinds} 7.`],
    [null, `${kinds} null.`],
    [undefined, `${kinds} undefined.`],
    [{ anyOf: 'a' }, `${kinds} an object.`],
    [{ oneOf: ['a'] }, `${kinds} an object.`],
    [[7], `${kinds} 7.`],
  ])('%j is refused', (requirement, message) => {
    expect(() => compile(requirement as ScopeRequirement)).toThrow(
      expect.objectContaining({ code: 'invalid_scope', message: `tool "x": ${message}` }),
    );
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
    expect(() => compile([...pairs, anyOf('g1', 'g2')])).toThrow(
      expect.objectContaining({
        code: 'invalid_scope',
        message:
          'tool "x": there are more than 64 ways to satisfy these scopes. Use a scopeHierarchy, or fewer anyOf(…).',
      }),
    );
    const many = Array.from({ length: 65 }, (_none, index) => `s${String(index)}`);
    expect(() => compile(anyOf(...many))).toThrow('tool "x": there are more than 64 ways');
  });

  it('asks for least when another asks for something anyway', () => {
    const both = requireAll([compile('b'), compile(anyOf('a', 'b'))]);
    expect(both.scopesToAskFor(new Set())).toEqual(['b']);
  });

  it('is satisfied by what satisfies all that are put together', () => {
    const both = requireAll([compile('a'), compile(anyOf('b', 'c'))]);
    expect(both.isSatisfiedBy(new Set(['a', 'c']))).toBe(true);
    expect(both.isSatisfiedBy(new Set(['a']))).toBe(false);
    expect(both.isSatisfiedBy(new Set(['b']))).toBe(false);
    expect(both.scopesToAskFor(new Set(['c']))).toEqual(['a', 'c']);
  });

  it('stays what it is when there is no other', () => {
    const only = compile(anyOf('a', 'b'));
    expect(requireAll([only])).toBe(only);
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

  const cycle = 'is a cycle. Let the broader scope imply the narrower one only.';

  it.each<[object, string, string]>([
    [{ a: ['a'] }, 'scope_cycle', `scopeHierarchy: a → a ${cycle}`],
    [{ a: ['b'], b: ['c'], c: ['a'] }, 'scope_cycle', `scopeHierarchy: a → b → c → a ${cycle}`],
    [{ 'a b': ['c'] }, 'invalid_scope', `scopeHierarchy: "a b" ${oneWord}`],
    [{ a: ['b c'] }, 'invalid_scope', `scopeHierarchy["a"]: "b c" ${oneWord}`],
    [{ a: [7] }, 'invalid_scope', `scopeHierarchy["a"]: 7 ${oneWord}`],
    [
      { a: 'b' },
      'invalid_option',
      'scopeHierarchy["a"] must be an array of the scopes that it implies, such as ["notes:read"].',
    ],
  ])('%j is refused', (definition, code, message) => {
    expect(() => new ScopeHierarchy(definition as ScopeHierarchyDefinition)).toThrow(
      expect.objectContaining({ code, message }),
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
    expect([...auth.effectiveScopes]).toEqual(['write', 'read']);
    expect(auth.claims).toEqual(verified.claims);
    expect(auth.resource?.href).toBe('https://r/mcp');
    expect(Object.isFrozen(auth)).toBe(true);
  });

  it('leaves out what is not known', () => {
    const auth = createAuth(verified, { token: 't', hierarchy });
    expect('expiresAt' in auth).toBe(false);
    expect(auth.resource).toBeUndefined();
  });
});
