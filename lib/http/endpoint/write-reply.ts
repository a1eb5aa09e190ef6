import type { ServerResponse } from 'node:http';
import type { Caller } from '../../server/authorization/caller.js';
import type { LimitHits } from '../../server/limits/limit-hits.js';
import type { PrincipalLimit } from '../../server/limits/principal-limit.js';
import type { Reply } from '../../server/transport/outgoing-reply.js';
import { jsonFields, securityFields } from '../fields/response-fields.js';
import type { AnswerStream } from '../streams/answer-stream.js';
import { WaitingBytes, maxUncounted } from '../streams/waiting-bytes.js';

/** The client that a reply goes to. */
export interface Reader {
  readonly caller: Caller;
  /** How many bytes may wait for clients; undefined for any number. */
  readonly bytes: PrincipalLimit | undefined;
  /** Counts connections that are cut because their clients read too slowly. */
  readonly hits: LimitHits | undefined;
  /** Milliseconds in which a client may take nothing of a long answer before its connection is cut. */
  readonly patienceMs: number;
}

/**
 * Writes a reply as one JSON body, or as a status alone.
 *
 * @param reply - what to say
 * @param response - nothing of it was sent yet
 * @param reader - the client, which may read slowly
 * @throws LimitError if the answer would have to wait, and too much already waits for this caller, or for all
 */
export function writeReply(reply: Reply, response: ServerResponse, reader: Reader): void {
  if (response.destroyed) return;
  if (reply.kind !== 'message') {
    // MCP basic/transports/streamable-http#sending-messages: 202 and no body.
    response.writeHead(202, securityFields).end();
    return;
  }
  const { headers, parts, status, text } = reply;
  const [opening, closing] = parts ?? ['', text];
  const length = Buffer.byteLength(opening) + Buffer.byteLength(closing);
  // An answer for many callers, such as a list, is in memory only once.
  if (length > maxUncounted && parts === undefined) reader.bytes?.assertRoom(reader, length);
  response.writeHead(status, headers === undefined ? jsonFields(length) : { ...jsonFields(length), ...headers });
  if (opening !== '') response.write(opening);
  response.end(closing);
  if (length > maxUncounted) watch(response, reader, parts !== undefined);
}

/** Counts the part that does not fit into the connection and waits in memory for its reader. */
function watch(response: ServerResponse, { caller, bytes, hits, patienceMs }: Reader, isShared: boolean): void {
  response.setTimeout(patienceMs, () => {
    hits?.count('slow_reader');
    response.destroy();
  });
  if (bytes === undefined || isShared || response.writableLength <= maxUncounted) return;
  const waiting = new WaitingBytes(caller, bytes, response);
  waiting.measure();
  response.once('close', () => {
    waiting.release();
  });
}

/** A cancelled request gets no answer, but HTTP needs one: an empty stream. */
export async function finishReply(
  reply: Reply,
  stream: AnswerStream,
  response: ServerResponse,
  reader: Reader,
): Promise<void> {
  if (!stream.hasBegun && !stream.takesMessages) writeReply(reply, response, reader);
  else await stream.finish(reply.kind === 'message' ? reply.text : undefined);
}
