import type { ContentBlock, ResourceLink } from '../../registry/content.js';
import { isBinaryType, isJsonType, mediaTypeOf } from '../media-type.js';
import type { ReceivedAnswer } from './received-answer.js';
import { fieldOf } from './received-answer.js';

// Types of pictures that hosts show (MCP `server/tools#image-content`); other pictures become files.
const imageTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/**
 * The content of an answer that is not JSON: text, a picture, sound, or a file.
 *
 * @param answer - a whole answer
 * @param uri - its URL, or a URI that only names it
 */
export function contentOf({ headers, bytes }: ReceivedAnswer, uri: string): readonly ContentBlock[] {
  const type = mediaTypeOf(fieldOf(headers, 'content-type'));
  if (bytes.length === 0) return [];
  if (type === '' || isJsonType(type) || !isBinaryType(type)) {
    return [{ type: 'text', text: new TextDecoder(charsetOf(fieldOf(headers, 'content-type'))).decode(bytes) }];
  }
  const data = bytes.toString('base64');
  if (imageTypes.has(type)) return [{ type: 'image', data, mimeType: type }];
  if (type.startsWith('audio/')) return [{ type: 'audio', data, mimeType: type }];
  const name = fileName(headers);
  const told = `${name ?? 'A file'} (${type}, ${String(bytes.length)} bytes)`;
  return [
    { type: 'text', text: told },
    { type: 'resource', resource: { uri, mimeType: type, blob: data } },
  ];
}

/**
 * A link to a file that the client can fetch by itself.
 *
 * @param uri - absolute
 * @param headers - of the answer, for name and type
 */
export function linkTo(uri: string, headers: ReceivedAnswer['headers']): ResourceLink {
  const name =
    fileName(headers) ??
    uri
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1);
  return { type: 'resource_link', uri, name: name === undefined || name === '' ? uri : name };
}

// RFC 6266 §4.1
function fileName(headers: ReceivedAnswer['headers']): string | undefined {
  const disposition = fieldOf(headers, 'content-disposition') ?? '';
  const extended = /filename\*=utf-8''([^;\s]+)/i.exec(disposition)?.[1];
  if (extended !== undefined && !/%(?![0-9a-f]{2})/i.test(extended)) {
    try {
      return decodeURIComponent(extended);
    } catch {
      // The plain `filename` is used then.
    }
  }
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1]?.trim();
}

function charsetOf(contentType: string | undefined): string {
  const named = /charset="?([\w-]+)"?/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(named).encoding;
  } catch {
    return 'utf-8';
  }
}
