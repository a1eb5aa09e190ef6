import type { IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { explainNetworkError } from './explain-network-error.js';

/** A request to send. */
export interface ProbeRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The id of the JSON-RPC request in the body. If the answer is an event stream, the response with that id becomes its body. */
  readonly answerTo?: number | undefined;
}

/** The answer to a request. */
export interface Answer {
  readonly url: string;
  readonly status: number;
  /** Every field by its lower-case name, each with all of its values. */
  readonly headers: Readonly<NodeJS.Dict<readonly string[]>>;
  /** The response to `answerTo` if the answer is an event stream, which may never end; else the whole body. */
  readonly body: string;
}

/** The reason for a missing answer. */
export interface NoAnswer {
  readonly url: string;
  readonly problem: string;
}

/** Sends a request. Never rejects: a missing answer is a finding, too. */
export type Ask = (url: string, request?: ProbeRequest) => Promise<Answer | NoAnswer>;

/** Bytes of a body at which reading stops; metadata is far smaller. */
const maxBytes = 1024 * 1024;

/**
 * Sends requests as a careful client does: without redirects, limited in time and size, each on its own connection. It does not use
 * `fetch`, which takes the TLS server name from the Host field, and joins several fields of one name.
 *
 * @param timeoutMs - milliseconds for each request, from looking up the name to the end of the body
 */
export function httpProbe(timeoutMs: number): Ask {
  return async (url, request = {}) => {
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await send(url, request, signal);
    } catch (error) {
      const problem = signal.aborted ? `gave no answer within ${timeoutMs / 1000} s` : explainNetworkError(error);
      return { url, problem };
    }
  };
}

async function send(
  url: string,
  { method = 'GET', headers, body, answerTo }: ProbeRequest,
  signal: AbortSignal,
): Promise<Answer> {
  const { hostname, protocol } = new URL(url);
  const name = hostname.replace(/^\[|\]$/g, '');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (protocol === 'https:' ? httpsRequest : httpRequest)(url, {
      method,
      signal,
      agent: false,
      // Fixed, since Node would take it from the Host field, which one check changes.
      servername: isIP(name) === 0 ? name : '',
      headers: { 'user-agent': 'express-mcp-doctor', 'accept-encoding': 'identity', ...headers },
    });
    request.on('response', resolve).on('error', reject);
    request.end(body);
  });
  const { statusCode: status = 0, headersDistinct } = response;
  return { url, status, headers: headersDistinct, body: await readBody(response, answerTo) };
}

async function readBody(response: IncomingMessage, answerTo: number | undefined): Promise<string> {
  if (response.headers['content-type']?.startsWith('text/event-stream') === true) {
    try {
      return answerTo === undefined ? '' : await readEvent(response, answerTo);
    } finally {
      response.destroy();
    }
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error(`answers with more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The data of the event that answers a request; empty if the stream ends without it. */
async function readEvent(response: IncomingMessage, answerTo: number): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > maxBytes) throw new Error(`answers with more than ${maxBytes} bytes`);
    const events = text.split(/\r?\n\r?\n/);
    text = events.pop() ?? '';
    for (const event of events) {
      const data = event
        .split(/\r?\n/)
        .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trimStart()] : []));
      if (answers(data.join('\n'), answerTo)) return data.join('\n');
    }
  }
  return '';
}

function answers(data: string, id: number): boolean {
  try {
    return (JSON.parse(data) as { readonly id?: unknown } | null)?.id === id;
  } catch {
    return false;
  }
}

/** Whether there is an answer. */
export function isAnswer(result: Answer | NoAnswer): result is Answer {
  return 'status' in result;
}

/**
 * The value of a header field, its lines joined.
 *
 * @param name - in lower case
 */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  return headers[name]?.join(', ');
}

/**
 * The words of a header field that is a list, in lower case.
 *
 * @param name - in lower case
 */
export function listOf(answer: Answer, name: string): readonly string[] {
  return (headerOf(answer, name) ?? '').split(',').map((word) => word.trim().toLowerCase());
}

/** The body, if it is a JSON object. */
export function jsonOf({ body }: Answer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
