import { ProtocolError } from '../../errors/protocol-error.js';
import { maxBatchMessages } from '../../jsonrpc/batch-limit.js';
import type { Message } from '../../jsonrpc/message.js';
import type { DeclaredVersions, SupportedRevisions } from '../revisions/supported-revisions.js';

/**
 * 2025-03-26 `basic/index#batching` is the only revision with batches; JSON-RPC 2.0 §6 forbids empty ones.
 *
 * @throws ProtocolError `invalid_message`
 */
export function checkBatch(
  payload: readonly unknown[],
  { header, assumed }: DeclaredVersions,
  revisions: SupportedRevisions,
): void {
  if (revisions.get(header ?? assumed)?.hasBatches !== true) {
    throw new ProtocolError('invalid_message', 'Invalid request: this protocol revision has no batches');
  }
  if (payload.length === 0) throw new ProtocolError('invalid_message', 'Invalid request: the batch is empty');
  if (payload.length > maxBatchMessages) {
    throw new ProtocolError('invalid_message', `Invalid request: a batch holds at most ${maxBatchMessages} messages`);
  }
}

/** 2025-03-26 `basic/lifecycle#initialization`: initialize MUST NOT be part of a batch; it decides how the rest is understood. */
export function withoutHandshake(message: Message): Message {
  if (message.kind !== 'request' || message.method !== 'initialize') return message;
  return { kind: 'invalid', id: message.id, reason: 'initialize must not be part of a batch' };
}
