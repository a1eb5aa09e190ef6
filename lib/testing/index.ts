export { accessMatrix } from './access-matrix.js';
export type { AccessMatrix, AccessVerdict, Role } from './access-matrix.js';
export { createTestIssuer } from './create-test-issuer.js';
export type { TestIssuer, TestIssuerOptions, TestTokenOptions } from './create-test-issuer.js';
export { expectChallenge } from './expect-challenge.js';
export type { ChallengedResponse, ExpectedChallenge } from './expect-challenge.js';
