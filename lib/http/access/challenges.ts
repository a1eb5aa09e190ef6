import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { InsufficientAuthenticationError } from '../../errors/insufficient-authentication-error.js';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import type { AccessScheme } from '../../oauth/access-credentials.js';
import type { ChallengeParameters } from '../../oauth/challenge.js';
import { buildChallenge } from '../../oauth/challenge.js';
import type { ProtectedResource } from '../resource/protected-resource.js';

/** Where an error happened, as far as answers depend on it. */
export interface ErrorPlace {
  /** The endpoint; without one there is no metadata to point to. */
  readonly resource: ResourceFacts | undefined;
  /** The scheme of the credentials that were refused. */
  readonly scheme: AccessScheme | undefined;
  /** Scopes that a route of the app wants, in place of the endpoint's. */
  readonly wantedScopes?: readonly string[] | undefined;
}

/** The part of a protected resource that answers need. */
type ResourceFacts = Pick<
  ProtectedResource,
  'algorithms' | 'challengedScopes' | 'challenges' | 'challengeScopes' | 'metadataUrl' | 'realm' | 'requiredScopes'
>;

// Characters. Proxies take 4 KiB for all fields of an answer by default (nginx: `proxy_buffer_size`) and answer 502 beyond.
const maxChallengesLength = 3072;
const maxDescriptionLength = 256;

/**
 * Makes one challenge for every scheme (RFC 9110 §11.6.1). The one for the scheme that was used says what is wrong. If the scopes do
 * not all fit, those that the caller holds are left out first.
 */
export function challengesFor(
  error: ExpressMcpError,
  scopes: readonly string[],
  place: ErrorPlace | undefined,
): readonly string[] {
  const whole = challengesWith(error, scopes.join(' '), place);
  if (lengthOf(whole) <= maxChallengesLength) return whole;
  const length = lengthOf(challengesWith(error, '', place));
  const each = Math.floor((maxChallengesLength - length) / whole.length) - 'scope="", '.length;
  return challengesWith(error, fitting(lackingFirst(scopes, error), each), place);
}

function lengthOf(challenges: readonly string[]): number {
  return challenges.join(', ').length;
}

function lackingFirst(scopes: readonly string[], error: ExpressMcpError): readonly string[] {
  if (!(error instanceof InsufficientScopeError || error instanceof InsufficientAuthenticationError)) return scopes;
  const held = new Set(error.grantedScopes);
  return [...scopes.filter((scope) => !held.has(scope)), ...scopes.filter((scope) => held.has(scope))];
}

/** Returns as many of the first scopes as fit together, as text. */
function fitting(scopes: readonly string[], length: number): string {
  let text = '';
  for (const scope of scopes) {
    if (text.length + 1 + scope.length > length) break;
    text += text === '' ? scope : ` ${scope}`;
  }
  return text;
}

function challengesWith(error: ExpressMcpError, scopes: string, place: ErrorPlace | undefined): readonly string[] {
  const scope = scopes === '' ? undefined : scopes;
  const details = detailsFor(error, scope);
  if (details === undefined) return [];
  const { resource, scheme } = place ?? {};
  const schemes = resource?.challenges ?? ['Bearer'];
  const used = schemes.find((each) => each === scheme);
  return schemes.map((each) =>
    buildChallenge(each, {
      realm: resource?.realm,
      // RFC 9728 §5.1: resource_metadata tells the client where to find out how to sign in.
      resource_metadata: resource?.metadataUrl,
      ...(used === undefined || used === each ? details : {}),
      // RFC 9449 §7.1: the algorithms that proofs may have.
      algs: each === 'DPoP' ? resource?.algorithms.join(' ') : undefined,
    }),
  );
}

function detailsFor(error: ExpressMcpError, scope: string | undefined): ChallengeParameters | undefined {
  switch (error.code) {
    // RFC 6750 §3.1: without any authentication information the answer SHOULD NOT include an error code.
    case 'unauthorized':
      return { scope };
    case 'invalid_token':
    case 'invalid_request':
    case 'insufficient_scope':
    case 'invalid_dpop_proof':
    case 'use_dpop_nonce':
    case 'insufficient_user_authentication':
      return { error: error.code, scope, error_description: describe(error), ...authenticationDetails(error) };
    default:
      return undefined;
  }
}

function describe({ message }: ExpressMcpError): string {
  return message.length > maxDescriptionLength ? `${message.slice(0, maxDescriptionLength - 3)}...` : message;
}

/** RFC 9470 §3 */
export function authenticationDetails(error: ExpressMcpError): ChallengeParameters {
  if (!(error instanceof InsufficientAuthenticationError)) return {};
  const { acrValues, maxAgeSeconds } = error;
  return {
    acr_values: acrValues.length === 0 ? undefined : acrValues.join(' '),
    max_age: maxAgeSeconds === undefined ? undefined : String(maxAgeSeconds),
  };
}
