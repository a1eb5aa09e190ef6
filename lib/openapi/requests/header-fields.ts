import { ToolError } from '../../errors/tool-error.js';

// OpenAPI 3.1 §4.8.12.2.1 leaves the first three to other parts of the document. The rest describe the sender, the target or the
// framing of a request, or select another method. A model must not control them.
const ownFields: ReadonlySet<string> = new Set([
  ...['accept', 'content-type', 'authorization'],
  ...['proxy-authorization', 'proxy-authenticate', 'cookie', 'set-cookie', 'dpop', 'host', 'origin', 'referer'],
  ...['content-length', 'content-encoding', 'transfer-encoding', 'accept-encoding', 'te', 'trailer', 'expect'],
  ...['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'http2-settings', 'via', 'forwarded'],
  ...['x-real-ip', 'true-client-ip', 'cf-connecting-ip', 'fastly-client-ip', 'x-client-ip', 'x-cluster-client-ip'],
  ...['x-http-method', 'x-http-method-override', 'x-method-override', 'x-original-url', 'x-rewrite-url'],
]);

/**
 * Whether a header field is none that a caller of a tool may set.
 *
 * @param name - in any case
 */
export function isOwnField(name: string): boolean {
  const field = name.toLowerCase();
  return ownFields.has(field) || /^(?:x-forwarded|sec|proxy|mcp)-/.test(field);
}

/**
 * Checks the value of a header field.
 *
 * @param name - for the message
 * @param value - what the caller gave
 * @throws ToolError when the value could end the field or cannot be written in one (RFC 9110 §5.5)
 */
export function assertFieldValue(name: string, value: string): void {
  if (/^[\t\u0020-\u007E\u0080-\u00FF]*$/.test(value)) return;
  throw new ToolError(`${name} cannot have line breaks or characters beyond Latin-1: it travels in a header field.`);
}
