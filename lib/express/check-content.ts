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

/**
 * The client must take JSON, which is what it gets (MCP `basic/transports/streamable-http#sending-messages`: it MUST list
 * both media types; one that leaves out a type that is not used here does no harm).
 *
 * @throws ProtocolError `not_acceptable`
 */
export function checkAccept({ accept }: IncomingHttpHeaders): void {
  if (accept === undefined) return;
  const ranges = accept.toLowerCase().split(',').map(parseRange);
  const weight = (range: string): number | undefined => ranges.find(({ name }) => name === range)?.weight;
  // RFC 9110 §12.5.1: the most specific range decides.
  const json = weight('application/json') ?? weight('application/*') ?? weight('*/*') ?? 0;
  if (json === 0) throw new ProtocolError('not_acceptable');
}

function parseRange(text: string): { readonly name: string; readonly weight: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim());
  const quality = parameters.find((parameter) => parameter.startsWith('q='));
  return { name, weight: quality === undefined ? 1 : Number(quality.slice(2)) || 0 };
}
