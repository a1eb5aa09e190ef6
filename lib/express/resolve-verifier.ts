import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { compileClaimMapping } from '../oauth/claim-mapping.js';
import { issuerMetadata } from '../oauth/issuer-discovery.js';
import { IssuerVerifier } from '../oauth/issuer-verifier.js';
import { JwtVerifier } from '../oauth/jwt-verifier.js';
import type { KeySource } from '../oauth/key-source.js';
import { discoveredKeys, givenKeys, remoteKeys } from '../oauth/key-source.js';
import type { TokenVerifier } from '../oauth/token-verifier.js';
import { isTrustworthyUrl } from '../oauth/trustworthy-url.js';
import type { IssuerOptions, McpAuthOptions } from './auth-options.js';
import { issuerOptionNames } from './auth-options.js';

/** Who decides about tokens, and where clients get them. */
export interface ResolvedVerifier {
  readonly verifier: TokenVerifier;
  readonly issuers: readonly string[];
}

/** What the verifiers take from the other options. */
export interface VerifierDefaults {
  readonly environmentIssuer: string | undefined;
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
}

// RFC 8725 §3.1 and §3.2. A symmetric key would let everyone who can verify tokens make them, too.
const asymmetricAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/**
 * Makes the verifier out of `issuer`, `issuers` or `verifier`.
 *
 * @throws ConfigurationError when none or too much of them is given, or one of them is wrong
 */
export function resolveVerifier(options: McpAuthOptions, defaults: VerifierDefaults): ResolvedVerifier {
  const { verifier } = options;
  const issuers = issuersOf(options, defaults.environmentIssuer);
  const identifiers = issuers.map(({ issuer }) => issuer);
  if (verifier !== undefined) {
    if (typeof (verifier as Partial<TokenVerifier>).verify !== 'function') {
      throw new ConfigurationError(
        'invalid_option',
        'mcpAuth: verifier must be an object with a verify(token) method.',
      );
    }
    return { verifier, issuers: identifiers };
  }
  if (issuers.length === 0) {
    throw new ConfigurationError(
      'missing_option',
      'mcpAuth needs to know whose tokens to accept. Write issuer: "https://login.example.com", or set MCP_ISSUER, ' +
        'or give issuers: […] or a verifier.',
    );
  }
  const duplicate = identifiers.find((issuer, index) => identifiers.indexOf(issuer) !== index);
  if (duplicate !== undefined) {
    throw new ConfigurationError(
      'invalid_option',
      `mcpAuth: the issuer "${duplicate}" is given twice. Once is enough.`,
    );
  }
  const verifiers = new Map(issuers.map((issuer) => [issuer.issuer, jwtVerifierFor(issuer, defaults)] as const));
  return { verifier: new IssuerVerifier(verifiers), issuers: identifiers };
}

function issuersOf(options: McpAuthOptions, environmentIssuer: string | undefined): readonly IssuerOptions[] {
  if (options.issuer !== undefined && options.issuers !== undefined) {
    throw new ConfigurationError('invalid_option', 'mcpAuth: give issuer or issuers, not both.');
  }
  const isSilent = options.issuer === undefined && options.issuers === undefined && options.verifier === undefined;
  const single = options.issuer ?? (isSilent ? environmentIssuer : undefined);
  const issuers = options.issuers ?? (single === undefined ? [] : [{ issuer: single }]);
  if (!isArray(issuers)) {
    throw new ConfigurationError(
      'invalid_option',
      'mcpAuth: issuers must be an array, such as [{ issuer: "https://…" }].',
    );
  }
  for (const issuer of issuers) assertIssuer(issuer);
  return issuers;
}

/** Array.isArray makes `any[]` of what is typed already. */
function isArray(value: unknown): boolean {
  return Array.isArray(value);
}

function assertIssuer(options: IssuerOptions): void {
  assertMembers(options, issuerOptionNames, 'mcpAuth issuers');
  const { issuer, jwksUri } = options;
  assertUrl(issuer, 'issuer');
  if (jwksUri !== undefined) assertUrl(jwksUri, 'jwksUri');
}

function assertUrl(value: unknown, option: string): void {
  if (typeof value === 'string' && isTrustworthyUrl(value)) return;
  throw new ConfigurationError(
    'invalid_option',
    `mcpAuth: ${option} must be a URL with https (http on localhost only), not ${JSON.stringify(value)}.`,
  );
}

function jwtVerifierFor(options: IssuerOptions, { audiences, clockToleranceSeconds }: VerifierDefaults): TokenVerifier {
  const { issuer, audience = audiences, claims = {} } = options;
  return new JwtVerifier({
    issuer,
    audiences: resolveAudiences(audience),
    algorithms: resolveAlgorithms(options),
    clockToleranceSeconds,
    keys: keysOf(options),
    readClaims: compileClaimMapping(claims, 'mcpAuth issuers'),
  });
}

function keysOf({ issuer, jwks, jwksUri }: IssuerOptions): KeySource {
  if (jwks === undefined) return jwksUri === undefined ? discoveredKeys(issuerMetadata(issuer)) : remoteKeys(jwksUri);
  try {
    return givenKeys(jwks);
  } catch (cause) {
    throw new ConfigurationError('invalid_option', 'mcpAuth: jwks must be a JSON Web Key Set: { keys: […] }.', {
      cause,
    });
  }
}

function resolveAudiences(audience: unknown): readonly string[] {
  const audiences: unknown[] = Array.isArray(audience) ? audience : [audience];
  if (audiences.length > 0 && audiences.every((value) => typeof value === 'string' && value !== '')) {
    return audiences as readonly string[];
  }
  throw new ConfigurationError(
    'invalid_option',
    'mcpAuth: audience must be a string or an array of strings, not empty.',
  );
}

function resolveAlgorithms({ algorithms, jwks }: IssuerOptions): readonly string[] {
  if (algorithms === undefined) return asymmetricAlgorithms;
  const isUsable = isArray(algorithms) && algorithms.length > 0;
  const unusable = isUsable ? algorithms.find((algorithm) => !isAllowed(algorithm, jwks !== undefined)) : 'none at all';
  if (unusable === undefined) return algorithms;
  throw new ConfigurationError(
    'invalid_option',
    `mcpAuth: algorithms must be some of ${asymmetricAlgorithms.join(', ')}; ${JSON.stringify(unusable)} is not. ` +
      'HS256, HS384 and HS512 are possible with a key set given as jwks only.',
  );
}

function isAllowed(algorithm: string, isKeySetGiven: boolean): boolean {
  return asymmetricAlgorithms.includes(algorithm) || (isKeySetGiven && /^HS(256|384|512)$/.test(algorithm));
}
