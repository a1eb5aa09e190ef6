import { assertMembers } from '../../errors/assert-members.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { invalidOption } from '../../errors/invalid-option.js';
import { mustBe } from '../../errors/describe-value.js';
import { displayName } from '../../errors/display-name.js';
import type { AccessTokenMark } from '../../oauth/access-token-kind.js';
import type { VersionedVerifier } from '../../oauth/caching-verifier.js';
import { compileClaimMapping } from '../../oauth/claim-mapping.js';
import { compileCredentials } from '../../oauth/client-authentication.js';
import { IntrospectionVerifier } from '../../oauth/introspection-verifier.js';
import { issuerMember } from '../../oauth/issuer-discovery.js';
import { JwtVerifier } from '../../oauth/jwt-verifier.js';
import type { KeySource } from '../../oauth/key-source.js';
import { discoveredKeys, givenKeys, remoteKeys } from '../../oauth/key-source.js';
import { QuestionQueue, queueLimits } from '../../oauth/question-queue.js';
import type { IntrospectionOptions, IssuerOptions } from './issuer-options.js';
import { introspectionOptionNames, issuerOptionNames } from './issuer-options.js';
import { foreignIssuerOptions } from './foreign-options.js';
import type { IssuerPlaces } from './issuer-places.js';
import { resolvePlaces } from './issuer-places.js';
import { resolveAlgorithms } from './resolve-algorithms.js';

/** Options of `mcpAuth` that the verifiers use. */
export interface VerifierDefaults {
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
}

/** The verifiers for the tokens of one issuer. */
export interface IssuerTokens {
  readonly forJwts: VersionedVerifier;
  /** Undefined if the issuer cannot be asked. */
  readonly forOpaque?: VersionedVerifier;
}

/** An issuer whose options were checked. Its keys are shared by every endpoint that it verifies for. */
export interface ResolvedIssuer {
  readonly issuer: string;
  /** The URL that clients are told; undefined without one. */
  readonly authorizationServer: string | undefined;
  /** Which tokens the issuer is asked about; undefined if it cannot be asked. */
  readonly introspects: 'all' | 'opaque' | undefined;
  /** Makes the verifiers for one endpoint. */
  verifiersFor(defaults: VerifierDefaults): IssuerTokens;
}

const owner = 'mcpAuth introspection';

/**
 * Checks the options of one issuer.
 *
 * @param options - what the developer wrote
 * @param sharedQueue - bounds the questions to several issuers together
 * @throws ConfigurationError `unknown_option`, `missing_option` or `invalid_option`
 */
export function resolveIssuer(options: IssuerOptions, sharedQueue?: QuestionQueue): ResolvedIssuer {
  if (typeof options === 'string' || (options as unknown) instanceof URL) throw bareIssuer(options);
  assertMembers(options, issuerOptionNames, 'mcpAuth issuers', foreignIssuerOptions);
  const { issuer, audience, claims = {}, introspection } = options;
  const places = resolvePlaces(options);
  const audiences = audience === undefined ? undefined : resolveAudiences(audience);
  const readClaims = compileClaimMapping(claims, 'mcpAuth issuers');
  const accessTokenMark = resolveMark(options.accessTokenMark);
  const algorithms = resolveAlgorithms(options);
  let offered: readonly string[] | undefined;
  const onScopes = (scopes: readonly string[] | undefined): void => {
    offered = scopes;
  };
  const keys = keysOf(options, { ...places, discovery: { ...places.discovery, onScopes } });
  const asking = introspection === undefined ? undefined : resolveIntrospection(options, introspection, places);
  const queue = sharedQueue ?? new QuestionQueue(queueLimits(asking?.maxConcurrent ?? 1));
  return {
    issuer,
    authorizationServer: places.authorizationServer,
    introspects: asking?.tokens,
    verifiersFor: (defaults) => {
      const common = { issuer, ...defaults, ...(audiences === undefined ? {} : { audiences }), readClaims };
      const byKeys = new JwtVerifier({ ...common, algorithms, keys, accessTokenMark, offeredScopes: () => offered });
      if (asking === undefined) return { forJwts: byKeys };
      const byAsking = new IntrospectionVerifier({ ...common, ...asking, queue });
      return { forJwts: asking.tokens === 'all' ? byAsking : byKeys, forOpaque: byAsking };
    },
  };
}

function resolveIntrospection({ issuer }: IssuerOptions, options: IntrospectionOptions, places: IssuerPlaces) {
  assertMembers(options, introspectionOptionNames, owner);
  const { endpoint, tokens = 'opaque', allowMissingAudience = false, maxConcurrent = 16 } = options;
  if (endpoint !== undefined && !(typeof endpoint === 'string' && places.isTrusted(endpoint))) {
    throw invalidOption(
      'mcpAuth',
      mustBe('introspection.endpoint', 'a URL with https (http on localhost only)', endpoint),
    );
  }
  if (!['opaque', 'all'].includes(tokens)) throw wrongMember('tokens', "'opaque' or 'all'");
  if (typeof allowMissingAudience !== 'boolean') throw wrongMember('allowMissingAudience', 'true or false');
  if (!(Number.isSafeInteger(maxConcurrent) && maxConcurrent >= 1)) {
    throw wrongMember('maxConcurrent', 'a whole number from 1');
  }
  const discovered = issuerMember('introspection_endpoint', issuer, places.discovery);
  return {
    tokens,
    allowMissingAudience,
    maxConcurrent,
    endpoint: endpoint === undefined ? () => discovered.get() : () => Promise.resolve(endpoint),
    authenticate: compileCredentials(options, places.authorizationServer ?? issuer, owner),
  };
}

function keysOf({ issuer, jwks, jwksUri }: IssuerOptions, { discovery }: IssuerPlaces): KeySource {
  if (jwks === undefined) {
    return jwksUri === undefined ? discoveredKeys(issuerMember('jwks_uri', issuer, discovery)) : remoteKeys(jwksUri);
  }
  if (Array.isArray(jwks.keys) && jwks.keys.length === 0) {
    throw invalidOption(
      'mcpAuth',
      'jwks has no key, so no token could ever be verified. Give its keys, or leave jwks out',
    );
  }
  try {
    return givenKeys(jwks);
  } catch (cause) {
    const reason = cause instanceof TypeError ? ` (${cause.message})` : '';
    throw new ConfigurationError(
      'invalid_option',
      `mcpAuth: jwks must be a JSON Web Key Set with public keys: { keys: […] }${reason}.`,
      { cause },
    );
  }
}

function bareIssuer(issuer: unknown): ConfigurationError {
  const text = displayName(String(issuer));
  return invalidOption(
    'mcpAuth',
    `issuers takes objects, not ${typeof issuer === 'string' ? text : 'URL objects'}. Write issuers: [{ issuer: ${text} }]`,
  );
}

function resolveMark(mark: AccessTokenMark | undefined): AccessTokenMark | undefined {
  if (mark === undefined) return undefined;
  assertMembers(mark, ['typ', 'claim', 'value'], 'mcpAuth accessTokenMark');
  const { typ, claim, value } = mark as Readonly<Record<string, unknown>>;
  const isTyp = typeof typ === 'string' && typ !== '' && claim === undefined && value === undefined;
  const isClaim = typ === undefined && typeof claim === 'string' && claim !== '' && isMarkValue(value);
  if (isTyp || isClaim) return { ...mark };
  throw invalidOption(
    'mcpAuth',
    'accessTokenMark must be { typ: "…" } or { claim: "…", value: … } with a text, a number or a boolean',
  );
}

function isMarkValue(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function resolveAudiences(audience: unknown): readonly string[] {
  const audiences: unknown[] = Array.isArray(audience) ? audience : [audience];
  if (
    audiences.length > 0 &&
    audiences.every((value) => typeof value === 'string' && value !== '' && !value.includes('*'))
  ) {
    return [...audiences] as readonly string[];
  }
  throw invalidOption('mcpAuth', 'audience must be a string or an array of strings, not empty and without wildcard');
}

function wrongMember(member: string, wanted: string): ConfigurationError {
  return new ConfigurationError('invalid_option', `${owner}: ${member} must be ${wanted}.`);
}
