import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { errorTable } from '../../errors/error-table.js';
import { InsufficientAuthenticationError } from '../../errors/insufficient-authentication-error.js';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import type { JsonRpcErrorObject } from '../../jsonrpc/build-response.js';
import { buildErrorResponse } from '../../jsonrpc/build-response.js';
import type { RequestId } from '../../jsonrpc/message.js';
import type { Revision } from '../revisions/revision.js';

/** A stream that was opened in answer to a request. */
export abstract class LastingStream {
  /** Calls a listener at its end; at once if it has already ended. */
  abstract whenOver(listener: () => void): void;
  /** The answer at the end. */
  abstract answer(): Promise<Reply>;
}

/** The reply that a transport sends: the text of a response, the acknowledgement of a notification, or none. */
export type Reply =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'cancelled' }
  /** The answer follows at the end of a stream. */
  | { readonly kind: 'lasting'; readonly stream: LastingStream }
  | {
      readonly kind: 'message';
      readonly text: string;
      /** The same in two parts, the second kept as bytes, so that sending it needs no copy and no encoding. */
      readonly parts?: readonly [opening: string, closing: Uint8Array];
      readonly status: number;
      /** Header fields of an error, for transports that have them. */
      readonly headers?: Readonly<Record<string, string>> | undefined;
    };

/** A reply without a body. */
export const accepted: Reply = { kind: 'accepted' };

/** No reply, because the request was cancelled. */
export const cancelled: Reply = { kind: 'cancelled' };

/**
 * An error as the answer to a message.
 *
 * @param id - id of the request, if it could be read
 * @param error - one of ours
 * @param revision - decides code and status; undefined if the message failed before it was known
 */
export function replyWithError(id: RequestId | undefined, error: ExpressMcpError, revision?: Revision): Reply {
  const text = buildErrorResponse(id, errorObjectOf(error, revision));
  const status = revision?.statusOf(error.code) ?? errorTable[error.code].status;
  const headers = error instanceof ProtocolError ? error.responseHeaders : undefined;
  return { kind: 'message', text, status, headers };
}

/** An error as JSON-RPC writes it. */
export function errorObjectOf(error: ExpressMcpError, revision?: Revision): JsonRpcErrorObject {
  const data = dataOf(error);
  return {
    code: revision?.jsonRpcCodeOf(error.code) ?? errorTable[error.code].jsonRpcCode,
    message: error.message,
    ...(data === undefined ? {} : { data }),
  };
}

function dataOf(error: ExpressMcpError): Readonly<Record<string, unknown>> | undefined {
  if (error instanceof ProtocolError) return error.data;
  if (error instanceof InsufficientScopeError || error instanceof UnauthorizedError) {
    return { requiredScopes: error.requiredScopes };
  }
  if (!(error instanceof InsufficientAuthenticationError)) return undefined;
  const { requiredScopes, acrValues, maxAgeSeconds } = error;
  return { requiredScopes, acrValues, maxAgeSeconds };
}

/**
 * Combines the replies to the messages of a batch (JSON-RPC 2.0 §6): an array of the responses, or no response.
 *
 * @param replies - one for each message
 */
export function replyToBatch(replies: readonly Reply[]): Reply {
  const texts = replies.flatMap((reply) => (reply.kind === 'message' ? [reply.text] : []));
  return texts.length === 0 ? accepted : { kind: 'message', text: `[${texts.join(',')}]`, status: 200 };
}
