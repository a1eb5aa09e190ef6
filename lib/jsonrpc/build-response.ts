import type { RequestId } from './message.js';

/** A result that was prepared once and is written many times, such as a page of a list. */
export class PreparedJson {
  #closing: Uint8Array | undefined;

  constructor(readonly text: string) {}

  /** The text and what closes a response around it, as bytes; made once. */
  get closing(): Uint8Array {
    this.#closing ??= Buffer.from(`${this.text}}`);
    return this.#closing;
  }
}

/** The `error` member of a JSON-RPC response (JSON-RPC 2.0 §5.1). */
export interface JsonRpcErrorObject {
  readonly code: number;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * The text of a response that carries a result.
 *
 * @param id - id of the request that is answered
 * @param result - a JSON object, or text prepared earlier
 */
export function buildResultResponse(id: RequestId, result: PreparedJson | object): string {
  const text = result instanceof PreparedJson ? result.text : JSON.stringify(result);
  return `${openResultResponse(id)}${text}}`;
}

/** The text of such a response as far as the result. */
export function openResultResponse(id: RequestId): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":`;
}

/**
 * The text of a response that carries an error.
 *
 * @param id - id of the request; undefined when it could not be read. MCP then leaves the member out instead of sending
 *   null (`basic/transports/streamable-http`: "a JSON-RPC error response that has no `id`").
 * @param error - code, message and data
 */
export function buildErrorResponse(id: RequestId | undefined, error: JsonRpcErrorObject): string {
  return JSON.stringify({ jsonrpc: '2.0', ...(id === undefined ? {} : { id }), error });
}
