import { ExpressMcpError } from './express-mcp-error.js';
import type { RefusedTarget } from './insufficient-scope-error.js';
import { describeTarget } from './insufficient-scope-error.js';

/** How strong and how recent a sign-in must be. */
export interface AuthenticationRequirement {
  /** Authentication context classes, the preferred one first (`acr`). Any of them is enough. */
  readonly acrValues: readonly string[];
  /** How long ago the user may have signed in, in seconds. */
  readonly maxAgeSeconds: number | undefined;
}

/** The facts of such a refusal. */
export interface InsufficientAuthenticationFacts extends AuthenticationRequirement {
  /** Every scope that the operation needs, so that one sign-in brings everything. */
  readonly requiredScopes: readonly string[];
  /** The scopes that the caller's token carries. */
  readonly grantedScopes: readonly string[];
  readonly target: RefusedTarget;
}

/**
 * The user did not sign in strongly or recently enough for what was asked for: 401 `insufficient_user_authentication` with
 * `acr_values` and `max_age` (RFC 9470 §3).
 */
export class InsufficientAuthenticationError extends ExpressMcpError {
  readonly acrValues: readonly string[];
  readonly maxAgeSeconds: number | undefined;
  readonly requiredScopes: readonly string[];
  readonly grantedScopes: readonly string[];
  readonly target: RefusedTarget;

  constructor(facts: InsufficientAuthenticationFacts) {
    super('insufficient_user_authentication', `Insufficient sign-in for ${describeTarget(facts.target)}`);
    this.acrValues = facts.acrValues;
    this.maxAgeSeconds = facts.maxAgeSeconds;
    this.requiredScopes = facts.requiredScopes;
    this.grantedScopes = facts.grantedScopes;
    this.target = facts.target;
  }
}
