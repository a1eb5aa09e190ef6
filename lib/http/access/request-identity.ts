import type { IncomingMessage } from 'node:http';
import type { AccessScheme } from '../../oauth/access-credentials.js';
import type { Auth } from '../../oauth/auth.js';
import type { ProtectedResource } from '../resource/protected-resource.js';

/** Handlers that another function than the host's own stack runs: `mcpListener`, or a framework. */
export interface HandlerChain {
  readonly handlers: readonly object[];
  /** Whether error handling of the app could see an error that one of them raises. */
  appSeesErrors(): boolean;
}

/** State that our middleware keep about a request. It lives beside the request, where no other middleware can forge it. */
export class RequestIdentity {
  /** Whether an `mcpAuth` has seen the request. If so, only `mcpAuth` says where the endpoint is. */
  isGuarded = false;
  /** The endpoint that the request is for; undefined if every `mcpAuth` that saw it is for another path. */
  resource: ProtectedResource | undefined;
  /** The caller; undefined if they did not sign in. */
  auth: Auth | undefined;
  /** The scheme of the credentials that the request carries, good or bad. */
  scheme: AccessScheme | undefined;
  /** Checks whether the credentials are still valid, for streams that outlive the request; undefined without credentials. */
  recheck: (() => Promise<void>) | undefined;
  /** Scopes for challenges that are not about missing scopes, if a route sets them; else those of the endpoint. */
  wantedScopes: readonly string[] | undefined;
  /** Whether the caller lacks the endpoint's scopes, so that the message is read only to also name those of the item. */
  lacksScopes = false;
  /** The handlers that the request passes outside of the host's own stack. */
  chain: HandlerChain | undefined;
  /** The error that the request was refused with. It stays refused, whatever the app's own middleware does with the error. */
  refusal: unknown;

  /** Assigns the request to this endpoint, and forgets the caller that another `mcpAuth` found. */
  begin(resource: ProtectedResource): void {
    this.resource = resource;
    this.auth = undefined;
    this.scheme = undefined;
    this.recheck = undefined;
    this.wantedScopes = undefined;
    this.lacksScopes = false;
  }
}

/** Returns its argument, so that the fields of a class that extends it are added to that object. */
const Given = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/**
 * A request with its identity in a private field: no other code can read, forge or remove it. A `WeakMap` is as safe, but each entry
 * costs the garbage collector extra work.
 */
class KnownRequest extends Given {
  readonly #identity = new RequestIdentity();

  static find(request: object): RequestIdentity | undefined {
    return #identity in request ? request.#identity : undefined;
  }

  static make(request: object): RequestIdentity {
    return new KnownRequest(request).#identity;
  }
}

/** The identity of a request, if there is one. */
export function findIdentity(request: IncomingMessage): RequestIdentity | undefined {
  return KnownRequest.find(request);
}

/** The identity of a request, made when there is none yet. */
export function identityOf(request: IncomingMessage): RequestIdentity {
  return KnownRequest.find(request) ?? KnownRequest.make(request);
}
