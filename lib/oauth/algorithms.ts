/**
 * The algorithms that signatures may have unless an app says otherwise (RFC 8725 §3.1 and §3.2). A symmetric key would let
 * everyone who can verify tokens make them, too.
 */
export const asymmetricAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];
