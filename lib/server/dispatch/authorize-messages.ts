import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen, isPromise } from '../../promises/and-then.js';
import { attempt } from '../../promises/attempt.js';
import { gather } from '../../promises/gather.js';
import type { MessageDecision } from '../authorization/decide-item.js';
import { scopesOf } from '../authorization/decide-item.js';
import { authorize, authorizeEach } from '../authorization/authorize.js';
import type { DecisionCounts } from '../authorization/decision-counts.js';
import type { Catalog } from '../../registry/catalog.js';
import type { EndpointServices } from '../call/call.js';
import { targetOf } from '../calls/call-target.js';
import type { Caller } from '../authorization/caller.js';
import type { DecidedOperation, IncomingDelivery, RefusedCalls } from '../transport/incoming-message.js';
import type { Operation } from '../authorization/operation.js';
import { isForClient, isToolCall } from './refused-call.js';
import type { MessageStep } from './message-step.js';

/**
 * Phase 4: decides whether the caller may use the items of a delivery's messages. If refusals are answered, each message gets its own;
 * if they are thrown, one error speaks for all.
 *
 * @param endpoint - its decisions are counted
 * @throws what `authorize` throws, if refusals are thrown, and what `record` throws; the promise rejects with it if one answers later
 */
export function authorizeMessages(
  steps: readonly MessageStep[],
  delivery: IncomingDelivery,
  { catalog, decisions: counts }: Pick<EndpointServices, 'catalog' | 'decisions'>,
): Eventually<readonly MessageDecision[]> {
  const decisions = demanding(counting(decide(steps, delivery, counts), steps, counts), delivery);
  return delivery.isOnRecord === true ? onRecord(decisions, steps, delivery, catalog) : decisions;
}

/** Counts requests and malformed messages about which nothing can be decided; `performStep` counts the other decisions. */
function counting(
  eventually: Eventually<readonly MessageDecision[]>,
  steps: readonly MessageStep[],
  counts: DecisionCounts,
): Eventually<readonly MessageDecision[]> {
  // No closure for the usual case, which is every call.
  if (!isPromise(eventually)) return counted(eventually, steps, counts);
  return eventually.then((decisions) => counted(decisions, steps, counts));
}

function counted(
  decisions: readonly MessageDecision[],
  steps: readonly MessageStep[],
  counts: DecisionCounts,
): readonly MessageDecision[] {
  for (let index = 0; index < decisions.length; index += 1) {
    const decision = decisions[index];
    const step = steps[index];
    if (step?.isNotification === true) continue;
    if (decision?.outcome === 'undecidable') countFailure(decision.error, counts);
    else if (decision?.outcome === 'allowed' && step?.failure !== undefined) countFailure(step.failure.error, counts);
  }
  return decisions;
}

function countFailure(error: unknown, counts: DecisionCounts): void {
  counts.count(error instanceof ExpressMcpError ? error.code : 'internal_error');
}

/** A client that resumes a stream must hold the scopes of the answer. */
function demanding(
  eventually: Eventually<readonly MessageDecision[]>,
  { caller, outbox }: IncomingDelivery,
): Eventually<readonly MessageDecision[]> {
  if (outbox.demand === undefined) return eventually;
  return andThen(eventually, (decisions) => {
    const granted = scopesOf(caller);
    const scopes = decisions.flatMap((each) =>
      each.outcome === 'allowed' ? each.requirement.scopesToAskFor(granted) : [],
    );
    outbox.demand?.(scopes);
    return decisions;
  });
}

function decide(
  steps: readonly MessageStep[],
  { caller, refusalsAre, refusedCalls }: IncomingDelivery,
  counts: DecisionCounts,
): Eventually<readonly MessageDecision[]> {
  const operations = steps.map(({ operation }) => operation);
  if (refusalsAre === 'answered') return gather(operations.map((each) => decideAlone(each, caller)));
  try {
    const decisions =
      refusedCalls === undefined
        ? authorize(operations, caller)
        : authorizeEach(operations, caller, (refused) => mayBeResults(refused, steps, refusedCalls));
    return isPromise(decisions) ? countLater(decisions, counts) : decisions;
  } catch (error) {
    countRefusal(error, counts);
    throw error;
  }
}

/** A result only concerns its own call, so a refusal of any other message decides for all. */
function mayBeResults(
  refused: readonly number[],
  steps: readonly MessageStep[],
  refusedCalls: RefusedCalls,
): Eventually<boolean> {
  const calls = refused.map((index) => steps[index]?.call);
  const [first] = calls;
  if (first === undefined || !calls.every(isToolCall)) return false;
  return isForClient(first, refusedCalls);
}

function onRecord(
  eventually: Eventually<readonly MessageDecision[]>,
  steps: readonly MessageStep[],
  delivery: IncomingDelivery,
  catalog: Catalog,
): Eventually<readonly MessageDecision[]> {
  return andThen(eventually, (decisions) => {
    const records = steps.flatMap((step, index) => recordsOf(step, decisions[index], catalog));
    return andThen(putOnRecord(records, delivery), () => decisions);
  });
}

/** Notifications and answers are not calls, and are not recorded. */
function recordsOf(
  { call, failure, isNotification, operation }: MessageStep,
  decision: MessageDecision | undefined,
  catalog: Catalog,
): readonly DecidedOperation[] {
  if (isNotification === true || decision === undefined) return [];
  if (failure !== undefined && decision.outcome !== 'answered') {
    const { error, request } = failure;
    const target = request === undefined ? undefined : targetOf(request, catalog).target;
    return [{ method: request?.method, target, outcome: 'undecidable', error }];
  }
  const method = call?.request.method;
  const { outcome } = decision;
  if (outcome === 'answered') return [{ method, target: undefined, outcome, error: decision.error }];
  const error = 'error' in decision ? decision.error : undefined;
  const targets = operation.items.length === 0 ? [undefined] : operation.items.map(({ target }) => target);
  return targets.map((target) => ({ method, target, outcome, error }));
}

/** One after the other, so that no record is still being written when another fails. */
function putOnRecord(records: readonly DecidedOperation[], delivery: IncomingDelivery, from = 0): Eventually<void> {
  for (let index = from; index < records.length; index += 1) {
    const record = records[index];
    const told = record === undefined ? undefined : delivery.record?.(record);
    if (isPromise(told)) return told.then(() => putOnRecord(records, delivery, index + 1));
  }
}

async function countLater<T>(decisions: Promise<T>, counts: DecisionCounts): Promise<T> {
  try {
    return await decisions;
  } catch (error) {
    countRefusal(error, counts);
    throw error;
  }
}

function countRefusal(error: unknown, counts: DecisionCounts): void {
  if (error instanceof ExpressMcpError) counts.count(error.code);
}

function decideAlone(operation: Operation, caller: Caller): Eventually<MessageDecision> {
  return attempt<MessageDecision>(
    () => andThen(authorize([operation], caller), ([decision]) => decision ?? { outcome: 'concealed' }),
    (error) => ({ outcome: 'undecidable', error }),
  );
}
