import { describe, expect, it } from '@jest/globals';
import { asymmetricAlgorithms } from '../../lib/oauth/algorithms.js';

describe('the algorithms of signatures', () => {
  it('are those of RSA, of elliptic curves and of Edwards curves, and no symmetric one', () => {
    expect(asymmetricAlgorithms.join(' ')).toBe('RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519');
  });
});
