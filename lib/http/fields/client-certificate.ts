import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { headerFields } from './repeated-fields.js';

/**
 * The certificate that the client has shown, in DER.
 *
 * @param request - the request
 * @param header - name of the header field that a proxy writes it into; undefined to look at the TLS connection itself
 */
export function clientCertificate(request: IncomingMessage, header: string | undefined): Uint8Array | undefined {
  if (header !== undefined) return fromField(headerFields(request, header));
  const socket = request.socket as Partial<TLSSocket>;
  // No certificate is an empty object, in spite of its type.
  const shown = socket.getPeerCertificate?.() as { readonly raw?: Buffer } | undefined;
  return shown?.raw;
}

const pem = /^-----BEGIN CERTIFICATE-----(?<base64>[A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/;

// RFC 9440 §2.1: a Byte Sequence of RFC 8941, that is Base64 between colons.
const byteSequence = /^:(?<base64>[A-Za-z0-9+/=]+):$/;

/** RFC 9440 (`Client-Cert`), URL-encoded PEM (`$ssl_client_escaped_cert` of nginx), or bare Base64. */
function fromField(fields: readonly string[]): Uint8Array | undefined {
  const [field, another] = fields;
  if (field === undefined || another !== undefined) return undefined;
  const text = field.includes('%') ? unescaped(field) : field;
  const base64 = (pem.exec(text) ?? byteSequence.exec(text))?.groups?.['base64'] ?? text;
  return /^[A-Za-z0-9+/=\s]+$/.test(base64) ? Buffer.from(base64, 'base64') : undefined;
}

function unescaped(field: string): string {
  try {
    return decodeURIComponent(field);
  } catch {
    return '';
  }
}
