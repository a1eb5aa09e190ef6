import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import type { InputRequest, InputResponses } from '../../registry/input-required.js';
import { InputRequired } from '../../registry/input-required.js';
import type { SealBinding } from '../../sealing/state-sealer.js';
import type { RequestInWork } from '../call/call.js';
import { clientOf } from '../call/client-of.js';
import { Cancelling } from '../cancellation/cancellation.js';
import { withoutNulls } from '../call/params.js';
import { requireAnswerable } from '../client-requests/client-capabilities.js';
import type { HandlerContext } from './handler-context.js';
import { invokeHandler } from './invoke-handler.js';
import { openState } from './open-state.js';
import { principalOf } from '../authorization/principal.js';
import type { InputRound } from '../../registry/input-round.js';
import { firstRound } from '../../registry/input-round.js';

/** The result that asks a modern client for input; it replaces the method's own. */
export class InputRequiredResult {
  constructor(readonly result: object) {}
}

// More than any dialogue takes; without a limit, a handler could ask a person forever.
const maxRounds = 20;

/**
 * Runs a handler that may need input from the client. Modern clients get a result with the questions and come back with a new request.
 * Legacy clients get requests on the stream of the present one, and the handler is called again with the answers.
 *
 * @param call - the request
 * @param handler - the handler
 * @param timeoutMs - limit for each round and for each wait for the client, in milliseconds
 * @returns or promises the handler's last result, or for modern clients the result with the questions
 * @throws ProtocolError `invalid_params` if the client does not return the state that it was given
 * @throws ProtocolError `missing_client_capability` if the client did not declare the capability for a question
 */
export function runInputRounds(
  call: RequestInWork,
  handler: (ctx: HandlerContext) => unknown,
  timeoutMs: number = call.endpoint.timeoutMs,
): unknown {
  const asksByResult = call.revision.asksBy === 'result';
  const returned = andThen(asksByResult ? readRound(call) : firstRound, (round) =>
    invokeHandler(call, handler, timeoutMs, round),
  );
  return andThen(returned, (value) => {
    if (!(value instanceof InputRequired)) return value;
    return asksByResult ? askByResult(call, value) : converseOnStream(value, call, handler, timeoutMs);
  });
}

async function converseOnStream(
  first: InputRequired,
  call: RequestInWork,
  handler: (ctx: HandlerContext) => unknown,
  timeoutMs: number,
): Promise<unknown> {
  let returned: unknown = first;
  for (let count = 1; returned instanceof InputRequired; count++) {
    const { requests, state } = returned;
    const inputResponses = await askByRequests(call, requests, timeoutMs);
    if (count === maxRounds) throw new Error(`The handler asked for input ${String(maxRounds)} times`);
    returned = await invokeHandler(call, handler, timeoutMs, { inputResponses, requestState: state });
  }
  return returned;
}

async function askByRequests(
  call: RequestInWork,
  requests: Readonly<Record<string, InputRequest>>,
  timeoutMs: number,
): Promise<InputResponses> {
  const { connection, endpoint, outbox, cancellation } = call;
  requireAnswerable(clientOf(call).capabilities, requests);
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
    // If one question failed, the answers to the others are not needed, and the client learns that before the result.
    enough.cancel();
    await Promise.allSettled(answers);
  }
}

async function askByResult(call: RequestInWork, { requests, state }: InputRequired): Promise<InputRequiredResult> {
  const { endpoint } = call;
  requireAnswerable(clientOf(call).capabilities, requests);
  return new InputRequiredResult({
    resultType: 'input_required',
    ...(Object.keys(requests).length === 0 ? {} : { inputRequests: requests }),
    ...(state === undefined ? {} : { requestState: await endpoint.sealer.seal(state, bindingOf(call)) }),
  });
}

/** Reads the client's answers and state from the previous round (`basic/patterns/mrtr#error-handling`). */
function readRound(call: RequestInWork): Eventually<InputRound> {
  const { inputResponses, requestState } = withoutNulls(call.request.params);
  if (inputResponses === undefined && requestState === undefined) return firstRound;
  const responses = inputResponses === undefined ? undefined : requireResponses(inputResponses);
  if (requestState === undefined) return { inputResponses: responses, requestState };
  if (typeof requestState !== 'string') {
    throw new ProtocolError('invalid_params', 'Invalid params: requestState must be a string');
  }
  const facts = { binding: bindingOf(call), principal: principalOf(call.caller) };
  return andThen(openState(call.endpoint, requestState, facts), (state) => ({
    inputResponses: responses,
    requestState: state,
  }));
}

/**
 * Checks a client's answers.
 *
 * @throws ProtocolError `invalid_params` if they are not an object of objects
 */
export function requireResponses(responses: unknown): InputResponses {
  if (isObject(responses) && Object.values(responses).every(isObject)) return responses as InputResponses;
  throw new ProtocolError('invalid_params', 'Invalid params: every member of inputResponses must be an object');
}

/** `basic/patterns/mrtr`: state SHOULD be bound to the principal and to the request that it was made for. */
function bindingOf({ caller, request }: RequestInWork): SealBinding {
  const { _meta: _ofThisRequest, inputResponses: _answers, requestState: _state, ...salient } = request.params;
  return [principalOf(caller), request.method, salient];
}
