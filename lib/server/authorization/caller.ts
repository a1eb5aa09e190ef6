import type { Auth } from '../../oauth/auth.js';
import type { NormalRequirement } from '../../oauth/scope-requirement.js';

/** What an authenticating middleware demands of every use of its endpoint. */
export interface EndpointPolicy {
  readonly requirement: NormalRequirement;
  /** How long after its end a token still counts, in seconds. */
  readonly clockToleranceSeconds: number;
}

/** Who asks, as far as anybody looked, and of whom. */
export interface Caller {
  /**
   * Names the endpoint that is asked: the identifier of its protected resource, or what the transport says where there is none. What
   * belongs to a caller belongs to them at this endpoint only. Undefined where no other endpoint can share state with this one.
   */
  readonly endpointId?: string | undefined;
  /** Undefined when nobody authenticated the caller. */
  readonly auth: Auth | undefined;
  /** Undefined when there is no authorization in front of the endpoint, and so no way to sign in. */
  readonly endpoint: EndpointPolicy | undefined;
  /** Whether what the caller showed counts still, for streams that outlive the request: rejects when it was revoked. */
  readonly recheck?: (() => Promise<void>) | undefined;
  /** Milliseconds that a policy or a scope function gets if its item does not say. Default 30 seconds. */
  readonly timeoutMs?: number;
}

/** When the caller's token ends, in milliseconds since 1970; infinity when it does not. */
export function endOf({ auth, endpoint }: Caller): number {
  if (auth?.expiresAt === undefined) return Infinity;
  return (auth.expiresAt + (endpoint?.clockToleranceSeconds ?? 0)) * 1000;
}

/** Whether the caller's token has ended. */
export function isEnded(caller: Caller): boolean {
  return Date.now() >= endOf(caller);
}
