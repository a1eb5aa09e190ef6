import { InsufficientScopeError } from '../errors/insufficient-scope-error.js';
import type { CallContext } from '../registry/call-context.js';
import { InputRequired } from '../registry/input-required.js';
import { isObject } from '../jsonrpc/parse-message.js';
import type { Call } from './call.js';
import { requireCapabilities } from './client-capabilities.js';
import type { HandlerTime } from './handler-time.js';
import type { HandlerNotices } from './notices.js';
import type { Round } from './round.js';

/**
 * What a handler receives beside its arguments.
 *
 * @param call - the request
 * @param time - what its signal says
 * @param round - what the client told before
 * @param notices - what the handler tells meanwhile
 */
export function createContext(call: Call, time: Pick<HandlerTime, 'signal'>, round: Round, notices: HandlerNotices): CallContext {
  const { caller, connection, endpoint, request, revision } = call;
  return {
    auth: caller.auth,
    state: endpoint.catalog.state,
    request: call.transportRequest,
    get signal() {
      return time.signal;
    },
    requestId: request.id,
    protocolVersion: revision.version,
    inputResponses: round.inputResponses,
    requestState: round.requestState,
    get client() {
      return revision.clientOf(request.params, connection?.handshake);
    },
    get meta() {
      return isObject(request.params['_meta']) ? request.params['_meta'] : {};
    },
    requireScopes: (...scopes) => {
      if (caller.auth?.has(...scopes) === true) return;
      throw new InsufficientScopeError({ requiredScopes: scopes, grantedScopes: caller.auth?.scopes ?? [] });
    },
    requireClientCapabilities: (required) => {
      requireCapabilities(revision.clientOf(request.params, connection?.handshake).capabilities, required);
    },
    progress: (progress, total, message) => alsoUnawaited(notices.progress(progress, total, message)),
    log: (level, data, logger) => alsoUnawaited(notices.log(level, data, logger)),
    inputRequired: (needs) => new InputRequired(needs),
    closeStream: (retryMs) => {
      call.outbox.closeConnection(retryMs);
    },
  };
}

/** Who awaits hears of a failure. Who does not must not have the process ended by it (Node: unhandled rejections). */
function alsoUnawaited(sent: Promise<void>): Promise<void> {
  sent.catch(() => undefined);
  return sent;
}
