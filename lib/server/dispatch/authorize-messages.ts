import type { Eventually } from '../../promises/and-then.js';
import { andThen, isPromise } from '../../promises/and-then.js';
import { attempt } from '../../promises/attempt.js';
import { gather } from '../../promises/gather.js';
import type { Decision } from '../authorization/decide-item.js';
import { authorize } from '../authorization/authorize.js';
import type { Caller } from '../authorization/caller.js';
import type { DecidedOperation, IncomingDelivery } from '../transport/incoming-message.js';
import type { Operation } from '../authorization/operation.js';
import type { MessageStep } from './message-step.js';

/**
 * Phase 4: whether the caller may do what the messages of a delivery want. Where refusals are answered, each message gets its own; where they are
 * thrown, one speaks for all.
 *
 * @throws what `authorize` throws, where refusals are thrown, and what `record` throws; the promise rejects with it if one answers later
 */
export function authorizeMessages(
  steps: readonly MessageStep[],
  delivery: IncomingDelivery,
): Eventually<readonly Decision[]> {
  const { caller, refusalsAre, isOnRecord } = delivery;
  const operations = steps.map(({ operation }) => operation);
  const decisions =
    refusalsAre === 'thrown'
      ? authorize(operations, caller)
      : gather(operations.map((each) => decideAlone(each, caller)));
  return isOnRecord === true ? onRecord(decisions, steps, delivery) : decisions;
}

function onRecord(
  eventually: Eventually<readonly Decision[]>,
  ...[steps, delivery]: [readonly MessageStep[], IncomingDelivery]
): Eventually<readonly Decision[]> {
  return andThen(eventually, (decisions) =>
    andThen(putOnRecord(recordsOf(steps, decisions), delivery), () => decisions),
  );
}

function recordsOf(steps: readonly MessageStep[], decisions: readonly Decision[]): readonly DecidedOperation[] {
  const records: DecidedOperation[] = [];
  for (const [index, { call, operation }] of steps.entries()) {
    const outcome = decisions[index]?.outcome;
    if (call === undefined || outcome === undefined) continue;
    const targets = operation.items.length === 0 ? [undefined] : operation.items.map(({ target }) => target);
    for (const target of targets) records.push({ method: call.request.method, target, outcome });
  }
  return records;
}

/** One after the other, so that a record that fails leaves none behind that nobody waits for. */
function putOnRecord(records: readonly DecidedOperation[], delivery: IncomingDelivery, from = 0): Eventually<void> {
  for (let index = from; index < records.length; index += 1) {
    const record = records[index];
    const told = record === undefined ? undefined : delivery.record?.(record);
    if (isPromise(told)) return told.then(() => putOnRecord(records, delivery, index + 1));
  }
}

function decideAlone(operation: Operation, caller: Caller): Eventually<Decision> {
  return attempt<Decision>(
    () => andThen(authorize([operation], caller), ([decision]) => decision ?? { outcome: 'concealed' }),
    (error) => ({ outcome: 'undecidable', error }),
  );
}
