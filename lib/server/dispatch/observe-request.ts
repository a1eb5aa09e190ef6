import type { JsonRpcRequest } from '../../jsonrpc/message.js';
import type { EndpointServices } from '../call/call.js';
import type { ObservedCall } from '../calls/observed-call.js';
import type { Revision } from '../revisions/revision.js';
import type { SupportedRevisions } from '../revisions/supported-revisions.js';
import type { IncomingDelivery } from '../transport/incoming-message.js';
import { isKnownMethod } from './method-table.js';

/** What a request is dispatched by. */
export interface RequestServices {
  readonly endpoint: EndpointServices;
  readonly revisions: SupportedRevisions;
}

/**
 * The record of a request that begins, for those who listen.
 *
 * @param bytes - of the request; counted here when nobody did, as of a message of a batch
 */
export function observeRequest(
  request: JsonRpcRequest,
  delivery: IncomingDelivery,
  { endpoint, revisions }: RequestServices,
  bytes: number = bytesOf(request),
): ObservedCall {
  const { calls, catalog } = endpoint;
  const { caller, connection } = delivery;
  const revision = revisionOf(request, delivery, revisions);
  return calls.begin({
    request,
    catalog,
    caller,
    revision,
    isKnownMethod: isKnownMethod(request.method, catalog),
    client: revision?.clientOf(request.params, connection?.handshake) ?? { name: undefined, version: undefined },
    sessionId: calls.transport === 'http' ? connection?.id : undefined,
    requestBytes: bytes,
  });
}

function revisionOf(
  request: JsonRpcRequest,
  { versions }: IncomingDelivery,
  revisions: SupportedRevisions,
): Revision | undefined {
  try {
    return revisions.resolve(request, versions);
  } catch {
    // The request fails by it when its turn comes.
    return undefined;
  }
}

function bytesOf({ id, method, params }: JsonRpcRequest): number {
  return Buffer.byteLength(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
}
