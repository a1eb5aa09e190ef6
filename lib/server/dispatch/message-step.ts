import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import { LimitError } from '../../errors/limit-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { PreparedJson, buildResultResponse, openResultResponse } from '../../jsonrpc/build-response.js';
import type { JsonRpcNotification, JsonRpcRequest, JsonRpcResponse, RequestId } from '../../jsonrpc/message.js';
import { isRequestId } from '../../jsonrpc/parse-message.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen, isPromise } from '../../promises/and-then.js';
import { attempt } from '../../promises/attempt.js';
import { lastly } from '../../promises/lastly.js';
import type { MessageDecision } from '../authorization/decide-item.js';
import { isForbidden, refuse } from '../authorization/authorize.js';
import type { RequestInWork } from '../call/call.js';
import type { ObservedCall } from '../calls/observed-call.js';
import type { Connection } from '../transport/connection.js';
import { maskError } from '../reporting/internal-error.js';
import { findMethod } from './method-table.js';
import { isForClient, isToolCall, replyToRefusedCall } from './refused-call.js';
import type { RefusalTerms, RefusedCalls } from '../transport/incoming-message.js';
import type { Operation } from '../authorization/operation.js';
import type { PendingRequests } from '../client-requests/pending-requests.js';
import type { Reply } from '../transport/outgoing-reply.js';
import { LastingStream, accepted, cancelled, replyWithError } from '../transport/outgoing-reply.js';

/** One message, ready to be authorized and then performed. */
export interface MessageStep {
  readonly operation: Operation;
  /** The request; undefined for a notification and for a message that failed earlier. */
  readonly call?: RequestInWork;
  /** The reason why no decision is possible: the message is invalid, or names an item that does not exist. */
  readonly failure?: Failure;
  readonly isNotification?: boolean;
  /** Records a request that failed before `call` was made. */
  readonly observed?: ObservedCall | undefined;
  /** To be called at its end, whatever the outcome. */
  readonly finish?: () => void;
}

/** A message that failed before the decision. */
export interface Failure {
  readonly error: unknown;
  /** The id to answer to, if it could be read. */
  readonly id: RequestId | undefined;
  /** Undefined if it is not a request. */
  readonly request: JsonRpcRequest | undefined;
}

/** A request with its items, or with the reason why finding them failed. */
export function requestStep(call: RequestInWork): Eventually<MessageStep> {
  return attempt<MessageStep>(
    () =>
      andThen(findMethod(call).locate(call), (operation) => {
        if (operation.items.length === 1) call.observed?.found(operation.items[0]?.target);
        return { call, operation };
      }),
    (error) => ({ call, ...failed({ error, id: call.request.id, request: call.request }) }),
  );
}

/** A notification: it needs the scopes that the endpoint demands for every use. An unknown one has no effect. */
export function notificationStep(
  { method, params }: JsonRpcNotification,
  connection: Connection | undefined,
): MessageStep {
  const invoke = async (): Promise<object> => {
    const { requestId, reason } = params;
    if (method === 'notifications/initialized') await connection?.beReady();
    const isCancellation = method === 'notifications/cancelled';
    if (isCancellation && isRequestId(requestId)) {
      connection?.cancel(requestId, typeof reason === 'string' ? reason : undefined);
    }
    return {};
  };
  return { isNotification: true, operation: { items: [], invoke } };
}

/** An answer to a question of the server. */
export function answerStep(response: JsonRpcResponse, pending: PendingRequests, { id }: Connection): MessageStep {
  const invoke = async (): Promise<object> => {
    await pending.answer(response, id);
    return {};
  };
  return { isNotification: true, operation: { items: [], invoke } };
}

/** A failure for an invalid message. */
export function invalidMessage(reason: string, id?: RequestId): Failure {
  return { error: new ProtocolError('invalid_message', `Invalid request: ${reason}`), id, request: undefined };
}

/** A message that failed before it became a request. */
export function failingStep(failure: Failure, observed?: ObservedCall): MessageStep {
  return { ...failed(failure), observed };
}

function failed(failure: Failure): Pick<MessageStep, 'failure' | 'operation'> {
  const invoke = (): never => {
    throw failure.error;
  };
  return { failure, operation: { items: [], invoke } };
}

/**
 * Phases 5 to 7: validates, invokes, responds.
 *
 * @param step - the message
 * @param decision - of `authorize` about it
 * @param terms - whether a refusal by the handler can still become the answer to the whole request, or the result of the call
 * @throws an OAuth error or a LimitError, if refusals are thrown and no message was sent before
 */
export function performStep(
  step: MessageStep,
  decision: MessageDecision | undefined,
  terms: RefusalTerms,
): Eventually<Reply> {
  return attempt(
    () => andThen(invoke(step, decision), (result) => replyWithResult(result, step)),
    (thrown) => replyToFailure(thrown, step, decision, terms),
  );
}

function invoke(
  { call, failure, operation }: MessageStep,
  decision: MessageDecision | undefined,
): ReturnType<Operation['invoke']> {
  if (decision?.outcome === 'allowed') {
    if (call === undefined) return operation.invoke();
    if (failure === undefined) call.endpoint.decisions.count('accepted');
    return invokeWithin(call, operation);
  }
  if (decision?.outcome === 'concealed') call?.endpoint.decisions.count('concealed');
  if (decision?.outcome === 'answered') call?.endpoint.decisions.count(decision.error.code);
  if (decision?.outcome === 'undecidable' || decision?.outcome === 'answered') throw decision.error;
  // The client gets the error for a missing item; the app learns that its policy failed.
  if (decision?.error !== undefined && call !== undefined) {
    maskError(decision.error, call, operation.items[0]?.target.name);
  }
  throw operation.items[0]?.notFound() ?? new ProtocolError('internal_error');
}

/**
 * Invokes an operation within the limits of its caller.
 *
 * @throws LimitError if the caller already has too many; other refusals come before
 */
function invokeWithin(call: RequestInWork, operation: Operation): ReturnType<Operation['invoke']> {
  const { calls, streams } = call.endpoint.limits;
  if (operation.isStream === true) {
    // From then on the stream keeps its own place.
    streams?.assertRoom(call, 1, call.request);
    return operation.invoke();
  }
  if (calls === undefined) return operation.invoke();
  calls.assertRoom(call, 1, call.request);
  const invoked = operation.invoke();
  // An operation that has already finished takes no place.
  if (!isPromise(invoked)) return invoked;
  calls.take(call);
  return lastly(
    () => Promise.resolve(invoked),
    () => {
      calls.release(call);
    },
  );
}

function replyWithResult(result: PreparedJson | object, { call }: MessageStep): Reply {
  if (call === undefined) return accepted;
  if (result instanceof LastingStream) return { kind: 'lasting', stream: result };
  // basic/patterns/cancellation: MUST NOT send anything for a cancelled request.
  if (call.cancellation.isCancelled) return cancelled;
  call.observed?.returned(result);
  const { id } = call.request;
  const text = buildResultResponse(id, result);
  return result instanceof PreparedJson
    ? { kind: 'message', text, parts: [openResultResponse(id), result.closing], status: 200 }
    : { kind: 'message', text, status: 200 };
}

function replyToFailure(
  thrown: unknown,
  step: MessageStep,
  decision: MessageDecision | undefined,
  terms: RefusalTerms,
): Eventually<Reply> {
  const { call } = step;
  const error = complete(toOurs(thrown, step), step, decision);
  if (call?.cancellation.isCancelled === true) return cancelled;
  // Once a message was sent, the status is settled and an error can only be one more message.
  const canThrow = terms.refusalsAre === 'thrown' && call?.outbox.hasBegun !== true;
  const { refusedCalls } = terms;
  if (refusedCalls === undefined || !isToolCall(call) || !isForbidden(error)) {
    return replyWithFailure(error, step, decision, canThrow);
  }
  return attempt<Reply>(
    () =>
      andThen(decision?.outcome === 'answered' || isResultFor(call, error, refusedCalls), (isResult) => {
        if (!isResult) return replyWithFailure(error, step, decision, canThrow);
        call.observed?.failed(error, false);
        return replyToRefusedCall(call, error, refusedCalls);
      }),
    (failure) => {
      if (canThrow) throw failure;
      return replyWithFailure(toOurs(failure, step), step, decision, canThrow);
    },
  );
}

/** A refusal that only the handler decided has not been recorded yet. */
function isResultFor(call: RequestInWork, error: ExpressMcpError, refusedCalls: RefusedCalls): Eventually<boolean> {
  return andThen(isForClient(call, refusedCalls), (isResult) =>
    isResult ? andThen(refusedCalls.record(error), () => true) : false,
  );
}

function replyWithFailure(
  error: ExpressMcpError,
  step: MessageStep,
  decision: MessageDecision | undefined,
  canThrow: boolean,
): Reply {
  const { call } = step;
  const isThrown = canThrow && (!(error instanceof ProtocolError) || error instanceof LimitError);
  const observed = call?.observed ?? step.observed;
  observed?.failed(error, !isThrown);
  if (decision?.outcome === 'concealed') observed?.concealed();
  if (isThrown) throw error;
  // basic/transports#sending-messages-to-the-server: a message that could not be accepted MUST get an error of HTTP.
  if (step.isNotification === true && error.code !== 'storage_unavailable') return accepted;
  return replyWithError(call?.request.id ?? step.failure?.id, error, call?.revision);
}

function toOurs(thrown: unknown, { call, operation }: MessageStep): ExpressMcpError {
  if (call !== undefined) return maskError(thrown, call, operation.items[0]?.target.name);
  return thrown instanceof ExpressMcpError ? thrown : new ProtocolError('internal_error', undefined, { cause: thrown });
}

/** A refusal by the handler only names its own scopes; the client is asked once for all that the operation needs. */
function complete(
  error: ExpressMcpError,
  { call, operation }: MessageStep,
  decision: MessageDecision | undefined,
): ExpressMcpError {
  const isByHandler = error instanceof InsufficientScopeError && decision?.outcome === 'allowed';
  if (!isByHandler || call === undefined) return error;
  call.endpoint.decisions.count(error.code);
  const target = operation.items[0]?.target ?? error.target;
  return refuse(error.requiredScopes, decision.requirement, target, call.caller);
}
