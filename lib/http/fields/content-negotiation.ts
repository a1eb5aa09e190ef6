import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { ProtocolError } from '../../errors/protocol-error.js';
import { headerFields, isSentUnlike, withoutCopies } from './repeated-fields.js';

/**
 * Checks that the body is JSON in UTF-8 (RFC 8259 §8.1), without an encoding.
 *
 * @throws ProtocolError `unsupported_media_type`
 */
export function checkContentType(request: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): void {
  const type = request.headers['content-type'] ?? '';
  const isUsual = type === 'application/json' || isJson(type);
  // Node shows the first of several fields; a proxy may have read the last.
  const others = isSentUnlike(request, 'content-type') ? headerFields(request, 'content-type') : [];
  if (!isUsual || !others.every(isJson)) throw new ProtocolError('unsupported_media_type');
  const encoding = withoutCopies(request.headers['content-encoding']);
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new ProtocolError('unsupported_media_type', 'Send the body without Content-Encoding');
}

function isJson(type: string): boolean {
  const [mediaType = '', ...parameters] = (withoutCopies(type) ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  return mediaType === 'application/json' && (charset === undefined || /^charset="?utf-?8"?$/.test(charset));
}

/** Media types that a client accepts for an answer. */
export interface Acceptable {
  readonly json: boolean;
  /** A stream of events, on which messages can come before the answer. */
  readonly eventStream: boolean;
}

const everything: Acceptable = { json: true, eventStream: true };

/** The value that clients send if they follow the specification. */
const usual = 'application/json, text/event-stream';

/** The types that the client accepts by its `Accept`. Without that header it accepts everything (RFC 9110 §12.5.1). */
export function readAccept({ accept }: IncomingHttpHeaders): Acceptable {
  if (accept === undefined || accept === usual) return everything;
  const ranges = accept.toLowerCase().split(',').map(parseRange);
  return { json: accepts(ranges, 'application/json'), eventStream: accepts(ranges, 'text/event-stream') };
}

/**
 * Checks that the client accepts JSON, the type of every answer. MCP `basic/transports/streamable-http#sending-messages` says that it
 * MUST list both types; leaving out one that is not used does no harm.
 *
 * @throws ProtocolError `not_acceptable`
 */
export function checkAcceptsJson({ json }: Acceptable): void {
  if (!json) throw new ProtocolError('not_acceptable');
}

/**
 * Whether the client names `text/html` and prefers it to MCP's types, as browsers do when a person opens a URL. Wildcards do not count
 * as naming it, so programs that accept everything get the usual answer.
 */
export function prefersHtml({ accept }: IncomingHttpHeaders): boolean {
  if (accept === undefined || accept === usual) return false;
  const ranges = accept.toLowerCase().split(',').map(parseRange);
  const html = ranges.find(({ name }) => name === 'text/html')?.weight ?? 0;
  return html > weightOf(ranges, 'application/json') && html > weightOf(ranges, 'text/event-stream');
}

interface MediaRange {
  readonly name: string;
  readonly weight: number;
}

function accepts(ranges: readonly MediaRange[], mediaType: string): boolean {
  return weightOf(ranges, mediaType) > 0;
}

/** RFC 9110 §12.5.1: the most specific range decides. */
function weightOf(ranges: readonly MediaRange[], mediaType: string): number {
  const weight = (range: string): number | undefined => ranges.find(({ name }) => name === range)?.weight;
  const [type = ''] = mediaType.split('/');
  return weight(mediaType) ?? weight(`${type}/*`) ?? weight('*/*') ?? 0;
}

function parseRange(text: string): MediaRange {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { name, weight: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}
