import type { KnownPayload } from '../../server/dispatch/observe-request.js';
import { parseJson } from '../../jsonrpc/parse-message.js';
import type { HostedRequest } from '../fields/hosted-request.js';
import { readMirrored } from '../fields/mirrored-fields.js';
import { withoutCopies } from '../fields/repeated-fields.js';
import { bodyOf } from './request-body.js';

/** Bytes of a body that are looked at for the record of a refused request. */
const maxPeekedBytes = 65_536;

/**
 * What a POST that is refused wanted, for its record: the body, if a parser of the app has read it, or if all of it arrived with the
 * header fields; else what `Mcp-Method` and `Mcp-Name` say. Nothing is waited for, and nothing is taken from who reads the body later.
 *
 * @returns undefined when nothing is known
 */
export async function knownPayloadOf(request: HostedRequest): Promise<KnownPayload | undefined> {
  // Node hands over a body that came with its header in the same turn, but after the header.
  await Promise.resolve();
  try {
    const body = bodyOf(request) ?? peekedBody(request);
    if (body !== undefined) return body;
  } catch {
    // Not JSON; header fields may still tell.
  }
  return payloadOfFields(request);
}

function peekedBody(request: HostedRequest): KnownPayload | undefined {
  const { headers, readableFlowing, readableLength } = request;
  const isWhole =
    readableFlowing === null && readableLength > 0 && readableLength === Number(headers['content-length']);
  if (!isWhole || readableLength > maxPeekedBytes) return undefined;
  const bytes = request.read() as Buffer | null;
  if (bytes === null) return undefined;
  request.unshift(bytes);
  return { read: parseJson(bytes.toString('utf8')) };
}

function payloadOfFields({ headers }: HostedRequest): KnownPayload | undefined {
  const method = withoutCopies(headers['mcp-method'] as string | undefined);
  if (method === undefined || method === '') return undefined;
  return { unread: { id: undefined, method, params: readMirrored(headers, method) } };
}
