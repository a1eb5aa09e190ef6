import type { Auth } from '../../oauth/auth.js';
import type { NormalRequirement } from '../../oauth/scope-requirement.js';

/** The demands of an authenticating middleware for every use of its endpoint. */
export interface EndpointPolicy {
  readonly requirement: NormalRequirement;
  /** How long after its end a token still counts, in seconds. */
  readonly clockToleranceSeconds: number;
}

/** The sender of a request, as far as it was authenticated, and the endpoint. */
export interface Caller {
  /**
   * Names the endpoint: the identifier of its protected resource, or the transport's name for it without one. State of a caller is only
   * valid at this endpoint. Undefined if no other endpoint can share state with this one.
   */
  readonly endpointId?: string | undefined;
  /** Undefined if the caller was not authenticated. */
  readonly auth: Auth | undefined;
  /** Undefined if the endpoint has no authorization, and so no way to sign in. */
  readonly endpoint: EndpointPolicy | undefined;
  /** Checks whether the credentials are still valid, for streams that outlive the request: rejects if they were revoked. */
  readonly recheck?: (() => Promise<void>) | undefined;
  /** Time limit of a policy or a scope function, in milliseconds, for items without one. Default 30 seconds. */
  readonly timeoutMs?: number;
}

/** The end of the caller's token, in milliseconds since 1970; infinity without one. */
export function endOf({ auth, endpoint }: Caller): number {
  if (auth?.expiresAt === undefined) return Infinity;
  return (auth.expiresAt + (endpoint?.clockToleranceSeconds ?? 0)) * 1000;
}

/** Whether the caller's token has ended. */
export function isEnded(caller: Caller): boolean {
  return Date.now() >= endOf(caller);
}
