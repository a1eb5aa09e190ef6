import { assertMembers } from '../../errors/assert-members.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { asymmetricAlgorithms } from '../../oauth/algorithms.js';
import type { VersionedVerifier } from '../../oauth/caching-verifier.js';
import { compileClaimMapping } from '../../oauth/claim-mapping.js';
import { compileCredentials } from '../../oauth/client-authentication.js';
import { IntrospectionVerifier } from '../../oauth/introspection-verifier.js';
import type { IssuerMetadata } from '../../oauth/issuer-discovery.js';
import { issuerMetadata } from '../../oauth/issuer-discovery.js';
import { JwtVerifier } from '../../oauth/jwt-verifier.js';
import type { KeySource } from '../../oauth/key-source.js';
import { discoveredKeys, givenKeys, remoteKeys } from '../../oauth/key-source.js';
import type { Refreshed } from '../../oauth/refreshed.js';
import { isTrustworthyUrl } from '../../oauth/trustworthy-url.js';
import type { IssuerOptions } from './auth-options.js';
import { introspectionOptionNames, issuerOptionNames } from './auth-options.js';

/** What the verifiers take from the options of `mcpAuth`. */
export interface VerifierDefaults {
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
}

/** Who verifies the tokens of one issuer. */
export interface ResolvedIssuer {
  readonly forJwts: VersionedVerifier;
  /** Undefined when the issuer cannot be asked. */
  readonly forOpaque?: VersionedVerifier;
}

const owner = 'mcpAuth introspection';

/**
 * Checks the options of one issuer, as far as they stand for themselves.
 *
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function assertIssuer(options: IssuerOptions): void {
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

/**
 * Makes the verifiers for the tokens of one issuer. Its metadata is discovered once for both.
 *
 * @throws ConfigurationError
 */
export function resolveIssuer(options: IssuerOptions, defaults: VerifierDefaults): ResolvedIssuer {
  const { issuer, audience = defaults.audiences, claims = {}, introspection } = options;
  const metadata = issuerMetadata(issuer);
  const common = {
    issuer,
    audiences: resolveAudiences(audience),
    clockToleranceSeconds: defaults.clockToleranceSeconds,
    readClaims: compileClaimMapping(claims, 'mcpAuth issuers'),
  };
  const keys = keysOf(options, metadata);
  const byKeys = new JwtVerifier({ ...common, algorithms: resolveAlgorithms(options), keys });
  if (introspection === undefined) return { forJwts: byKeys };
  assertMembers(introspection, introspectionOptionNames, owner);
  const { endpoint, tokens = 'opaque', allowMissingAudience = false } = introspection;
  if (endpoint !== undefined) assertUrl(endpoint, 'introspection.endpoint');
  if (!['opaque', 'all'].includes(tokens)) throw wrong('tokens', "'opaque' or 'all'");
  if (typeof allowMissingAudience !== 'boolean') throw wrong('allowMissingAudience', 'true or false');
  const byAsking = new IntrospectionVerifier({
    ...common,
    allowMissingAudience,
    endpoint: endpoint === undefined ? () => discoverEndpoint(metadata) : () => Promise.resolve(endpoint),
    authenticate: compileCredentials(introspection, issuer, owner),
  });
  return { forJwts: tokens === 'all' ? byAsking : byKeys, forOpaque: byAsking };
}

async function discoverEndpoint(metadata: Refreshed<IssuerMetadata>): Promise<string> {
  const { issuer, introspectionEndpoint } = await metadata.get();
  if (introspectionEndpoint !== undefined) return introspectionEndpoint;
  throw new Error(`The metadata of ${issuer} names no introspection_endpoint`);
}

function wrong(member: string, wanted: string): ConfigurationError {
  return new ConfigurationError('invalid_option', `${owner}: ${member} must be ${wanted}.`);
}

function keysOf({ jwks, jwksUri }: IssuerOptions, metadata: Refreshed<IssuerMetadata>): KeySource {
  if (jwks === undefined) return jwksUri === undefined ? discoveredKeys(metadata) : remoteKeys(jwksUri);
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
  const isUsable = algorithms instanceof Array && algorithms.length > 0;
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
