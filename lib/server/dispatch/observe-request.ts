import { maxBatchMessages } from '../../jsonrpc/batch-limit.js';
import type { JsonRpcRequest } from '../../jsonrpc/message.js';
import { parseMessage } from '../../jsonrpc/parse-message.js';
import type { EndpointServices } from '../call/call.js';
import type { KnownRequest, ObservedCall } from '../calls/observed-call.js';
import type { Revision } from '../revisions/revision.js';
import type { SupportedRevisions } from '../revisions/supported-revisions.js';
import type { IncomingDelivery } from '../transport/incoming-message.js';
import { isKnownMethod } from './method-table.js';

/** Services for dispatching a request. */
export interface RequestServices {
  readonly endpoint: EndpointServices;
  readonly revisions: SupportedRevisions;
}

/** The parts of a delivery that a record needs. */
export type ObservedDelivery = Pick<IncomingDelivery, 'caller' | 'connection' | 'versions'>;

/**
 * Makes the record of a request at its beginning, if there are listeners.
 *
 * @param bytes - of the request; counted here if unknown, as for a message of a batch
 */
export function observeRequest(
  request: JsonRpcRequest,
  delivery: ObservedDelivery,
  services: RequestServices,
  bytes: number = bytesOf(request),
): ObservedCall {
  return observe(request, revisionOf(request, delivery, services.revisions), delivery, services, bytes);
}

/**
 * The record of a request whose body was not read, from its header fields.
 *
 * @param request - without an id
 */
function observeUnread(request: KnownRequest, delivery: ObservedDelivery, services: RequestServices): ObservedCall {
  const { header } = delivery.versions;
  return observe(request, header === undefined ? undefined : services.revisions.get(header), delivery, services);
}

function observe(
  request: KnownRequest,
  revision: Revision | undefined,
  { caller, connection }: ObservedDelivery,
  { endpoint }: RequestServices,
  requestBytes?: number,
): ObservedCall {
  const { calls, catalog } = endpoint;
  return calls.begin({
    request,
    catalog,
    caller,
    revision,
    isKnownMethod: isKnownMethod(request.method, catalog),
    clientInfo: revision?.clientInfoOf(request.params, connection),
    sessionId: calls.transport === 'http' ? connection?.id : undefined,
    requestBytes,
  });
}

/** A request or batch that the transport refused: its JSON value, or the facts from its header fields. */
export type KnownPayload = { readonly read: unknown } | { readonly unread: KnownRequest };

/**
 * Tells listeners about requests that were refused before dispatch.
 *
 * @param error - the reason
 */
export function tellRefusal(
  payload: KnownPayload,
  delivery: ObservedDelivery,
  services: RequestServices,
  error: unknown,
): void {
  const { calls } = services.endpoint;
  const refused =
    'unread' in payload
      ? [observeUnread(payload.unread, delivery, services)]
      : requestsIn(payload.read).map((request) => observeRequest(request, delivery, services));
  for (const call of refused) calls.refuse(call, error);
}

/**
 * The requests in a JSON value that is refused as a whole.
 *
 * @param payload - a message or a batch; of a batch, at most the first {@link maxBatchMessages} are read
 */
function requestsIn(payload: unknown): readonly JsonRpcRequest[] {
  const values: readonly unknown[] = Array.isArray(payload) ? payload.slice(0, maxBatchMessages) : [payload];
  return values.flatMap((value) => {
    const message = parseMessage(value);
    return message.kind === 'request' ? [message] : [];
  });
}

function revisionOf(
  request: JsonRpcRequest,
  { versions }: ObservedDelivery,
  revisions: SupportedRevisions,
): Revision | undefined {
  try {
    return revisions.resolve(request, versions);
  } catch {
    // The request fails with the same error in its turn.
    return undefined;
  }
}

function bytesOf({ id, method, params }: JsonRpcRequest): number {
  return Buffer.byteLength(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
}
