import { describe, expect, it } from '@jest/globals';
import { findCredentials } from '../../lib/oauth/access-credentials.js';

const find = (...authorization: readonly string[]) =>
  findCredentials({ authorization, inQuery: false }, ['Bearer'])?.token;

describe('the access token of a request', () => {
  it.each(['Bearer abc', 'bearer abc', 'BEARER abc', 'Bearer   abc', ' Bearer abc '])('is found in %j', (field) => {
    expect(find(field)).toBe('abc');
  });

  it.each([[], ['Basic dXNlcjpwYXNz'], ['DPoP abc'], ['Bearerabc'], ['xBearer abc'], ['Basic Bearer abc'], ['']])(
    'is not there in %j',
    (...fields) => {
      expect(find(...fields)).toBeUndefined();
    },
  );

  it.each([
    ['two header fields', ['Bearer a', 'Bearer b'], 'Send one Authorization header, not several'],
    ['the same twice', ['Bearer a', 'Bearer a'], 'Send one Authorization header, not several'],
    ['a scheme only', ['Bearer'], 'The Authorization header names the Bearer scheme but no token'],
    ['a scheme and spaces', ['Bearer   '], 'The Authorization header names the Bearer scheme but no token'],
    ['two tokens', ['Bearer a b'], 'The Authorization header must hold exactly one token'],
    ['joined fields', ['Bearer a, Bearer b'], 'The Authorization header must hold exactly one token'],
    ['joined tokens', ['Bearer a,b'], 'The Authorization header must hold exactly one token'],
    ['a tab', ['Bearer a\tb'], 'The Authorization header must hold exactly one token'],
  ])('makes a malformed request of %s', (_what, fields, message) => {
    expect(() => find(...fields)).toThrow(expect.objectContaining({ code: 'invalid_request', message }));
  });

  it('must not be in the query, with or without a header', () => {
    const error = {
      code: 'invalid_request',
      message: 'Send the access token in the Authorization header, not in the query',
    };
    for (const authorization of [[], ['Bearer abc']]) {
      expect(() => findCredentials({ authorization, inQuery: true }, ['Bearer'])).toThrow(
        expect.objectContaining(error),
      );
    }
  });

  it.each([
    ['16385 characters', 'a'.repeat(16_385), 'The access token is too long'],
    ['non-ASCII characters', 'tökén', 'The access token has characters that no token has'],
    ['quotes', 'a"b', 'The access token has characters that no token has'],
    ['padding in the middle', 'a=b', 'The access token has characters that no token has'],
    ['a control character', 'a\u0000b', 'The access token has characters that no token has'],
  ])('is refused with %s', (_what, token, message) => {
    expect(() => find(`Bearer ${token}`)).toThrow(expect.objectContaining({ code: 'invalid_token', message }));
  });

  it('may have 16384 characters of all that are allowed', () => {
    const token = `${'aA0-._~+/'.repeat(1820)}==`.slice(0, 16_384);
    expect(find(`Bearer ${token}`)).toBe(token);
    const locations = { authorization: ['Bearer abc'], inQuery: false };
    expect(findCredentials(locations, ['Bearer'], 3)?.token).toBe('abc');
    expect(() => findCredentials(locations, ['Bearer'], 2)).toThrow('The access token is too long');
  });

  it('may come with the DPoP scheme where that counts', () => {
    const both = (field: string) => findCredentials({ authorization: [field], inQuery: false }, ['Bearer', 'DPoP']);
    expect(both('dpop abc')).toEqual({ scheme: 'DPoP', token: 'abc' });
    expect(both('Bearer abc')).toEqual({ scheme: 'Bearer', token: 'abc' });
    expect(() => both('DPoP')).toThrow('names the DPoP scheme but no token');
    expect(findCredentials({ authorization: ['Bearer abc'], inQuery: false }, ['DPoP'])).toBeUndefined();
  });
});
