/** A request's id. MCP narrows JSON-RPC: never null, never fractional (MCP `basic/index#requests`). */
export type RequestId = number | string;

/** Named parameters; MCP does not use positional ones. */
export type Params = Readonly<Record<string, unknown>>;

/** A call that wants an answer. */
export interface JsonRpcRequest {
  readonly kind: 'request';
  readonly id: RequestId;
  readonly method: string;
  readonly params: Params;
}

/** A call that wants none. */
export interface JsonRpcNotification {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Params;
}

/** An answer to a request that the other side sent. */
export interface JsonRpcResponse {
  readonly kind: 'response';
  /** Id of the request that is answered; undefined if we cannot have sent it. */
  readonly id: RequestId | undefined;
  readonly outcome: ResponseOutcome;
}

/** Result or error of an answer, unchecked. */
export type ResponseOutcome = { readonly result: unknown } | { readonly error: unknown };

/** Something that is no message; `id` when it could be read all the same. */
export interface InvalidMessage {
  readonly kind: 'invalid';
  readonly id: RequestId | undefined;
  readonly reason: string;
}

/** One message, classified. */
export type Message = InvalidMessage | JsonRpcNotification | JsonRpcRequest | JsonRpcResponse;
