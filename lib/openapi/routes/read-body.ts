import type { RouteAnswer } from './run-route.js';

/** The part of a body that was read. */
export interface ReadBody {
  readonly bytes: Buffer;
  /** Whether it was longer than the limit. */
  readonly isCut: boolean;
}

/**
 * Reads the body of an answer, up to a limit. Beyond it the route's client goes away.
 *
 * @param answer - the answer
 * @param maxBytes - the limit
 * @param onChunk - receives each piece as it comes; awaited, so that a slow client slows the route down
 */
export async function readBody(
  answer: RouteAnswer,
  maxBytes: number,
  onChunk: (chunk: Buffer, received: number) => Promise<void>,
): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of answer.body) {
    received += chunk.length;
    if (received > maxBytes) {
      answer.close();
      return { bytes: Buffer.concat(chunks), isCut: true };
    }
    chunks.push(chunk);
    await onChunk(chunk, received);
  }
  return { bytes: Buffer.concat(chunks), isCut: false };
}
