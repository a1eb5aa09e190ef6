import { assertMembers } from '../../errors/assert-members.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import { invalidOption } from '../../errors/invalid-option.js';
import { defaultTokenLength } from '../../oauth/access-credentials.js';
import { asymmetricAlgorithms } from '../../oauth/algorithms.js';
import { AuthMaker } from '../../oauth/auth.js';
import { BrokenContractError } from '../../oauth/broken-contract-error.js';
import { GatheredRevocations } from '../../oauth/gathered-revocations.js';
import { ScopeHierarchy } from '../../oauth/scope-hierarchy.js';
import { compileRequirement } from '../../oauth/scope-requirement.js';
import { isLoopbackHost, isTrustworthyUrl } from '../../oauth/trustworthy-url.js';
import { Turns } from '../../promises/turns.js';
import { DecisionCounts } from '../../server/authorization/decision-counts.js';
import { resolveAppAuthentication } from './app-authentication.js';
import type { McpAuthOptions } from './auth-options.js';
import { authOptionNames } from './auth-options.js';
import { foreignAuthOptions } from './foreign-options.js';
import type { ProtectedResource } from './protected-resource.js';
import { audiencesOf, missingResource, parseResource, resolvePath } from './resource-place.js';
import type { AllowedOrigins } from '../fields/origins.js';
import { assertOrigin } from '../fields/origins.js';
import { resolvePossession, resolveStores } from './resolve-sender-constraint.js';
import { ProblemLog } from './problem-log.js';
import { resolveMetadata } from './resolve-metadata.js';
import { resolveScopes } from './resolve-scopes.js';
import type { ResolvedVerifier } from './resolve-verifier.js';
import type { TrustedVerifier } from '../../oauth/token-verifier.js';
import { resolveVerifier } from './resolve-verifier.js';

const defaultClockToleranceSeconds = 5;

// A quarter of the questions that an authorization server gets at a time: requests need the rest.
const recheckedAtOnce = 4;

/**
 * Checks the options of `mcpAuth` and works out everything that does not depend on a request.
 *
 * @param options - what the developer wrote
 * @param environment - has `MCP_RESOURCE` and `MCP_ISSUER`
 * @throws ConfigurationError if an option is missing, unknown or wrong
 */
export function resolveAuthOptions(
  options: McpAuthOptions,
  environment: Readonly<Record<string, string | undefined>>,
): ProtectedResource {
  assertMembers(options, authOptionNames, 'mcpAuth', foreignAuthOptions);
  const identifier = options.resource ?? environment['MCP_RESOURCE'];
  if (identifier === undefined) throw missingResource();
  const url = parseResource(identifier);
  const { scopesSupported, ...challenged } = resolveScopes(options);
  const { requiredScopes } = challenged;
  const clockToleranceSeconds = resolveClockTolerance(options.clockToleranceSeconds);
  const application = resolveAppAuthentication(options);
  const [environmentIssuer, audiences] = [environment['MCP_ISSUER'], audiencesOf(identifier, url)];
  const { verifier, authorizationServers: known } =
    application === undefined
      ? resolveVerifier(options, { environmentIssuer, audiences, clockToleranceSeconds, url })
      : byApplication;
  const stores = resolveStores(options.stores);
  const possession = resolvePossession(options, { clockToleranceSeconds });
  const authorizationServers = resolveServers(options.authorizationServers) ?? known;
  const facts = { resource: identifier, authorizationServers, scopesSupported, dpop: possession.advertised };
  const hierarchy = new ScopeHierarchy(options.scopeHierarchy);
  return Object.freeze({
    identifier,
    url,
    isLocal: isLoopbackHost(url.hostname),
    path: resolvePath(options.path, url),
    ...resolveMetadata(options.metadata, facts, url),
    authorizationServers,
    realm: resolveRealm(options.realm),
    ...challenged,
    policy: { requirement: compileRequirement(requiredScopes, 'mcpAuth requiredScopes'), clockToleranceSeconds },
    callers: new AuthMaker({ hierarchy, resource: url }),
    verifier,
    application,
    maxTokenLength: resolveTokenLength(options.maxTokenLength),
    schemes: possession.schemes,
    challenges: possession.challenges,
    algorithms: asymmetricAlgorithms,
    senderConstraint: possession.senderConstraint,
    clientCertificateHeader: possession.clientCertificateHeader,
    replay: stores.replay,
    revocation: stores.revocation,
    ...forStreams(stores.revocation),
    ...resolveObservers(options),
    offeredScopes: () => offeredScopes(verifier, hierarchy),
    allowAnonymous: resolveAnonymous(options.allowAnonymous, requiredScopes),
    cors: resolveCors(options.cors),
  });
}

/** Listeners for decisions, errors and problems. */
function resolveObservers(
  options: McpAuthOptions,
): Pick<ProtectedResource, 'decisions' | 'onDecision' | 'onError' | 'onProblem' | 'problems'> {
  return {
    decisions: new DecisionCounts(),
    onDecision: resolveFunction(options.onDecision, 'onDecision'),
    onError: resolveFunction(options.onError, 'onError'),
    onProblem: resolveFunction(options.onProblem, 'onProblem'),
    problems: new ProblemLog(),
  };
}

/** The scopes that the authorization servers offer, with those that they imply; undefined while that is not known. */
function offeredScopes(verifier: TrustedVerifier, hierarchy: ScopeHierarchy): ReadonlySet<string> | undefined {
  const scopes = verifier.holdings?.().offeredScopes;
  return scopes === undefined ? undefined : hierarchy.expand(scopes);
}

/** Checks whether the tokens of open streams are still valid. */
function forStreams(
  revocation: ProtectedResource['revocation'],
): Pick<ProtectedResource, 'recheckTurns' | 'revocationOfStreams'> {
  const revocationOfStreams = revocation === undefined ? undefined : new GatheredRevocations(revocation);
  return { revocationOfStreams, recheckTurns: new Turns(recheckedAtOnce) };
}

function resolveAnonymous(allowAnonymous: unknown, requiredScopes: readonly string[]): boolean {
  if (typeof allowAnonymous !== 'boolean' && allowAnonymous !== undefined) {
    throw new ConfigurationError('invalid_option', 'mcpAuth: allowAnonymous must be true or false.');
  }
  if (allowAnonymous === true && requiredScopes.length > 0) {
    throw new ConfigurationError(
      'invalid_option',
      'mcpAuth: allowAnonymous and requiredScopes contradict each other. Give the scopes to the items that need them.',
    );
  }
  return allowAnonymous === true;
}

function resolveFunction<F>(value: F, option: string): F {
  if (value === undefined || typeof value === 'function') return value;
  throw invalidOption('mcpAuth', `${option} must be a function`);
}

const maxTokenLength = 1024 * 1024;

function resolveTokenLength(length: unknown = defaultTokenLength): number {
  if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 1 && length <= maxTokenLength) {
    return length;
  }
  throw invalidOption('mcpAuth', `maxTokenLength must be a whole number of characters from 1 to ${maxTokenLength}`);
}

function resolveServers(servers: unknown): readonly string[] | undefined {
  if (servers === undefined) return undefined;
  const isUsable = Array.isArray(servers) && servers.every((url) => typeof url === 'string' && isTrustworthyUrl(url));
  if (isUsable) return [...new Set(servers as string[])];
  throw invalidOption(
    'mcpAuth',
    'authorizationServers must be an array of URLs with https, such as ["https://login.example.com"]',
  );
}

/** The app authenticates callers: there is no token to verify, and no known server to sign in at. */
const byApplication: ResolvedVerifier = {
  verifier: {
    verify: () => {
      throw new BrokenContractError('authenticate decides about callers, and no verifier is asked');
    },
  },
  authorizationServers: [],
};

function resolveClockTolerance(seconds: unknown = defaultClockToleranceSeconds): number {
  if (typeof seconds === 'number' && seconds >= 0 && seconds <= 300) return seconds;
  throw new ConfigurationError(
    'invalid_option',
    'mcpAuth: clockToleranceSeconds must be a number of seconds from 0 to 300. More would keep ended tokens alive.',
  );
}

function resolveRealm(realm: unknown): string | undefined {
  if (realm === undefined) return undefined;
  if (typeof realm === 'string' && /^[\x20\x21\x23-\x5B\x5D-\x7E]+$/.test(realm)) return realm;
  throw new ConfigurationError(
    'invalid_option',
    'mcpAuth: realm must be printable ASCII without quotes and backslashes, such as "notes".',
  );
}

function resolveCors(cors: unknown): AllowedOrigins | undefined {
  if (cors === undefined || cors === '*') return cors;
  const origins: unknown[] = Array.isArray(cors) ? cors : [cors];
  return new Set(origins.map((origin) => assertOrigin(origin, 'mcpAuth cors')));
}
