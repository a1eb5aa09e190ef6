import type { Params, RequestId } from './message.js';

/**
 * The text of a notification (JSON-RPC 2.0 §4.1).
 *
 * @param method - such as `notifications/progress`
 * @param params - left out when there are none
 */
export function buildNotification(method: string, params?: Params): string {
  return JSON.stringify({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
}

/**
 * The text of a request to the client (JSON-RPC 2.0 §4); legacy revisions only.
 *
 * @param id - unique among everything that this client is asked
 */
export function buildRequest(id: RequestId, method: string, params?: Params): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) });
}
