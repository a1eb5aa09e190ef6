import type { ErrorCode } from '../../errors/error-table.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';

/** What was decided about a caller or a call. It never has a token in it, nor anything that a handler threw. */
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
  /** The JSON-RPC method, when a call was decided about. This, `target` and `reason` have at most 2,048 characters, none for control. */
  readonly method: string | undefined;
  /** The tool, prompt or resource. */
  readonly target: RefusedTarget | undefined;
  /**
   * Why it was refused; `concealed` when the caller was told that it does not exist. If nothing could be decided, the code of the error
   * that the caller gets, such as `invalid_params` or `method_not_found`; `internal_error` if a function of the app failed.
   */
  readonly code: ErrorCode | 'concealed' | undefined;
  /** What the client was told. */
  readonly reason: string | undefined;
  /** What is behind it and no client is told, such as which server could not be reached. */
  readonly cause: unknown;
  /** What the operation needs and what the token carries, when scopes are missing. */
  readonly requiredScopes: readonly string[] | undefined;
  readonly grantedScopes: readonly string[] | undefined;
}

/**
 * Hears of every decision. It may be async, and is waited for: no handler runs before its decision is on record. If it throws, rejects
 * or takes longer than 30 seconds, the request is refused.
 */
export type DecisionListener = (decision: AccessDecision) => unknown;
