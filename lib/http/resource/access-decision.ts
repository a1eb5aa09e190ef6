import type { ErrorCode } from '../../errors/error-table.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';

/** A decision about a caller or a call. It never contains a token, nor an object that a handler threw. */
export interface AccessDecision {
  /** `authentication`: who is it? `authorization`: may they do this? `limits`: do they have too much already? Refusals only. */
  readonly stage: 'authentication' | 'authorization' | 'limits';
  readonly outcome: 'accepted' | 'refused';
  /** Resource identifier of the endpoint; undefined where no `mcpAuth` protects it. */
  readonly resource: string | undefined;
  /** The scheme of the credentials; undefined when none were sent. */
  readonly scheme: 'Bearer' | 'DPoP' | undefined;
  readonly subject: string | undefined;
  readonly clientId: string | undefined;
  readonly issuer: string | undefined;
  /**
   * The JSON-RPC method, if the decision was about a call. It, `target` and `reason` have at most 2,048 characters and no control
   * characters.
   */
  readonly method: string | undefined;
  /** The tool, prompt or resource. */
  readonly target: RefusedTarget | undefined;
  /**
   * Why it was refused; `concealed` if the caller was told that it does not exist. If no decision was possible, this is the code of the
   * caller's error, such as `invalid_params` or `method_not_found`. It is `internal_error` if a function of the app failed.
   */
  readonly code: ErrorCode | 'concealed' | undefined;
  /** The reason that the client was given. */
  readonly reason: string | undefined;
  /** The cause that is hidden from clients, such as the server that could not be reached. */
  readonly cause: unknown;
  /** The scopes that the operation needs, if some are missing. */
  readonly requiredScopes: readonly string[] | undefined;
  readonly grantedScopes: readonly string[] | undefined;
}

/**
 * Receives every decision. An async listener is waited for: no handler runs before its decision is recorded. If it throws, rejects or
 * takes longer than 30 seconds, the request is refused.
 */
export type DecisionListener = (decision: AccessDecision) => unknown;
