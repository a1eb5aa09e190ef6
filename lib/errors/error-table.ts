/** Status, code and text of one kind of error, as callers see them. */
export interface ErrorTableEntry {
  /** HTTP status that the Express edge answers with (revision rules may lower it, see `server/revisions`). */
  readonly status: number;
  /** JSON-RPC code, where the error can be the answer to a message. */
  readonly jsonRpcCode: number;
  /** The text that is safe to show when the error brings no better one. */
  readonly message: string;
}

/**
 * Every error that express-mcp answers with, one row each: its default status, JSON-RPC code and text. A protocol revision may override
 * status and code (lib/server/revisions). A test holds `docs/errors.md` against the table.
 *
 * Sources: RFC 6750 §3.1 (OAuth rows), JSON-RPC 2.0 §5.1 and MCP `basic/index#error-codes` (JSON-RPC rows), MCP
 * `basic/transports/streamable-http` (HTTP rows). Statuses are those of revision 2026-07-28.
 */
export const errorTable = {
  // OAuth 2.1 resource server: answered with a challenge
  unauthorized: { status: 401, jsonRpcCode: -32600, message: 'Authorization is required' },
  invalid_token: { status: 401, jsonRpcCode: -32600, message: 'The access token is not valid' },
  invalid_request: { status: 400, jsonRpcCode: -32600, message: 'The authorization of this request is malformed' },
  insufficient_scope: {
    status: 403,
    jsonRpcCode: -32602,
    message: 'The request requires higher privileges than provided by the access token',
  },
  insufficient_user_authentication: {
    status: 401,
    jsonRpcCode: -32602,
    message: 'The request requires a stronger or more recent sign-in',
  },
  access_denied: { status: 403, jsonRpcCode: -32602, message: 'Access is denied' },
  invalid_dpop_proof: { status: 401, jsonRpcCode: -32600, message: 'The DPoP proof is not valid' },
  use_dpop_nonce: { status: 401, jsonRpcCode: -32600, message: 'The DPoP proof needs the nonce of this server' },
  temporarily_unavailable: {
    status: 503,
    jsonRpcCode: -32603,
    message: 'The access token cannot be checked at the moment',
  },
  server_error: { status: 500, jsonRpcCode: -32603, message: 'Internal error' },

  // JSON-RPC and MCP: the answer to a message
  parse_error: { status: 400, jsonRpcCode: -32700, message: 'Parse error: the message is not valid JSON' },
  message_too_deep: {
    status: 400,
    jsonRpcCode: -32600,
    message: 'The message has more than 64 objects and arrays inside each other',
  },
  invalid_message: { status: 400, jsonRpcCode: -32600, message: 'Invalid request: not a JSON-RPC 2.0 message' },
  invalid_metadata: { status: 400, jsonRpcCode: -32602, message: 'Invalid request metadata' },
  method_not_found: { status: 404, jsonRpcCode: -32601, message: 'Method not found' },
  invalid_params: { status: 200, jsonRpcCode: -32602, message: 'Invalid params' },
  resource_not_found: { status: 200, jsonRpcCode: -32602, message: 'Resource not found' },
  internal_error: { status: 200, jsonRpcCode: -32603, message: 'Internal error' },
  timed_out: { status: 200, jsonRpcCode: -32603, message: 'The request took too long' },
  too_many_tasks: { status: 200, jsonRpcCode: -32603, message: 'Too many tasks are running' },
  header_mismatch: { status: 400, jsonRpcCode: -32020, message: 'Header mismatch' },
  missing_client_capability: {
    status: 400,
    jsonRpcCode: -32021,
    message: 'The client does not declare a capability that this request needs',
  },
  unsupported_protocol_version: { status: 400, jsonRpcCode: -32022, message: 'Unsupported protocol version' },

  // Limits that protect the process: 429 is about the caller (RFC 6585 §4), 503 about what it wants and about all callers
  too_many_calls: { status: 429, jsonRpcCode: -32603, message: 'Too many calls of this caller are running' },
  too_many_streams: { status: 429, jsonRpcCode: -32603, message: 'Too many streams of this caller are open' },
  too_many_sessions: { status: 429, jsonRpcCode: -32603, message: 'Too many sessions of this caller are open' },
  too_many_bytes: {
    status: 429,
    jsonRpcCode: -32603,
    message: 'The requests of this caller take too much memory',
  },
  server_busy: { status: 503, jsonRpcCode: -32603, message: 'The server has no room for this at the moment' },
  tool_busy: { status: 503, jsonRpcCode: -32603, message: 'The tool has no room for another call at the moment' },

  // HTTP: the request never became a message
  session_required: { status: 400, jsonRpcCode: -32600, message: 'Mcp-Session-Id is missing' },
  session_not_found: { status: 404, jsonRpcCode: -32600, message: 'This session does not exist or has ended' },
  invalid_event_id: {
    status: 404,
    jsonRpcCode: -32600,
    message: 'There is nothing to resume after this Last-Event-ID',
  },
  storage_unavailable: {
    status: 503,
    jsonRpcCode: -32603,
    message: 'The server cannot reach its storage at the moment',
  },
  method_not_allowed: { status: 405, jsonRpcCode: -32600, message: 'This method is not allowed here' },
  not_acceptable: {
    status: 406,
    jsonRpcCode: -32600,
    message: 'Accept must list application/json and text/event-stream',
  },
  body_too_large: { status: 413, jsonRpcCode: -32600, message: 'The message is too large' },
  unsupported_media_type: { status: 415, jsonRpcCode: -32600, message: 'Content-Type must be application/json' },
  forbidden_origin: { status: 403, jsonRpcCode: -32600, message: 'This Origin is not allowed' },
  shutting_down: { status: 503, jsonRpcCode: -32603, message: 'The server is shutting down' },
  forbidden_host: { status: 403, jsonRpcCode: -32600, message: 'This Host is not allowed' },
} as const satisfies Record<string, ErrorTableEntry>;

/** The stable name of an error, such as `insufficient_scope`. */
export type ErrorCode = keyof typeof errorTable;
