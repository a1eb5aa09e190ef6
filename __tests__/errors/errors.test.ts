import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { assertMembers } from '../../lib/errors/assert-members.js';
import { ConfigurationError, configurationErrorCodes } from '../../lib/errors/configuration-error.js';
import { displayName } from '../../lib/errors/display-name.js';
import { errorTable } from '../../lib/errors/error-table.js';
import {
  ExpressMcpError,
  InsufficientScopeError,
  InvalidRequestError,
  InvalidTokenError,
  ProtocolError,
  TemporarilyUnavailableError,
  ToolError,
  UnauthorizedError,
} from '../../lib/index.js';

const documentation = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

describe('docs/errors.md', () => {
  it('has every row of the error table as it is, and no other', () => {
    const rows = [...documentation.matchAll(/^\| `(\w+)` +\| (\d+) +\| (-\d+) +\| (.*?) +\|$/gm)];
    const documented = rows.map(([, code = '', status, jsonRpcCode, message]) => [
      code,
      { status: Number(status), jsonRpcCode: Number(jsonRpcCode), message },
    ]);
    expect(Object.fromEntries(documented)).toEqual(errorTable);
    expect(documented).toHaveLength(Object.keys(errorTable).length);
  });

  it('has every code of a ConfigurationError, and no other', () => {
    const [table = ''] = documentation.split('## At start-up')[1]?.split('## Warnings') ?? [];
    const documented = [...table.matchAll(/^\| `(\w+)` +\|/gm)].map(([, code]) => code);
    expect(documented.sort()).toEqual([...configurationErrorCodes].sort());
  });
});

describe('the errors', () => {
  it.each<[ExpressMcpError, string, string, string]>([
    [new UnauthorizedError(), 'UnauthorizedError', 'unauthorized', 'Authorization is required'],
    [new InvalidTokenError(), 'InvalidTokenError', 'invalid_token', 'The access token is not valid'],
    [new InvalidTokenError('It ended'), 'InvalidTokenError', 'invalid_token', 'It ended'],
    [
      new InvalidRequestError(),
      'InvalidRequestError',
      'invalid_request',
      'The authorization of this request is malformed',
    ],
    [
      new TemporarilyUnavailableError(7),
      'TemporarilyUnavailableError',
      'temporarily_unavailable',
      'The access token cannot be checked at the moment',
    ],
    [new ProtocolError('parse_error'), 'ProtocolError', 'parse_error', 'Parse error: the message is not valid JSON'],
    [
      new InsufficientScopeError({ requiredScopes: [] }),
      'InsufficientScopeError',
      'insufficient_scope',
      'Insufficient scope for this endpoint: requires scopes that were not named',
    ],
  ])('%s has a name, a code and a safe text', (error, name, code, message) => {
    expect(error).toBeInstanceOf(ExpressMcpError);
    expect(error).toBeInstanceOf(Error);
    expect({ name: error.name, code: error.code, message: error.message }).toEqual({ name, code, message });
    expect(String(error)).toBe(`${name}: ${message}`);
  });

  it('InsufficientScopeError is no server error: it carries facts, and no header', () => {
    const error = new InsufficientScopeError({
      requiredScopes: ['a', 'b'],
      grantedScopes: ['a'],
      target: { kind: 'prompt', name: 'summary' },
    });
    expect(Object.entries(error)).toEqual([
      ['code', 'insufficient_scope'],
      ['requiredScopes', ['a', 'b']],
      ['grantedScopes', ['a']],
      ['target', { kind: 'prompt', name: 'summary' }],
    ]);
  });

  it('keep what is inside in their cause', () => {
    const cause = new Error('inside');
    expect(new InvalidTokenError('outside', { cause }).cause).toBe(cause);
    expect(new TemporarilyUnavailableError(1, { cause }).cause).toBe(cause);
    expect(new ProtocolError('parse_error', undefined, { cause }).cause).toBe(cause);
    expect(new ProtocolError('parse_error').cause).toBeUndefined();
  });

  it('that developers see have names as well', () => {
    expect(String(new ToolError('failed'))).toBe('ToolError: failed');
    expect(String(new ConfigurationError('invalid_option', 'wrong'))).toBe('ConfigurationError: wrong');
  });
});

describe('a name that is shown', () => {
  it.each([
    ['add', '"add"'],
    ['x'.repeat(100), `"${'x'.repeat(100)}"`],
    ['x'.repeat(101), `"${'x'.repeat(100)}…"`],
    ['a\r\nb\u0000c\u001b[31m', '"a\uFFFD\uFFFDb\uFFFDc\uFFFD[31m"'],
    ['right\u202eto left\u2028next', '"right\uFFFDto left\uFFFDnext"'],
  ])('is quoted, cut and made harmless: %j', (name, shown) => {
    expect(displayName(name)).toBe(shown);
  });
});

describe('members of options', () => {
  it.each([
    [null, ['a'], 'x: write an object here, such as {}, not null.'],
    ['text', ['a'], 'x: write an object here, such as {}, not "text".'],
    [[], ['a'], 'x: write an object here, such as {}, not an array.'],
    [{ b: 1 }, ['a', 'c'], 'x: there is no "b". Known are a, c.'],
    [{ b: 1 }, [], 'x: there is no "b". It has no members.'],
  ])('%j are refused', (value, known, message) => {
    expect(() => {
      assertMembers(value, known, 'x');
    }).toThrow(message);
  });
});
