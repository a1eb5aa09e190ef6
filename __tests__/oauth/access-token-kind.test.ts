import { describe, expect, it } from '@jest/globals';
import { rejectForeignTokenKinds } from '../../lib/oauth/access-token-kind.js';

const check = (typ: unknown, claims: Readonly<Record<string, unknown>> = {}) => {
  rejectForeignTokenKinds({ alg: 'ES256', typ } as { alg: string; typ?: string }, claims);
};
const refused = expect.objectContaining({ code: 'invalid_token', message: 'The token is not an access token' });

describe('a token', () => {
  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt', 'JWT', 'jwt', 'application/jwt', undefined])(
    'of the type %j may be an access token',
    (typ) => {
      expect(() => {
        check(typ);
      }).not.toThrow();
    },
  );

  it.each(['dpop+jwt', 'logout+jwt', '', 'at', 7, null, ['jwt'], {}])('of the type %j is none', (typ) => {
    expect(() => {
      check(typ);
    }).toThrow(refused);
  });

  it.each([
    { token_use: 'id' },
    { typ: 'ID' },
    { at_hash: 'h' },
    { c_hash: 'h' },
    { s_hash: 'h' },
    { nonce: 'n' },
    { nonce: 'n', typ: 'other' },
    { typ: 'Refresh' },
    { typ: 'Offline' },
    { events: {} },
  ])('with %j is another kind of token, unless its type says otherwise', (claims) => {
    for (const typ of ['JWT', undefined]) {
      expect(() => {
        check(typ, claims);
      }).toThrow(refused);
    }
    for (const typ of ['at+jwt', 'application/at+jwt']) {
      expect(() => {
        check(typ, claims);
      }).not.toThrow();
    }
  });

  it.each([{ token_use: 'access' }, { typ: 'Bearer' }, { nonce: 'n', typ: 'Bearer' }])(
    'with %j may be an access token',
    (claims) => {
      expect(() => {
        check('JWT', claims);
      }).not.toThrow();
    },
  );
});
