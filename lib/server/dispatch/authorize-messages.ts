import type { Decision } from '../authorization/authorize.js';
import { authorize } from '../authorization/authorize.js';
import type { Caller } from '../authorization/caller.js';
import type { IncomingDelivery } from '../transport/incoming-message.js';
import type { Operation } from '../authorization/operation.js';
import type { MessageStep } from './message-step.js';

/**
 * Phase 4: whether the caller may do what the messages of a delivery want. Where refusals are answered, each message gets its own; where they are
 * thrown, one speaks for all.
 *
 * @throws what `authorize` throws, where refusals are thrown
 */
export function authorizeMessages(steps: readonly MessageStep[], delivery: IncomingDelivery): readonly Decision[] {
  const { caller, refusalsAre, isOnRecord } = delivery;
  const operations = steps.map(({ operation }) => operation);
  const decisions =
    refusalsAre === 'thrown' ? authorize(operations, caller) : operations.map((each) => decideAlone(each, caller));
  if (isOnRecord === true) putOnRecord(steps, decisions, delivery);
  return decisions;
}

function putOnRecord(steps: readonly MessageStep[], decisions: readonly Decision[], delivery: IncomingDelivery): void {
  for (const [index, { call, operation }] of steps.entries()) {
    const outcome = decisions[index]?.outcome;
    if (call === undefined || outcome === undefined) continue;
    const targets = operation.items.length === 0 ? [undefined] : operation.items.map(({ target }) => target);
    for (const target of targets) delivery.record?.({ method: call.request.method, target, outcome });
  }
}

function decideAlone(operation: Operation, caller: Caller): Decision {
  try {
    const [decision] = authorize([operation], caller);
    return decision ?? { outcome: 'concealed' };
  } catch (error) {
    return { outcome: 'undecidable', error };
  }
}
