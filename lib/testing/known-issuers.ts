import type { TestIssuer } from './test-issuer.js';

// More than a test file makes; older ones are named by the `issuer` option.
const maxKnown = 1000;

const known: TestIssuer[] = [];

/** Makes known an issuer of this process, so that a test client finds the one that an app trusts. */
export function rememberIssuer(issuer: TestIssuer): void {
  known.unshift(issuer);
  known.length = Math.min(known.length, maxKnown);
}

/**
 * The test issuers of this process with one of these identifiers, the newest first. Several may have the same identifier,
 * and each has another key.
 *
 * @param identifiers - as the app's metadata document names them
 */
export function issuersNamed(identifiers: readonly unknown[]): readonly TestIssuer[] {
  return known.filter(({ issuer }) => identifiers.includes(issuer));
}
