import type { ErrorCode } from './error-table.js';
import { errorTable } from './error-table.js';
import { readableError } from './readable-error.js';

/**
 * Base of every error that express-mcp answers a request with. Tell them apart by `code`, which is stable; the text
 * is for people. The text is always safe to show to a client; what is not belongs into `cause`.
 *
 * @example
 * ```ts
 * import { ExpressMcpError, InvalidTokenError } from 'express-mcp';
 *
 * const error: unknown = new InvalidTokenError('The access token expired');
 * if (error instanceof ExpressMcpError) console.log(error.code); // invalid_token
 * ```
 */
export class ExpressMcpError extends Error {
  /** Stable name of the error; a row of the table in docs/errors.md. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message?: string, options?: ErrorOptions) {
    super(message ?? errorTable[code].message, withReadableCause(options));
    this.code = code;
  }

  // On the prototype, so that stack traces and loggers print the class without an own property per instance.
  override get name(): string {
    return this.constructor.name;
  }
}

function withReadableCause(options: ErrorOptions | undefined): ErrorOptions | undefined {
  return options?.cause === undefined ? options : { ...options, cause: readableError(options.cause) };
}
