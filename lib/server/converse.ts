import { ProtocolError } from '../errors/protocol-error.js';
import { isObject } from '../jsonrpc/parse-message.js';
import type { CallContext } from '../registry/call-context.js';
import type { InputRequest, InputResponses } from '../registry/input-required.js';
import { InputRequired } from '../registry/input-required.js';
import type { SealBinding } from '../sealing/state-sealer.js';
import type { Call } from './call.js';
import { Cancelling } from './cancellation.js';
import { requireAnswerable } from './client-capabilities.js';
import { invokeHandler } from './invoke-handler.js';
import { principalOf } from './principal.js';
import type { Round } from './round.js';
import { firstRound } from './round.js';

/** The result that asks a modern client for input; it takes the place of the method's own. */
export class InputRequiredResult {
  constructor(readonly result: object) {}
}

// More than any dialogue takes; a handler that never has enough would ask a person for ever.
const mostRounds = 20;

/**
 * Runs a handler that may need input from the client. Modern clients are asked by a result and come back with a new request;
 * legacy clients are asked by requests on the stream of the present one, and the handler is called again with what they say.
 *
 * @param call - the request
 * @param handler - what to run
 * @param timeoutMs - milliseconds that each round gets, and each wait for the client
 * @returns what the handler returned in the end, or for modern clients the result that asks
 * @throws ProtocolError `invalid_params` when what the client brought back is not what it was given
 * @throws ProtocolError `missing_client_capability` when it would be asked what it did not declare
 */
export async function converse(
  call: Call,
  handler: (ctx: CallContext) => unknown,
  timeoutMs: number = call.endpoint.timeoutMs,
): Promise<unknown> {
  if (call.revision.asksBy === 'request') return converseOnStream(call, handler, timeoutMs);
  const returned = await invokeHandler(call, handler, timeoutMs, await readRound(call));
  return returned instanceof InputRequired ? askByResult(call, returned) : returned;
}

async function converseOnStream(
  call: Call,
  handler: (ctx: CallContext) => unknown,
  timeoutMs: number,
): Promise<unknown> {
  let round: Round = firstRound;
  for (let count = 0; count < mostRounds; count++) {
    const returned = await invokeHandler(call, handler, timeoutMs, round);
    if (!(returned instanceof InputRequired)) return returned;
    const inputResponses = await askByRequests(call, returned.requests, timeoutMs);
    round = { inputResponses, requestState: returned.state };
  }
  throw new Error(`The handler asked for input ${String(mostRounds)} times`);
}

async function askByRequests(
  { connection, endpoint, outbox, request, revision, cancellation }: Call,
  requests: Readonly<Record<string, InputRequest>>,
  timeoutMs: number,
): Promise<InputResponses> {
  requireAnswerable(revision.clientOf(request.params, connection?.handshake).capabilities, requests);
  if (connection === undefined || !outbox.takesMessages) {
    throw new ProtocolError('missing_client_capability', 'The client cannot be asked without a session and a stream');
  }
  if (!connection.isReady) {
    throw new ProtocolError('missing_client_capability', 'The client cannot be asked before notifications/initialized');
  }
  const enough = new Cancelling();
  const stopForwarding = cancellation.onCancelled(() => {
    enough.cancel();
  });
  const asking = { outbox, connectionId: connection.id, until: enough, timeoutMs };
  const answers = Object.entries(requests).map(async ([name, { method, params = {} }]) => {
    return [name, await endpoint.pending.ask({ method, params }, asking)] as const;
  });
  try {
    return Object.fromEntries(await Promise.all(answers));
  } finally {
    stopForwarding();
    // When one question failed, nobody needs the answers to the others, and the client hears so before the result.
    enough.cancel();
    await Promise.allSettled(answers);
  }
}

async function askByResult(call: Call, { requests, state }: InputRequired): Promise<InputRequiredResult> {
  const { connection, endpoint, request, revision } = call;
  requireAnswerable(revision.clientOf(request.params, connection?.handshake).capabilities, requests);
  return new InputRequiredResult({
    resultType: 'input_required',
    ...(Object.keys(requests).length === 0 ? {} : { inputRequests: requests }),
    ...(state === undefined ? {} : { requestState: await endpoint.sealer.seal(state, bindingOf(call)) }),
  });
}

/** What the client brought back from the round before (`basic/patterns/mrtr#error-handling`). */
async function readRound(call: Call): Promise<Round> {
  const { inputResponses, requestState } = call.request.params;
  if (inputResponses === undefined && requestState === undefined) return firstRound;
  if (requestState !== undefined && typeof requestState !== 'string') {
    throw new ProtocolError('invalid_params', 'Invalid params: requestState must be a string');
  }
  return {
    inputResponses: inputResponses === undefined ? undefined : requireResponses(inputResponses),
    requestState:
      requestState === undefined ? undefined : await call.endpoint.sealer.open(requestState, bindingOf(call)),
  };
}

/**
 * What a client answered.
 *
 * @throws ProtocolError `invalid_params` when it is no object of objects
 */
export function requireResponses(responses: unknown): InputResponses {
  if (isObject(responses) && Object.values(responses).every(isObject)) return responses as InputResponses;
  throw new ProtocolError('invalid_params', 'Invalid params: every member of inputResponses must be an object');
}

/** `basic/patterns/mrtr`: state SHOULD be bound to the principal and to the request that it was made for. */
function bindingOf({ caller, request }: Call): SealBinding {
  const { _meta: _ofThisRequest, inputResponses: _answers, requestState: _state, ...salient } = request.params;
  return [principalOf(caller), request.method, salient];
}
