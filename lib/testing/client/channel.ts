import { isObject } from '../../jsonrpc/parse-message.js';
import { TestClientError } from './test-client-error.js';

/** A JSON-RPC request of the client. */
export interface WireRequest {
  readonly jsonrpc: '2.0';
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A notification of the server. */
export interface ServerNotification {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A request of the server, as older revisions have them. */
export interface ServerRequest {
  readonly id: number | string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Listeners and signal of one request. */
export interface Exchange {
  readonly onNotification: (notification: ServerNotification) => void;
  /** Answers a question that comes before the answer. */
  readonly onRequest?: (asked: ServerRequest) => Promise<Readonly<Record<string, unknown>>>;
  /** Cancels the request. */
  readonly signal?: AbortSignal | undefined;
}

/** The way to a server. */
export interface Channel {
  /**
   * Sends a request.
   *
   * @returns the result
   * @throws TestClientError when the answer is no result
   */
  send(request: WireRequest, exchange: Exchange): Promise<Readonly<Record<string, unknown>>>;
  /** Sends a notification. */
  notify(method: string, params?: Readonly<Record<string, unknown>>): Promise<void>;
  /** The scopes that the caller holds at present. */
  readonly scopes: readonly string[];
  /** From now on the caller holds these scopes, too. */
  addScopes(scopes: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** A notification, if a message of the server is one. */
export function notificationOf(message: Readonly<Record<string, unknown>>): ServerNotification | undefined {
  const { method, params, id } = message;
  if (typeof method !== 'string' || id !== undefined) return undefined;
  return { method, params: isObject(params) ? params : {} };
}

/** A request of the server, if a message of the server is one. */
export function serverRequestOf(message: Readonly<Record<string, unknown>>): ServerRequest | undefined {
  const { method, params, id } = message;
  if (typeof method !== 'string' || (typeof id !== 'number' && typeof id !== 'string')) return undefined;
  return { id, method, params: isObject(params) ? params : {} };
}

/**
 * The result of a JSON-RPC response.
 *
 * @param message - the response
 * @param status - HTTP status, where there is one
 * @throws TestClientError when it is an error
 */
export function resultOf(
  message: Readonly<Record<string, unknown>>,
  status?: number,
): Readonly<Record<string, unknown>> {
  const { result, error } = message;
  if (isObject(result)) return result;
  if (!isObject(error)) throw new TestClientError('The server answered with neither a result nor an error', { status });
  const { message: text, code, data } = error;
  const scopes = isObject(data) && Array.isArray(data['requiredScopes']) ? data['requiredScopes'].map(String) : [];
  throw new TestClientError(String(text), {
    status,
    error: scopes.length > 0 ? 'insufficient_scope' : undefined,
    scopes,
    code: typeof code === 'number' ? code : undefined,
    data,
  });
}
