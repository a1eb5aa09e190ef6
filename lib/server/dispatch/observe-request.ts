import type { JsonRpcRequest } from '../../jsonrpc/message.js';
import { parseMessage } from '../../jsonrpc/parse-message.js';
import type { EndpointServices } from '../call/call.js';
import type { KnownRequest, ObservedCall } from '../calls/observed-call.js';
import type { Revision } from '../revisions/revision.js';
import type { SupportedRevisions } from '../revisions/supported-revisions.js';
import type { IncomingDelivery } from '../transport/incoming-message.js';
import { maxBatchMessages } from './batch-rules.js';
import { isKnownMethod } from './method-table.js';

/** What a request is dispatched by. */
export interface RequestServices {
  readonly endpoint: EndpointServices;
  readonly revisions: SupportedRevisions;
}

/** What belongs to a request, as far as its record tells. */
export type ObservedDelivery = Pick<IncomingDelivery, 'caller' | 'connection' | 'versions'>;

/**
 * The record of a request that begins, for those who listen.
 *
 * @param bytes - of the request; counted here when nobody did, as of a message of a batch
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
 * The record of a request whose body was not read: what its header fields say.
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
    client: revision?.clientOf(request.params, connection?.handshake) ?? { name: undefined, version: undefined },
    sessionId: calls.transport === 'http' ? connection?.id : undefined,
    requestBytes,
  });
}

/** A request or batch that the transport refused: its JSON value, or what header fields tell of it. */
export type KnownPayload = { readonly read: unknown } | { readonly unread: KnownRequest };

/**
 * Tells those who listen of requests that were refused before they were dispatched.
 *
 * @param error - what they were refused with
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
 * @param payload - a message or a batch, of which at most the first {@link maxBatchMessages} are looked at
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
    // The request fails by it when its turn comes.
    return undefined;
  }
}

function bytesOf({ id, method, params }: JsonRpcRequest): number {
  return Buffer.byteLength(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
}
