import type { ErrorCode } from './error-table.js';
import { ExpressMcpError } from './express-mcp-error.js';

/** The rows of the error table that are answers to a message or to an HTTP request, not challenges. */
export type ProtocolErrorCode = Exclude<
  ErrorCode,
  'insufficient_scope' | 'invalid_request' | 'invalid_token' | 'temporarily_unavailable' | 'unauthorized'
>;

/** Details that a protocol error can carry besides its text. */
export interface ProtocolErrorDetails {
  /** The `data` member of the JSON-RPC error. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** HTTP header fields that belong to the answer, such as `Allow`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A message or an HTTP request that breaks a rule of JSON-RPC, MCP or its transport. */
export class ProtocolError extends ExpressMcpError {
  readonly data: Readonly<Record<string, unknown>> | undefined;
  readonly responseHeaders: Readonly<Record<string, string>>;

  constructor(code: ProtocolErrorCode, message?: string, details: ProtocolErrorDetails = {}) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.data = details.data;
    this.responseHeaders = details.headers ?? {};
  }
}
