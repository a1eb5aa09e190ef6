import { assertMembers } from '../../errors/assert-members.js';
import { invalidOption } from '../../errors/invalid-option.js';
import type { AccessScheme } from '../../oauth/access-credentials.js';
import { asymmetricAlgorithms } from '../../oauth/algorithms.js';
import { DpopNonces } from '../../oauth/dpop-nonces.js';
import type { DpopMode } from '../../oauth/sender-constraint.js';
import { SenderConstraint } from '../../oauth/sender-constraint.js';
import { memoryReplayStore } from '../../stores/replay-store.js';
import type { AuthStores, McpAuthOptions } from './auth-options.js';

/** How clients prove that a token is theirs. */
export interface ResolvedPossession {
  readonly schemes: readonly AccessScheme[];
  readonly challenges: readonly AccessScheme[];
  readonly senderConstraint: SenderConstraint;
  readonly clientCertificateHeader: string | undefined;
  /** The DPoP members of the metadata document. */
  readonly advertised: { readonly algorithms: readonly string[]; readonly isRequired: boolean } | undefined;
}

const challengesOf: Readonly<Record<DpopMode, readonly AccessScheme[]>> = {
  off: ['Bearer'],
  supported: ['Bearer', 'DPoP'],
  required: ['DPoP'],
};

const minSecretLength = 32;

/**
 * Checks the options about tokens that are bound to their sender.
 *
 * @throws ConfigurationError `invalid_option` or `unknown_option`
 */
export function resolvePossession(
  options: McpAuthOptions,
  facts: { readonly clockToleranceSeconds: number },
): ResolvedPossession {
  const { dpop: mode = 'off', dpopNonceSecret: secret, clientCertificateHeader: header } = options;
  if (!Object.hasOwn(challengesOf, mode)) {
    throw invalidOption('mcpAuth', "dpop must be 'off', 'supported' or 'required'");
  }
  if (secret !== undefined && !(typeof secret === 'string' && secret.length >= minSecretLength)) {
    throw invalidOption('mcpAuth', `dpopNonceSecret must be a random text of ${minSecretLength} characters or more`);
  }
  if (secret !== undefined && mode === 'off') {
    throw invalidOption('mcpAuth', "dpopNonceSecret is of no use while dpop is 'off'");
  }
  if (header !== undefined && !/^[\w-]+$/.test(header)) {
    throw invalidOption('mcpAuth', 'clientCertificateHeader must be the name of a header field, such as "Client-Cert"');
  }
  const { replay = memoryReplayStore() } = resolveStores(options.stores);
  const nonces = secret === undefined ? undefined : new DpopNonces(secret);
  return {
    // A Bearer token is inspected even where none is accepted, so that its sender learns what is wrong.
    schemes: mode === 'off' ? ['Bearer'] : ['Bearer', 'DPoP'],
    challenges: challengesOf[mode],
    senderConstraint: new SenderConstraint({ ...facts, mode, algorithms: asymmetricAlgorithms, replay, nonces }),
    clientCertificateHeader: header?.toLowerCase(),
    advertised: mode === 'off' ? undefined : { algorithms: asymmetricAlgorithms, isRequired: mode === 'required' },
  };
}

/**
 * Checks that stores are what their names say.
 *
 * @throws ConfigurationError `invalid_option` or `unknown_option`
 */
export function resolveStores(stores: AuthStores = {}): AuthStores {
  assertMembers(stores, ['replay', 'revocation'], 'mcpAuth stores');
  if (stores.replay !== undefined && typeof stores.replay.markUsed !== 'function') {
    throw invalidOption('mcpAuth', 'stores.replay must be a replay store, such as memoryReplayStore()');
  }
  if (stores.revocation !== undefined && typeof stores.revocation.revokedAt !== 'function') {
    throw invalidOption('mcpAuth', 'stores.revocation must be a revocation store, such as memoryRevocationStore()');
  }
  return stores;
}
