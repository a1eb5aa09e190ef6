import type { Auth } from '../oauth/auth.js';
import type { CallContext } from '../registry/call-context.js';

/** The caller as the calls to an upstream API need it. Every {@link CallContext} is one. */
export interface UpstreamContext extends Pick<CallContext, 'requireScopes'> {
  /** The caller; undefined for anonymous calls. */
  readonly auth: Pick<Auth<unknown>, 'clientId' | 'claims' | 'expiresAt' | 'issuer' | 'subject' | 'token'> | undefined;
}

/** A caller whose token can be exchanged. */
export type UpstreamCaller = NonNullable<UpstreamContext['auth']>;
