import { describe, expect, it } from '@jest/globals';
import { BrokenContractError } from '../../lib/oauth/broken-contract-error.js';
import { CheckedVerifier } from '../../lib/oauth/checked-verifier.js';
import type { TokenVerdict } from '../../lib/oauth/token-verifier.js';
import { checkVerdict, frozenCopy } from '../../lib/oauth/verdict.js';

const resource = new URL('https://api.example.com/mcp');
const good = {
  subject: 'ada',
  clientId: 'cli',
  scopes: ['a'],
  expiresAt: 1_900_000_000,
  issuer: 'https://i',
  claims: {},
};

describe('a verdict', () => {
  it.each<[string, unknown, object]>([
    ['with every member', { ...good, claims: { a: 1 } }, { ...good, claims: { a: 1 } }],
    ['with scopes that are there twice', { ...good, scopes: ['a', 'b', 'a'] }, { scopes: ['a', 'b'] }],
    ['of a client alone', { clientId: 'cli', scopes: [] }, { subject: undefined, clientId: 'cli', claims: {} }],
    ['of a subject alone', { ...good, clientId: '' }, { subject: 'ada', clientId: '' }],
    ['that ends never', { ...good, expiresAt: undefined }, { expiresAt: undefined }],
    [
      'that is an AuthInfo of the official SDK',
      {
        token: 't',
        clientId: 'cli',
        scopes: ['a'],
        expiresAt: 7,
        resource: new URL(`${resource.href}#x`),
        extra: { sub: 'ada' },
      },
      { subject: 'ada', clientId: 'cli', expiresAt: 7, claims: { sub: 'ada' } },
    ],
  ])('%s is taken', (_what, verdict, expected) => {
    expect(checkVerdict(verdict, resource)).toMatchObject(expected);
  });

  it.each([undefined, null])('that is %j is that of a bad token', (verdict) => {
    expect(() => checkVerdict(verdict)).toThrow(expect.objectContaining({ code: 'invalid_token' }));
  });

  it('about another resource is that of a bad token', () => {
    const foreign = { ...good, resource: new URL('https://api.example.com/other') };
    const message = `The aud claim of a token is "https://api.example.com/other", and must be "${resource.href}"`;
    expect(() => checkVerdict(foreign, resource)).toThrow(
      expect.objectContaining({ code: 'invalid_token', cause: expect.objectContaining({ message }) }),
    );
    expect(checkVerdict(foreign)).toMatchObject({ subject: 'ada' });
  });

  it.each<[string, unknown]>([
    ['true', true],
    ['a text', 'ada'],
    ['an array', []],
    ['a function', () => good],
    ['nothing but an object', {}],
    ['claims', { sub: 'ada', scope: 'a', exp: 7 }],
    ['a member that is no member', { ...good, expires_at: 7 }],
    ['no client', { subject: 'ada', scopes: [] }],
    ['a client that is a number', { ...good, clientId: 7 }],
    ['neither subject nor client', { clientId: '', scopes: [] }],
    ['an empty subject', { ...good, subject: '' }],
    ['a subject that is a number', { ...good, subject: 7 }],
    ['a subject in the claims that is a number', { clientId: 'cli', scopes: [], claims: { sub: 7 } }],
    ['no scopes', { subject: 'ada', clientId: 'cli' }],
    ['scopes that are a text', { ...good, scopes: 'ssl' }],
    ['scopes that are a set', { ...good, scopes: new Set(['a']) }],
    ['a scope that is two', { ...good, scopes: ['a b'] }],
    ['a scope that is empty', { ...good, scopes: [''] }],
    ['a scope that is a number', { ...good, scopes: [7] }],
    ['an end that is a Date', { ...good, expiresAt: new Date() }],
    ['an end that is a text', { ...good, expiresAt: '1900000000' }],
    ['an end that is null', { ...good, expiresAt: null }],
    ['an end that is not a number', { ...good, expiresAt: NaN }],
    ['an end that never comes', { ...good, expiresAt: Infinity }],
    ['an end in milliseconds', { ...good, expiresAt: Date.now() }],
    ['an issuer that is empty', { ...good, issuer: '' }],
    ['an issuer that is a URL object', { ...good, issuer: resource }],
    ['claims that are an array', { ...good, claims: [] }],
    ['claims that are a text', { ...good, claims: 'claims' }],
    ['extra that is a text', { clientId: 'cli', scopes: [], extra: 'extra' }],
    ['a resource that is no URL', { ...good, resource: 'mcp' }],
  ])('that is or has %s is none', (_what, verdict) => {
    expect(() => checkVerdict(verdict, resource)).toThrow(BrokenContractError);
  });

  it('never has a value in the message that says what is wrong with it', () => {
    const secret = { ...good, subject: ['hunter2'] };
    expect(() => checkVerdict(secret)).toThrow(
      new BrokenContractError(
        'The result of a verifier must have a subject that is a text and not empty (it is an array)',
      ),
    );
  });

  it('is a copy that nobody can change', () => {
    const verdict = { ...good, scopes: ['a'], claims: { list: [{ a: 1 }] } };
    const checked = checkVerdict(verdict);
    verdict.scopes.push('admin');
    verdict.claims.list.push({ a: 2 });
    verdict.subject = 'eve';
    expect(checked).toMatchObject({ subject: 'ada', scopes: ['a'], claims: { list: [{ a: 1 }] } });
    expect(() => (checked.scopes as string[]).push('admin')).toThrow(TypeError);
    expect(() => (checked.claims['list'] as unknown[]).push(2)).toThrow(TypeError);
    expect(() => Object.assign(checked, { subject: 'eve' })).toThrow(TypeError);
  });
});

describe('a copy of claims', () => {
  it('has what is no plain data as it is, but dates of its own', () => {
    const connection = new Map();
    const at = new Date(0);
    const circle: Record<string, unknown> = {
      connection,
      at,
      same: [at],
      none: null,
      bare: Object.create(null) as object,
    };
    circle['self'] = circle;
    const copy = frozenCopy(circle) as typeof circle;
    expect(copy['connection']).toBe(connection);
    expect(copy['at']).toEqual(at);
    expect(copy['at']).not.toBe(at);
    expect(copy['self']).toBe(copy);
    expect(copy['bare']).toEqual({});
    expect(copy['none']).toBeNull();
  });

  it('cannot get another prototype', () => {
    const copy = frozenCopy(JSON.parse('{"__proto__":{"admin":true}}')) as Record<string, unknown>;
    expect(copy['admin']).toBeUndefined();
    expect(Object.keys(copy)).toEqual(['__proto__']);
  });
});

describe('a verifier of the app', () => {
  it('has its verdicts checked, at once or later', async () => {
    const checked = new CheckedVerifier({ verify: () => good }, resource);
    expect(checked.verify('t')).toMatchObject({ subject: 'ada' });
    expect(checked.check).toBeUndefined();
    expect(checked.recognizes).toBeUndefined();
    const later = new CheckedVerifier({ verify: () => Promise.resolve(7 as unknown as TokenVerdict) }, resource);
    await expect(later.verify('t')).rejects.toBeInstanceOf(BrokenContractError);
  });

  it('keeps its methods', async () => {
    const verifier = {
      prefix: 'k',
      verify: () => good,
      recognizes(token: string) {
        return token.startsWith(this.prefix);
      },
      check: () => Promise.reject(new Error('down')),
    };
    const checked = new CheckedVerifier(verifier, resource);
    expect(checked.recognizes?.('key')).toBe(true);
    await expect(checked.check?.()).rejects.toThrow('down');
  });
});
