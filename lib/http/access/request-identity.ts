import type { IncomingMessage } from 'node:http';
import type { AccessScheme } from '../../oauth/access-credentials.js';
import type { Auth } from '../../oauth/auth.js';
import type { ProtectedResource } from '../resource/protected-resource.js';

/** The handlers of `mcpListener`. */
export interface HandlerChain {
  readonly handlers: readonly object[];
  /** Whether error handling of the app could see an error that one of them raises. */
  appSeesErrors(): boolean;
}

/** What our middleware know of a request. Kept beside it, where no other middleware can forge it. */
export class RequestIdentity {
  /** Whether an `mcpAuth` has seen the request. It alone says then where the endpoint is. */
  isGuarded = false;
  /** The endpoint that the request is for; undefined when every `mcpAuth` that saw it said that it is not its own. */
  resource: ProtectedResource | undefined;
  /** The caller; undefined when nobody signed in. */
  auth: Auth | undefined;
  /** The scheme of the credentials that the request carries, good or bad. */
  scheme: AccessScheme | undefined;
  /** Whether the credentials count still, for streams that outlive the request; undefined when it has none. */
  recheck: (() => Promise<void>) | undefined;
  /** The scopes that a challenge names where it is not about scopes, if a route says which; else the endpoint's. */
  wantedScopes: readonly string[] | undefined;
  /** Whether the caller lacks the endpoint's scopes, so that the message is read only to name the item's scopes as well. */
  lacksScopes = false;
  /** What the request passes outside of the host's own stack. */
  chain: HandlerChain | undefined;
  /** The error that the request was refused with. It stays refused, whatever the app's own middleware does with the error. */
  refusal: unknown;

  /** The request is for this endpoint; what another `mcpAuth` found out about the caller counts no more. */
  begin(resource: ProtectedResource): void {
    this.resource = resource;
    this.auth = undefined;
    this.scheme = undefined;
    this.recheck = undefined;
    this.wantedScopes = undefined;
    this.lacksScopes = false;
  }
}

const identities = new WeakMap<IncomingMessage, RequestIdentity>();

/** The identity of a request, if there is one. */
export function findIdentity(request: IncomingMessage): RequestIdentity | undefined {
  return identities.get(request);
}

/** The identity of a request, made when there is none yet. */
export function identityOf(request: IncomingMessage): RequestIdentity {
  const known = identities.get(request);
  if (known !== undefined) return known;
  const identity = new RequestIdentity();
  identities.set(request, identity);
  return identity;
}
