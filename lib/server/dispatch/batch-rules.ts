import { ProtocolError } from '../../errors/protocol-error.js';
import { maxBatchMessages } from '../../jsonrpc/batch-limit.js';
import type { Message } from '../../jsonrpc/message.js';
import type { RequestServices } from './observe-request.js';
import type { DeclaredVersions, SupportedRevisions } from '../revisions/supported-revisions.js';

/**
 * Checks a batch as a whole, and counts its refusal. 2025-03-26 `basic/index#batching` is the only revision with batches; JSON-RPC 2.0 §6
 * forbids empty ones.
 *
 * @throws ProtocolError `invalid_message`
 */
export function checkBatch(
  payload: readonly unknown[],
  versions: DeclaredVersions,
  { endpoint, revisions }: RequestServices,
): void {
  const reason = mistakeIn(payload, versions, revisions);
  if (reason === undefined) return;
  endpoint.decisions.count('invalid_message');
  throw new ProtocolError('invalid_message', `Invalid request: ${reason}`);
}

function mistakeIn(
  payload: readonly unknown[],
  { header, assumed }: DeclaredVersions,
  revisions: SupportedRevisions,
): string | undefined {
  if (revisions.get(header ?? assumed)?.hasBatches !== true) return 'this protocol revision has no batches';
  if (payload.length === 0) return 'the batch is empty';
  return payload.length > maxBatchMessages ? `a batch holds at most ${maxBatchMessages} messages` : undefined;
}

/** 2025-03-26 `basic/lifecycle#initialization`: initialize MUST NOT be part of a batch; it decides how the rest is understood. */
export function withoutHandshake(message: Message): Message {
  if (message.kind !== 'request' || message.method !== 'initialize') return message;
  return { kind: 'invalid', id: message.id, reason: 'initialize must not be part of a batch' };
}
