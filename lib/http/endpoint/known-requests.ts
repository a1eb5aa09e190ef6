import type { KnownPayload } from '../../server/dispatch/observe-request.js';
import { parseJson } from '../../jsonrpc/parse-message.js';
import type { HostedRequest } from '../fields/hosted-request.js';
import { readMirrored } from '../fields/mirrored-fields.js';
import { withoutCopies } from '../fields/repeated-fields.js';
import { bodyOf } from './request-body.js';

/** Bytes of a body that are inspected for the record of a refused request. */
const maxPeekedBytes = 65_536;

/**
 * Finds out what a refused POST asked for, for its record. It uses the body if a parser of the app has read it, or if all of it arrived
 * with the header. Else it uses `Mcp-Method` and `Mcp-Name`. It never waits, and leaves the body for later readers.
 *
 * @returns undefined if that cannot be told
 */
export async function knownPayloadOf(request: HostedRequest): Promise<KnownPayload | undefined> {
  // Node delivers a body that came with its header in the same turn, but after the header.
  await Promise.resolve();
  try {
    const body = bodyOf(request) ?? peekedBody(request);
    if (body !== undefined) return body;
  } catch {
    // Not JSON; the header fields may still tell.
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
