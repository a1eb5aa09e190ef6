import type { IncomingHttpHeaders } from 'node:http';
import { ProtocolError } from '../errors/protocol-error.js';

/**
 * The body must be JSON in UTF-8 (RFC 8259 §8.1), sent as it is.
 *
 * @throws ProtocolError `unsupported_media_type`
 */
export function checkContentType({
  'content-type': type = '',
  'content-encoding': encoding,
}: IncomingHttpHeaders): void {
  const [mediaType = '', ...parameters] = type
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='));
  const isUtf8 = charset === undefined || /^charset="?utf-?8"?$/.test(charset);
  if (mediaType !== 'application/json' || !isUtf8) throw new ProtocolError('unsupported_media_type');
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw new ProtocolError('unsupported_media_type', 'Send the body without Content-Encoding');
}

/** Whether the client takes a stream of events, on which messages can come before the answer. */
export function acceptsEventStream({ accept }: IncomingHttpHeaders): boolean {
  return accept === undefined || accepts(accept, 'text/event-stream');
}

/**
 * The client must take JSON, which is what it gets (MCP `basic/transports/streamable-http#sending-messages`: it MUST list
 * both media types; one that leaves out a type that is not used here does no harm).
 *
 * @throws ProtocolError `not_acceptable`
 */
export function checkAccept({ accept }: IncomingHttpHeaders): void {
  if (accept !== undefined && !accepts(accept, 'application/json')) throw new ProtocolError('not_acceptable');
}

function accepts(accept: string, mediaType: string): boolean {
  const ranges = accept.toLowerCase().split(',').map(parseRange);
  const weight = (range: string): number | undefined => ranges.find(({ name }) => name === range)?.weight;
  const [type = ''] = mediaType.split('/');
  // RFC 9110 §12.5.1: the most specific range decides.
  return (weight(mediaType) ?? weight(`${type}/*`) ?? weight('*/*') ?? 0) > 0;
}

function parseRange(text: string): { readonly name: string; readonly weight: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { name, weight: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}
