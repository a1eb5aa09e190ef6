import { InsufficientScopeError } from '../errors/insufficient-scope-error.js';
import type { CallContext } from '../registry/call-context.js';
import type { Call } from './call.js';

/**
 * What a handler receives beside its arguments.
 *
 * @param call - the request
 * @param signal - aborted when the handler's time is over as well
 */
export function createContext(call: Call, signal: AbortSignal): CallContext {
  const { caller, catalog, request, revision } = call;
  return {
    auth: caller.auth,
    state: catalog.state,
    request: call.transportRequest,
    signal,
    requestId: request.id,
    protocolVersion: revision.version,
    get client() {
      return revision.clientOf(request.params, call.connectedClient);
    },
    requireScopes: (...scopes) => {
      if (caller.auth?.has(...scopes) === true) return;
      throw new InsufficientScopeError({ requiredScopes: scopes, grantedScopes: caller.auth?.scopes ?? [] });
    },
  };
}
