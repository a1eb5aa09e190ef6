import { invalidOption } from '../../errors/invalid-option.js';
import { BrokenContractError } from '../../oauth/broken-contract-error.js';
import type { CacheLimits, VersionedVerifier } from '../../oauth/caching-verifier.js';
import { CachingVerifier } from '../../oauth/caching-verifier.js';
import type { IssuerDirectory } from '../../oauth/issuer-verifier.js';
import { fixedIssuers, IssuerVerifier } from '../../oauth/issuer-verifier.js';
import { QuestionQueue, queueLimits } from '../../oauth/question-queue.js';
import { TenantIssuers } from '../../oauth/tenant-issuers.js';
import type { TrustedVerifier } from '../../oauth/token-verifier.js';
import type { IssuerFunction, IssuerOptions } from './issuer-options.js';
import type { VerifierDefaults } from './resolve-issuer.js';
import { resolveIssuer } from './resolve-issuer.js';

/** The verifier for the tokens of all issuers of `issuer` and `issuers`. */
export interface ResolvedIssuers {
  readonly verifier: TrustedVerifier;
  readonly authorizationServers: readonly (string | undefined)[];
  /** Issuer identifiers, as far as they are known in advance. */
  readonly identifiers: readonly string[];
  /** Whether it decides about tokens that are not JWTs. */
  readonly isForOpaque: boolean;
}

/**
 * Makes the verifier for several issuers, or for those that a function looks up.
 *
 * @throws ConfigurationError when one of them is wrong or given twice
 */
export function resolveIssuers(
  issuers: IssuerFunction | readonly IssuerOptions[],
  defaults: VerifierDefaults,
  cache: CacheLimits,
): ResolvedIssuers {
  if (typeof issuers === 'function') {
    const verifier = remember(new IssuerVerifier({ directory: tenants(issuers, defaults) }), cache);
    return { verifier, authorizationServers: [], identifiers: [], isForOpaque: false };
  }
  const resolved = issuers.map((options) => resolveIssuer(options));
  const identifiers = resolved.map(({ issuer }) => issuer);
  const duplicate = identifiers.find((issuer, index) => identifiers.indexOf(issuer) !== index);
  if (duplicate !== undefined) {
    throw invalidOption('mcpAuth', `the issuer "${duplicate}" is given twice. Once is enough`);
  }
  const tokens = resolved.map((each) => ({ issuer: each.issuer, ...each.verifiersFor(defaults) }));
  const [opaque, another] = tokens.flatMap(({ forOpaque }) => forOpaque ?? []);
  if (another !== undefined) {
    throw invalidOption(
      'mcpAuth',
      'only one issuer can have introspection, since a token that is no JWT does not say whose it is, and no ' +
        'issuer may get to see the tokens of another. Give such issuers endpoints of their own',
    );
  }
  const directory = fixedIssuers(new Map(tokens.map(({ issuer, forJwts }) => [issuer, forJwts])));
  return {
    verifier: remember(new IssuerVerifier({ directory, opaque }), cache),
    authorizationServers: resolved.map(({ authorizationServer }) => authorizationServer),
    identifiers,
    isForOpaque: opaque !== undefined,
  };
}

function remember(verifier: IssuerVerifier, cache: CacheLimits): TrustedVerifier {
  return cache.seconds === 0 ? verifier : new CachingVerifier(verifier, cache);
}

// Any of a thousand tenants may use introspection, and an attacker can invent tokens of each.
const questionsOfAllTenants = 64;

function tenants(lookUp: IssuerFunction, defaults: VerifierDefaults): IssuerDirectory {
  const queue = new QuestionQueue(queueLimits(questionsOfAllTenants));
  const find = async (issuer: string): Promise<VersionedVerifier | undefined> => {
    const options: unknown = await lookUp(issuer);
    // Databases return null for a missing row.
    if (options === undefined || options === null) return undefined;
    const resolved = resolveIssuer(options as IssuerOptions, queue);
    if (resolved.issuer === issuer) return resolved.verifiersFor(defaults).forJwts;
    throw new BrokenContractError('The function issuers must return the issuer that it was asked for, or undefined');
  };
  return new TenantIssuers(find);
}
