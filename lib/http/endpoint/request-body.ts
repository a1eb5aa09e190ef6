import type { HostedRequest } from '../fields/hosted-request.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { assertHarmless, parseJson } from '../../jsonrpc/parse-message.js';
import type { MessageLoad } from './message-load.js';

/**
 * Returns the JSON value of a request's body: the value of the app's body parser, or else the body read here, with a limit.
 *
 * Most messages come in one piece with their header. Those are here as soon as Node has delivered that piece. So await one turn of the
 * microtask queue before the call, unless another listener is already reading. Listening for them would cost as much as authenticating
 * and deciding together.
 *
 * @param request - the request
 * @param maxBytes - the limit
 * @param load - counts the memory of a large message; undefined for a small one
 * @returns the value, or a promise of it if part of the body is still to come
 * @throws ProtocolError `body_too_large` or `parse_error`
 * @throws LimitError if the process has no room for it
 */
export function readBody(request: HostedRequest, maxBytes: number, load?: MessageLoad): unknown {
  const body: unknown = request.body;
  if (!wasParsed(body, request)) {
    // Bytes that another listener received do not come again.
    if (request.readableDidRead) throw consumed();
    return receive(request, maxBytes, load);
  }
  return Buffer.isBuffer(body) ? parseBytes(body, load) : parsedValue(body);
}

function parseBytes(bytes: Uint8Array, load: MessageLoad | undefined): unknown {
  const text = decode(bytes);
  load?.settle(text, bytes.length);
  return parseJson(text);
}

/**
 * Returns the JSON value that a body parser of the app made of a request's body.
 *
 * @returns undefined without such a parser
 * @throws ProtocolError `parse_error` or `message_too_deep`
 */
export function bodyOf(request: HostedRequest): { readonly read: unknown } | undefined {
  const body: unknown = request.body;
  if (body === undefined || !wasParsed(body, request)) return undefined;
  return { read: Buffer.isBuffer(body) ? parseJson(decode(body)) : parsedValue(body) };
}

/** Express 4's parsers leave `{}` for bodies that they did not read; the stream is still full then. */
function wasParsed(body: unknown, { readableEnded }: HostedRequest): boolean {
  if (readableEnded) return true;
  const isEmptyObject = typeof body === 'object' && body !== null && Object.keys(body).length === 0;
  return body !== undefined && !(isEmptyObject && !Buffer.isBuffer(body));
}

/** `express.text()` leaves text, `express.json()` the value. */
function parsedValue(body: unknown): unknown {
  if (body === undefined) throw consumed();
  if (typeof body === 'string') return parseJson(body);
  assertHarmless(body);
  return body;
}

function receive(request: HostedRequest, maxBytes: number, load: MessageLoad | undefined): unknown {
  // NaN without the header.
  const announced = Number(request.headers['content-length']);
  // A declared length saves reading a body that would be thrown away.
  if (announced > maxBytes) throw tooLarge(maxBytes);
  // If another listener is already reading: Node delivers each piece only once, so it has to be collected now.
  const isWhole = request.readableFlowing === null && request.readableLength === announced;
  if (isWhole) return parseBytes(takeWhole(request), load);
  return collect(request, maxBytes, load).then((bytes) => parseBytes(bytes, load));
}

function takeWhole(request: HostedRequest): Buffer {
  const whole = (request.read() as Buffer | null) ?? nothing;
  // Its `end` event is still to come, and other listeners may wait for it.
  request.resume();
  return whole;
}

const nothing = Buffer.alloc(0);

/** Reads by events, not by iteration: leaving an iteration would destroy the socket that the answer has to go out on. */
async function collect(request: HostedRequest, maxBytes: number, load: MessageLoad | undefined): Promise<Buffer> {
  // Node emits no second event for a client that went away before we listened.
  if (request.destroyed) throw endedEarly();
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise<Buffer>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      try {
        if (bytes > maxBytes) throw tooLarge(maxBytes);
        load?.grow(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        stop(error as Error);
      }
    };
    const stop = (error: Error): void => {
      request.off('data', onData).off('end', onEnd).off('close', onClose).pause();
      chunks.length = 0;
      reject(error);
    };
    const onClose = (): void => {
      if (!request.readableEnded) reject(endedEarly());
    };
    const onEnd = (): void => {
      // A stream that the request opens may last for hours, and the listeners would keep the body for as long.
      request.off('data', onData).off('end', onEnd).off('close', onClose);
      const [only] = chunks;
      resolve(only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks, bytes));
    };
    request.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}

/** Another middleware took the bytes and left nothing in `request.body`. */
function consumed(): ProtocolError {
  return new ProtocolError(
    'parse_error',
    'Parse error: middleware of the server read the body before it came to the endpoint, and left no request.body. The endpoint ' +
      'has to stand before it, or express.json() has to parse the body',
  );
}

function endedEarly(): ProtocolError {
  return new ProtocolError('parse_error', 'Parse error: the message ended early');
}

function tooLarge(maxBytes: number): ProtocolError {
  return new ProtocolError('body_too_large', `The message is larger than ${String(maxBytes)} bytes`, {
    // The rest of the body is not read, so the connection cannot be used again (RFC 9110 §15.5.14).
    headers: { Connection: 'close' },
  });
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** RFC 8259 §8.1: JSON between systems MUST be UTF-8. */
function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new ProtocolError('parse_error', 'Parse error: the message is not UTF-8', { cause });
  }
}
