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
  /** Calls a listener when it is over; at once when it is so already. */
  abstract whenOver(listener: () => void): void;
  /** What is answered then. */
  abstract answer(): Promise<Reply>;
}

/** What a transport is to send back: the text of a response, or nothing but the word that a notification arrived, or not even that. */
export type Reply =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'cancelled' }
  /** The answer follows when a stream is over. */
  | { readonly kind: 'lasting'; readonly stream: LastingStream }
  | {
      readonly kind: 'message';
      readonly text: string;
      /** The same in two parts, where the second is kept as bytes. Who sends it copies and encodes nothing. */
      readonly parts?: readonly [opening: string, closing: Uint8Array];
      readonly status: number;
      /** Header fields that belong to an error, on transports that have such. */
      readonly headers?: Readonly<Record<string, string>> | undefined;
    };

/** Nothing to say. */
export const accepted: Reply = { kind: 'accepted' };

/** Nothing to say any more. */
export const cancelled: Reply = { kind: 'cancelled' };

/**
 * An error as the answer to a message.
 *
 * @param id - id of the request, when it could be read
 * @param error - one of ours
 * @param revision - decides code and status; undefined when the message never got that far
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
 * The replies to the messages of a batch as one (JSON-RPC 2.0 §6): an array of what there is to say, or nothing.
 *
 * @param replies - one for each message
 */
export function replyToBatch(replies: readonly Reply[]): Reply {
  const texts = replies.flatMap((reply) => (reply.kind === 'message' ? [reply.text] : []));
  return texts.length === 0 ? accepted : { kind: 'message', text: `[${texts.join(',')}]`, status: 200 };
}
