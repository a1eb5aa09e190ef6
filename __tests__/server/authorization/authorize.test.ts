import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { AccessDeniedError } from '../../../lib/errors/access-denied-error.js';
import { InsufficientAuthenticationError } from '../../../lib/errors/insufficient-authentication-error.js';
import { InsufficientScopeError } from '../../../lib/errors/insufficient-scope-error.js';
import { InvalidTokenError } from '../../../lib/errors/invalid-token-error.js';
import { ProtocolError } from '../../../lib/errors/protocol-error.js';
import { UnauthorizedError } from '../../../lib/errors/unauthorized-error.js';
import { allOf, anyOf, compileRequirement } from '../../../lib/oauth/scope-requirement.js';
import { createRegistry } from '../../../lib/index.js';
import type { AccessDefinition } from '../../../lib/registry/access.js';
import { compileAccess } from '../../../lib/registry/access.js';
import type { Caller } from '../../../lib/server/authorization/caller.js';
import { endOf } from '../../../lib/server/authorization/caller.js';
import { assertStillAllowed, authorize, refuse } from '../../../lib/server/authorization/authorize.js';
import { isListed, isThere, mayHear, mayStillUse, mayUse } from '../../../lib/server/authorization/visible-items.js';
import type { Operation } from '../../../lib/server/authorization/operation.js';
import { authWith, callerWith, nobody } from '../../support/dispatching.js';

function operationOn(name: string, definition: AccessDefinition, args = {}): Operation {
  return {
    items: [
      {
        access: compileAccess(definition, `tool "${name}"`),
        target: { kind: 'tool', name },
        args,
        notFound: () => new ProtocolError('invalid_params', 'Unknown tool'),
      },
    ],
    invoke: () => ({}),
  };
}

const onEndpoint: Operation = { items: [], invoke: () => ({}) };

function endpointWith(...scopes: readonly string[]): NonNullable<Caller['endpoint']> {
  return { requirement: compileRequirement(scopes, 'endpoint'), clockToleranceSeconds: 5 };
}

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown');
}

const unreported = (error: unknown): void => {
  throw error;
};

describe('authorize', () => {
  it('allows what needs no scopes, for anybody', () => {
    expect(authorize([operationOn('open', {}), onEndpoint], nobody)).toMatchObject([
      { outcome: 'allowed' },
      { outcome: 'allowed' },
    ]);
  });

  it('allows a caller who holds all scopes', () => {
    const operation = operationOn('move', { scopes: ['a', 'b'] });
    expect(authorize([operation], callerWith('a', 'b', 'c'))).toMatchObject([{ outcome: 'allowed' }]);
  });

  it('refuses a scoped item when no auth ran at all', () => {
    const error = errorOf(() => authorize([operationOn('move', { scopes: ['a'] })], nobody));
    expect(error).toBeInstanceOf(InsufficientScopeError);
    expect(error).toMatchObject({
      requiredScopes: ['a'],
      grantedScopes: [],
      target: { kind: 'tool', name: 'move' },
      message: 'Insufficient scope for tool "move": requires a',
    });
  });

  it('asks a caller who did not sign in to do so, with the scopes to ask for', () => {
    const caller = { auth: undefined, endpoint: endpointWith() };
    const error = errorOf(() => authorize([operationOn('move', { scopes: ['a'] })], caller));
    expect(error).toBeInstanceOf(UnauthorizedError);
    expect(error).toMatchObject({ requiredScopes: ['a'] });
  });

  it("names the endpoint's scopes and the item's in one error, also those that are held", () => {
    const caller = { auth: authWith(['x', 'b']), endpoint: endpointWith('mcp') };
    const error = errorOf(() => authorize([operationOn('move', { scopes: ['a', 'b'] })], caller));
    expect(error).toMatchObject({ requiredScopes: ['mcp', 'a', 'b'], grantedScopes: ['x', 'b'] });
  });

  it('names the endpoint as the target when only its own scopes are missing', () => {
    const caller = { auth: authWith([]), endpoint: endpointWith('mcp') };
    expect(errorOf(() => authorize([onEndpoint], caller))).toMatchObject({
      requiredScopes: ['mcp'],
      target: { kind: 'endpoint' },
    });
  });

  it('names the alternative that lacks least', () => {
    const operation = operationOn('share', { scopes: anyOf('admin', ['a', 'b'], ['c', 'd', 'e']) });
    expect(errorOf(() => authorize([operation], callerWith('c', 'd', 'b', 'a2')))).toMatchObject({
      requiredScopes: ['admin'],
    });
    expect(errorOf(() => authorize([operation], callerWith('c', 'd')))).toMatchObject({ requiredScopes: ['admin'] });
  });

  it('asks once for the scopes of all messages of a batch', () => {
    const operations = [
      operationOn('one', { scopes: ['a'] }),
      operationOn('two', { scopes: ['b', 'c'] }),
      operationOn('three', {}),
    ];
    expect(errorOf(() => authorize(operations, callerWith('c')))).toMatchObject({
      requiredScopes: ['a', 'b', 'c'],
      target: { kind: 'tool', name: 'one' },
    });
  });

  it('looks at the end of a token before its scopes, within the clock tolerance', () => {
    const now = Date.now() / 1000;
    const operation = operationOn('move', { scopes: ['a'] });
    const ended = { auth: authWith([], { expiresAt: now - 6 }), endpoint: endpointWith() };
    expect(errorOf(() => authorize([operation], ended))).toBeInstanceOf(InvalidTokenError);
    const tolerated = { auth: authWith(['a'], { expiresAt: now - 3 }), endpoint: endpointWith() };
    expect(authorize([operation], tolerated)).toMatchObject([{ outcome: 'allowed' }]);
    const withoutTolerance = { auth: authWith(['a'], { expiresAt: now - 1 }), endpoint: undefined };
    expect(errorOf(() => authorize([operation], withoutTolerance))).toBeInstanceOf(InvalidTokenError);
  });

  it('counts the end of a token to the millisecond', () => {
    const end = 1_800_000_000;
    const caller = { auth: authWith([], { expiresAt: end }), endpoint: endpointWith() };
    jest.useFakeTimers({ now: (end + 5) * 1000 - 1 });
    try {
      expect(authorize([onEndpoint], caller)).toMatchObject([{ outcome: 'allowed' }]);
      jest.setSystemTime((end + 5) * 1000);
      expect(errorOf(() => authorize([onEndpoint], caller))).toMatchObject({
        code: 'invalid_token',
        message: 'The access token expired',
      });
    } finally {
      jest.useRealTimers();
    }
  });

  it('conceals an item from callers without its scopes', () => {
    const operation = operationOn('purge', { scopes: ['admin'], visibility: 'concealed' });
    expect(authorize([operation], callerWith('a'))).toEqual([{ outcome: 'concealed' }]);
    expect(authorize([operation], nobody)).toEqual([{ outcome: 'concealed' }]);
    expect(authorize([operation], callerWith('admin'))).toMatchObject([{ outcome: 'allowed' }]);
  });

  it("refuses rather than conceals when the endpoint's own scopes are missing", () => {
    const operation = operationOn('purge', { scopes: ['admin'], visibility: 'concealed' });
    const outsider = { auth: authWith([]), endpoint: endpointWith('mcp') };
    const error = errorOf(() => authorize([operation], outsider));
    expect(error).toBeInstanceOf(InsufficientScopeError);
    expect(error).toMatchObject({ requiredScopes: ['mcp'], target: { kind: 'endpoint' } });
    const insider = { auth: authWith(['mcp']), endpoint: endpointWith('mcp') };
    expect(authorize([operation], insider)).toEqual([{ outcome: 'concealed' }]);
  });

  it('decides scopes that depend on the arguments, with the caller at hand', () => {
    const scopes = ({ folder }: Readonly<Record<string, unknown>>, auth?: { readonly subject: string | undefined }) =>
      folder === 'mine' && auth?.subject === 'user-1' ? [] : 'admin';
    expect(authorize([operationOn('empty', { scopes }, { folder: 'mine' })], callerWith())).toMatchObject([
      { outcome: 'allowed' },
    ]);
    expect(
      errorOf(() => authorize([operationOn('empty', { scopes }, { folder: 'other' })], callerWith())),
    ).toMatchObject({ requiredScopes: ['admin'] });
  });

  it.each<[string, unknown]>([
    ['a text that is no scope', 'a b'],
    ['one in an any-of', anyOf('a b')],
    ['one in an all-of in an any-of', anyOf('a', allOf('b', 'c d'))],
    ['a scope that protects nothing', ['offline_access']],
    ['nothing to choose from', anyOf()],
    ['more than 64 to choose from', anyOf(...Array.from({ length: 65 }, (_, index) => `id:${String(index)}`))],
    ['a scope that is longer than a challenge', [`id:${'1'.repeat(300)}`]],
  ])('takes %s for the fault of who sent the arguments', async (_what, found) => {
    for (const scopes of [() => found, () => Promise.resolve(found)] as AccessDefinition['scopes'][]) {
      const operations = [operationOn('read', scopes === undefined ? {} : { scopes }, {})];
      expect(await authorize(operations, callerWith('a'))).toMatchObject([
        { outcome: 'undecidable', error: { code: 'invalid_params' } },
      ]);
    }
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['a number in an any-of', { anyOf: ['a', 7] }],
    ['an object', { scopes: ['a'] }],
    ['an any-of that is a text', { anyOf: 'a' }],
  ])('takes %s for the fault of the function', (_what, found) => {
    const scopes = (() => found) as NonNullable<AccessDefinition['scopes']>;
    expect(authorize([operationOn('read', { scopes })], callerWith('a'))).toMatchObject([
      { outcome: 'undecidable', error: { code: 'invalid_scope' } },
    ]);
  });

  it('allows nothing when scopes cannot be worked out', () => {
    const failure = new Error('the database is gone');
    const scopes = (): never => {
      throw failure;
    };
    expect(authorize([operationOn('empty', { scopes })], callerWith('admin'))).toEqual([
      { outcome: 'undecidable', error: failure },
    ]);
    const outsider = { auth: authWith(['admin']), endpoint: endpointWith('mcp') };
    const error = errorOf(() => authorize([operationOn('empty', { scopes })], outsider));
    expect(error).toBeInstanceOf(InsufficientScopeError);
    expect(error).toMatchObject({ requiredScopes: ['mcp'], target: { kind: 'endpoint' } });
  });
});

describe('an item whose arguments became others', () => {
  const scopes = ({ folder }: Readonly<Record<string, unknown>>) => (folder === 'trash' ? 'admin' : 'a');
  const itemOf = (definition: AccessDefinition, args: object) => {
    const [item] = operationOn('empty', definition, args).items;
    if (item === undefined) throw new Error('There is no item');
    return item;
  };

  it('stays allowed with scopes that suffice for them', () => {
    void assertStillAllowed(itemOf({ scopes }, { folder: 'inbox' }), callerWith('a'));
    const error = errorOf(() => {
      void assertStillAllowed(itemOf({ scopes }, { folder: 'trash' }), callerWith('a'));
    });
    expect(error).toBeInstanceOf(InsufficientScopeError);
    expect(error).toMatchObject({
      requiredScopes: ['admin'],
      grantedScopes: ['a'],
      target: { kind: 'tool', name: 'empty' },
    });
  });

  it('stays allowed when the policy still allows it', () => {
    const policy = ({ force }: Readonly<Record<string, unknown>>) => force !== true || 'Not by force';
    void assertStillAllowed(itemOf({ policy }, {}), callerWith());
    const error = errorOf(() => {
      void assertStillAllowed(itemOf({ policy }, { force: true }), callerWith());
    });
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(error).toMatchObject({ message: 'Not by force' });
  });

  it('is not allowed when that cannot be worked out any more', () => {
    const failure = new Error('the database is gone');
    const failing = (): never => {
      throw failure;
    };
    const again = () => {
      void assertStillAllowed(itemOf({ scopes: failing }, {}), callerWith('a'));
    };
    expect(errorOf(again)).toBe(failure);
  });

  it('is not decided once more when nothing depends on them', () => {
    const item = itemOf({ scopes: ['a'] }, {});
    const requirementFor = (): never => {
      throw new Error('This was decided before');
    };
    void assertStillAllowed({ ...item, access: { ...item.access, requirementFor } }, callerWith());
  });
});

describe('lists', () => {
  const item = (definition: AccessDefinition) => ({
    kind: 'tool' as const,
    key: 'x',
    order: 0,
    listing: {},
    access: compileAccess(definition, 'tool "x"'),
  });

  it("show an item by its visibility and the caller's scopes", () => {
    expect(isListed(item({ scopes: ['a'] }), nobody)).toBe(true);
    expect(isListed(item({ scopes: ['a'], visibility: 'granted' }), nobody)).toBe(false);
    expect(isListed(item({ scopes: ['a'], visibility: 'granted' }), callerWith('a'))).toBe(true);
    expect(isListed(item({ scopes: ['a'], visibility: 'concealed' }), callerWith('b'))).toBe(false);
  });

  it('reveal what an item contains only to callers who may use it', () => {
    expect(mayUse(item({ scopes: ['a'] }), nobody, unreported)).toBe(false);
    expect(mayUse(item({ scopes: ['a'] }), callerWith('a'), unreported)).toBe(true);
    expect(mayUse(item({ policy: () => false }), callerWith(), unreported)).toBe(false);
    expect(mayUse(item({ authentication: { maxAgeSeconds: 5 } }), callerWith(), unreported)).toBe(false);
    expect(mayUse(item({ scopes: ({ id }) => (id === undefined ? 'b' : 'a') }), callerWith('a'), unreported)).toBe(
      false,
    );
    const throwing = () => {
      throw new Error('no arguments');
    };
    expect(mayUse(item({ scopes: throwing }), callerWith('a'), unreported)).toBe(false);
  });
});

describe('a refusal by a handler', () => {
  const requirement = compileRequirement(['notes:read'], 'tool "open"');
  const target = { kind: 'tool', name: 'open' } as const;

  it('names what the handler demands and what the operation needs anyway', () => {
    expect(refuse(['notes:secret'], requirement, target, callerWith('notes:read'))).toMatchObject({
      requiredScopes: ['notes:read', 'notes:secret'],
      grantedScopes: ['notes:read'],
      target,
    });
    expect(refuse(['notes:secret'], requirement, target, nobody)).toMatchObject({ grantedScopes: [] });
  });
});

describe('a policy', () => {
  const tenant = ({ tenant }: Readonly<Record<string, unknown>>) => tenant === 'acme' || 'That is another tenant';
  const operation = (args: object, more: AccessDefinition = {}) =>
    operationOn('move', { scopes: ['a'], policy: tenant, ...more }, args);

  it('lets pass what it allows, and refuses the rest without offering scopes', () => {
    expect(authorize([operation({ tenant: 'acme' })], callerWith('a'))).toMatchObject([{ outcome: 'allowed' }]);
    const error = errorOf(() => authorize([operation({ tenant: 'evil' })], callerWith('a')));
    expect(error).toBeInstanceOf(AccessDeniedError);
    expect(error).toMatchObject({ message: 'That is another tenant', target: { kind: 'tool', name: 'move' } });
    expect(errorOf(() => authorize([operationOn('move', { policy: () => false })], nobody))).toMatchObject({
      message: 'Access to tool "move" is denied',
    });
  });

  it('comes before scopes, which would not help, but after the question who is asking', () => {
    expect(errorOf(() => authorize([operation({})], callerWith()))).toBeInstanceOf(AccessDeniedError);
    const anonymous = { auth: undefined, endpoint: endpointWith() };
    expect(errorOf(() => authorize([operation({})], anonymous))).toBeInstanceOf(UnauthorizedError);
    expect(errorOf(() => authorize([operation({ tenant: 'acme' })], callerWith()))).toBeInstanceOf(
      InsufficientScopeError,
    );
  });

  it('is not asked about what is concealed', () => {
    const concealed = operation({}, { visibility: 'concealed' });
    expect(authorize([concealed], callerWith())).toMatchObject([{ outcome: 'concealed' }]);
  });

  it('knows whom it is about', () => {
    const seen: unknown[] = [];
    const policy = (_args: object, auth: unknown) => {
      seen.push(auth);
      return true;
    };
    const caller = callerWith();
    void authorize([operationOn('move', { policy })], caller);
    expect(seen).toEqual([caller.auth]);
  });

  it('that throws allows nothing', () => {
    const policy = () => {
      throw new Error('database is down');
    };
    expect(authorize([operationOn('move', { policy })], nobody)).toMatchObject([{ outcome: 'undecidable' }]);
  });

  it('must be a function', () => {
    expect(() => operationOn('move', { policy: true as never })).toThrow('policy must be a function');
  });
});

describe('a sign-in', () => {
  const now = Math.floor(Date.now() / 1000);
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(now * 1000);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const signedIn = (claims: object, ...scopes: readonly string[]): Caller => ({
    auth: { ...authWith(scopes), claims: { ...claims } },
    endpoint: endpointWith(),
  });
  const transfer = (authentication: AccessDefinition['authentication']) =>
    operationOn('transfer', { scopes: ['a'], ...(authentication === undefined ? {} : { authentication }) });

  it.each([
    ['strong enough', { acr: 'gold' }, { acr: 'gold' }],
    ['one of several', { acr: ['gold', 'silver'] }, { acr: 'silver' }],
    ['recent enough', { maxAgeSeconds: 60 }, { auth_time: now - 60 }],
    ['recent within the tolerance', { maxAgeSeconds: 60 }, { auth_time: now - 61 }],
    ['both', { acr: 'gold', maxAgeSeconds: 60 }, { acr: 'gold', auth_time: now }],
  ])('that is %s suffices', (_what, authentication, claims) => {
    expect(authorize([transfer(authentication)], signedIn(claims, 'a'))).toMatchObject([{ outcome: 'allowed' }]);
  });

  it.each([
    ['weaker', { acr: 'gold' }, { acr: 'bronze' }],
    ['of unknown strength', { acr: 'gold' }, {}],
    ['too long ago', { maxAgeSeconds: 60 }, { auth_time: now - 70 }],
    ['at an unknown time', { maxAgeSeconds: 60 }, {}],
    ['at a time in words', { maxAgeSeconds: 60 }, { auth_time: String(now) }],
    ['strong but long ago', { acr: 'gold', maxAgeSeconds: 60 }, { acr: 'gold', auth_time: 1 }],
  ])('that is %s is asked for again, together with every scope', (_what, authentication, claims) => {
    const error = errorOf(() => authorize([transfer(authentication)], signedIn(claims, 'b')));
    expect(error).toBeInstanceOf(InsufficientAuthenticationError);
    expect(error).toMatchObject({ requiredScopes: ['a'], grantedScopes: ['b'], target: { name: 'transfer' } });
    expect(errorOf(() => authorize([transfer(authentication)], signedIn(claims, 'a')))).toMatchObject({
      code: 'insufficient_user_authentication',
      message: 'Insufficient sign-in for tool "transfer"',
    });
  });

  it('that is missing for one message of several is what the error is about, with the scopes of all', () => {
    const operations = [operationOn('move', { scopes: ['b'] }), transfer({ acr: 'gold', maxAgeSeconds: 60 })];
    const error = errorOf(() => authorize(operations, signedIn({}, 'c')));
    expect(error).toBeInstanceOf(InsufficientAuthenticationError);
    expect(error).toMatchObject({
      requiredScopes: ['b', 'a'],
      grantedScopes: ['c'],
      acrValues: ['gold'],
      maxAgeSeconds: 60,
      target: { kind: 'tool', name: 'transfer' },
    });
  });

  it('has no tolerance where there is no endpoint to name one', () => {
    const caller = (age: number): Caller => ({
      auth: { ...authWith(['a']), claims: { auth_time: Date.now() / 1000 - age } },
      endpoint: undefined,
    });
    const operation = transfer({ maxAgeSeconds: 60 });
    expect(authorize([operation], caller(55))).toMatchObject([{ outcome: 'allowed' }]);
    expect(errorOf(() => authorize([operation], caller(61)))).toBeInstanceOf(InsufficientAuthenticationError);
  });

  it('comes after scopes when it is good itself', () => {
    expect(errorOf(() => authorize([transfer({ acr: 'gold' })], signedIn({ acr: 'gold' })))).toBeInstanceOf(
      InsufficientScopeError,
    );
  });

  it('is asked for of nobody who has not signed in at all', () => {
    const anonymous = { auth: undefined, endpoint: endpointWith() };
    const operation = operationOn('transfer', { authentication: { acr: 'gold' } });
    expect(errorOf(() => authorize([operation], anonymous))).toBeInstanceOf(UnauthorizedError);
    expect(errorOf(() => authorize([operation], nobody))).toBeInstanceOf(InsufficientAuthenticationError);
  });

  it.each([
    [{}, 'needs acr, maxAgeSeconds, or both'],
    [{ acr: '' }, 'authentication.acr must be'],
    [{ acr: 'a b' }, 'authentication.acr must be'],
    [{ acr: ['a"'] }, 'authentication.acr must be'],
    [{ acr: 7 }, 'authentication.acr must be'],
    [{ maxAgeSeconds: -1 }, 'a whole number of seconds'],
    [{ maxAgeSeconds: '60' }, 'a whole number of seconds'],
    [{ maxAge: 60 }, 'there is no "maxAge"'],
  ])('cannot be demanded by %j', (authentication, message) => {
    expect(() => transfer(authentication as AccessDefinition['authentication'])).toThrow(message);
  });
});

describe('an operation on several items', () => {
  const onBoth = (first: AccessDefinition, second: AccessDefinition): Operation => ({
    items: [...operationOn('first', first).items, ...operationOn('second', second).items],
    invoke: () => ({}),
  });

  it('is allowed to who may use all of them, and needs what they need together', async () => {
    const [decision, ...others] = await authorize([onBoth({ scopes: ['a'] }, { scopes: ['b'] })], callerWith('a', 'b'));
    expect(others).toEqual([]);
    if (decision?.outcome !== 'allowed') throw new Error('It was not allowed');
    expect(decision.requirement.scopesToAskFor(new Set())).toEqual(['a', 'b']);
  });

  it('is refused with the scopes of all that may not be used', () => {
    const error = errorOf(() => authorize([onBoth({ scopes: ['a'] }, { scopes: ['b'] })], callerWith('other')));
    expect(error).toMatchObject({ code: 'insufficient_scope', requiredScopes: ['a', 'b'] });
  });

  it('is not allowed when one of them is concealed, whichever it is', () => {
    const concealed = { scopes: ['a'], visibility: 'concealed' } as const;
    expect(authorize([onBoth({}, concealed), onBoth(concealed, {})], callerWith('other'))).toEqual([
      { outcome: 'concealed' },
      { outcome: 'concealed' },
    ]);
  });
});

describe('what comes after a request', () => {
  const now = Math.floor(Date.now() / 1000);
  const ending = (seconds: number, tolerance: number, ...scopes: readonly string[]): Caller => ({
    auth: authWith(scopes, { expiresAt: now + seconds }),
    endpoint: { requirement: compileRequirement([], 'endpoint'), clockToleranceSeconds: tolerance },
  });
  const { catalog } = (() => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.resource('notes://open', {}, () => 'open');
    registry.resource('notes://closed', { scopes: ['a'] }, () => 'closed');
    const policy = ({ id }: Readonly<Record<string, unknown>>) => id === 'mine';
    registry.resourceTemplate('notes://of/{id}', { policy }, () => 'of');
    return registry;
  })();
  const updated = (uri: string) => ({ kind: 'resource', uri }) as const;
  const listed = (visibleWith: readonly (readonly string[])[] | undefined) =>
    ({ kind: 'list', list: 'tools', visibleWith }) as const;

  it('ends with the token, the tolerance included', () => {
    expect(endOf(nobody)).toBe(Infinity);
    expect(endOf(callerWith('a'))).toBe(Infinity);
    expect(endOf(ending(10, 5))).toBe((now + 15) * 1000);
    expect(endOf({ auth: authWith([], { expiresAt: now }), endpoint: undefined })).toBe(now * 1000);
  });

  it.each([
    ['a list with an item that everybody sees, anybody', listed(undefined), nobody, true],
    ['a list, who sees the item by one set of scopes', listed([['a', 'b'], ['c']]), callerWith('c'), true],
    ['a list, nobody with only a part of a set', listed([['a', 'b'], ['c']]), callerWith('a'), false],
    ['a list with an item for nobody, nobody', listed([]), callerWith('a'), false],
    ['an open resource, anybody', updated('notes://open'), nobody, true],
    ['a scoped resource, who holds its scopes', updated('notes://closed'), callerWith('a'), true],
    ['a scoped resource, nobody else', updated('notes://closed'), callerWith('b'), false],
    ['a resource of a template, whom its policy allows', updated('notes://of/mine'), callerWith(), true],
    ['a resource of a template, nobody else', updated('notes://of/yours'), callerWith(), false],
    ['a resource that there is not, nobody', updated('notes://gone'), callerWith('a'), false],
    ['a list, nobody whose token ended', listed(undefined), ending(-10, 5), false],
    ['an open resource, nobody whose token ended', updated('notes://open'), ending(-10, 5), false],
    ['a list, whose token ended within the tolerance', listed(undefined), ending(-3, 60), true],
  ])('tells of a change of %s', (_what, change, caller, hears) => {
    expect(mayHear(change, caller, catalog, unreported)).toBe(hears);
  });

  it('lets use what is allowed still, as long as the token lasts', () => {
    const [item] = operationOn('move', { scopes: ['a'] }).items;
    if (item === undefined) throw new Error('There is no item');
    expect(mayStillUse(item, callerWith('a'), unreported)).toBe(true);
    expect(mayStillUse(item, callerWith('b'), unreported)).toBe(false);
    expect(mayStillUse(item, ending(60, 0, 'a'), unreported)).toBe(true);
    expect(mayStillUse(item, ending(-60, 0, 'a'), unreported)).toBe(false);
  });

  it.each([
    ['always', callerWith('b'), true],
    ['granted', callerWith('b'), true],
    ['concealed', callerWith('b'), false],
    ['concealed', callerWith('a'), true],
    ['concealed', nobody, false],
  ] as const)('finds what is %s listed (%#)', (visibility, caller, found) => {
    const access = compileAccess({ scopes: ['a'], visibility }, 'tool "move"');
    const target = { kind: 'tool', name: 'move' } as const;
    expect(isThere({ access, target, args: {} }, caller, unreported)).toBe(found);
  });
});
