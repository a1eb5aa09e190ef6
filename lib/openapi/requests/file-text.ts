import { ToolError } from '../../errors/tool-error.js';

/** A file that a caller gave as text. */
export interface GivenFile {
  readonly bytes: Buffer;
  /** Undefined if the caller did not say. */
  readonly mediaType: string | undefined;
  readonly name: string | undefined;
}

const dataUrl = /^data:([^,]*),/i;

/**
 * Reads a file out of a text: base64, or a `data:` URL (RFC 2397).
 *
 * @param text - what the caller gave
 * @param what - which argument it is, for the message
 * @throws ToolError when it is neither
 */
export function readFileText(text: unknown, what: string): GivenFile {
  if (typeof text !== 'string') throw new ToolError(`${what} must be a text: base64, or a data: URL.`);
  const [head, parameters = ''] = dataUrl.exec(text) ?? [];
  if (head === undefined) return { bytes: fromBase64(text, what), mediaType: undefined, name: undefined };
  const [mediaType = '', ...others] = parameters.split(';');
  const rest = text.slice(head.length);
  const isBase64 = others.at(-1)?.trim().toLowerCase() === 'base64';
  const name = others
    .find((one) => one.trim().toLowerCase().startsWith('name='))
    ?.trim()
    .slice(5);
  return {
    bytes: isBase64 ? fromBase64(rest, what) : Buffer.from(decoded(rest, what)),
    mediaType: /^[\w.+-]+\/[\w.+-]+$/.test(mediaType) ? mediaType : undefined,
    name: name === undefined ? undefined : decoded(name, what),
  };
}

function fromBase64(text: string, what: string): Buffer {
  const compact = text.replace(/\s+/g, '');
  // Also base64url: models write both.
  if (/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) return Buffer.from(compact, 'base64');
  throw new ToolError(`${what} is not base64. Give the bytes as base64, or a data: URL.`);
}

function decoded(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ToolError(`${what} is no data: URL: it has a percent sign that encodes nothing.`);
  }
}
