import { describe, expect, it } from '@jest/globals';
import { buildChallenge } from '../../lib/oauth/challenge.js';
import { parseChallenges } from '../../lib/oauth/parse-challenges.js';

describe('a challenge', () => {
  it('is a scheme with quoted parameters, without those that are undefined', () => {
    expect(buildChallenge('Bearer', { error: 'invalid_token', scope: undefined, realm: 'notes' })).toBe(
      'Bearer error="invalid_token", realm="notes"',
    );
    expect(buildChallenge('Bearer', {})).toBe('Bearer');
  });

  it.each([
    ['a quote', 'say "hi"', "say 'hi'"],
    ['a backslash', 'a\\b', 'a?b'],
    ['a line break', 'a\r\nSet-Cookie: b', 'a??Set-Cookie: b'],
    ['a control character', 'a\u0000b\u007f', 'a?b?'],
    ['letters beyond ASCII', 'Grüße 😀', 'Gr??e ??'],
    ['what looks like another parameter', 'x", scope="admin', "x', scope='admin"],
  ])('cannot be broken by %s', (_what, value, written) => {
    const challenge = buildChallenge('Bearer', { error_description: value });
    expect(challenge).toBe(`Bearer error_description="${written}"`);
    expect(parseChallenges(challenge)).toEqual([{ scheme: 'Bearer', parameters: { error_description: written } }]);
  });

  it('reads back as what was written', () => {
    const parameters = { resource_metadata: 'https://a/.well-known/x', error: 'insufficient_scope', scope: 'a b:c' };
    expect(parseChallenges(buildChallenge('Bearer', parameters))).toEqual([{ scheme: 'Bearer', parameters }]);
  });
});
