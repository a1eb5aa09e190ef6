import { randomUUID } from 'node:crypto';
import { ToolError } from '../../errors/tool-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { JsonObject } from '../document/openapi-document.js';
import { readFileText } from './file-text.js';
import type { RequestBody } from './request-body.js';
import { formPairs, percentEncode, scalarText } from './serialize-parameter.js';

/** A body as it travels. */
export interface EncodedBody {
  readonly bytes: Buffer;
  readonly contentType: string;
}

/** A body, and which members of a multipart one are files. */
export interface BodyPlan extends RequestBody {
  readonly files: ReadonlySet<string>;
}

/**
 * Writes the body of a request.
 *
 * @param plan - what the operation takes
 * @param value - the argument
 * @throws ToolError when a file is no base64, or the value cannot be written in this form
 */
export function encodeBody(plan: BodyPlan, value: unknown): EncodedBody {
  const { kind, mediaType } = plan;
  if (kind === 'json') return { bytes: Buffer.from(JSON.stringify(value)), contentType: mediaType };
  if (kind === 'text') return { bytes: Buffer.from(scalarText(value)), contentType: withCharset(mediaType) };
  if (kind === 'binary') return encodeFile(mediaType, value);
  if (!isObject(value)) throw new ToolError('body must be an object: it is sent as a form.');
  if (kind === 'multipart') return encodeMultipart(plan, value);
  const pairs = Object.entries(value).flatMap(([name, member]) => memberPairs(name, member, plan.encoding[name]));
  return { bytes: Buffer.from(pairs.map((pair) => pair.join('=')).join('&')), contentType: mediaType };
}

function withCharset(mediaType: string): string {
  return mediaType.startsWith('text/') && !mediaType.includes('charset') ? `${mediaType}; charset=utf-8` : mediaType;
}

function encodeFile(mediaType: string, value: unknown): EncodedBody {
  const file = readFileText(value, 'body');
  return { bytes: file.bytes, contentType: file.mediaType ?? mediaType };
}

/** A member of a form: by its style if the document gives one, else objects as JSON and arrays repeated (OpenAPI 3.1 §4.8.15). */
function memberPairs(
  name: string,
  value: unknown,
  encoding: JsonObject | undefined,
): readonly (readonly [string, string])[] {
  const { style, explode, allowReserved } = encoding ?? {};
  if (style === undefined && explode === undefined && isObject(value)) {
    return [[percentEncode(name), percentEncode(JSON.stringify(value))]];
  }
  const named = typeof style === 'string' ? style : 'form';
  const isExploded = typeof explode === 'boolean' ? explode : named === 'form';
  return formPairs(name, value, { style: named, explode: isExploded, allowReserved: allowReserved === true });
}

// RFC 7578. The boundary is random, so that no value can contain it.
function encodeMultipart({ mediaType, encoding, files }: BodyPlan, value: JsonObject): EncodedBody {
  const boundary = `express-mcp-${randomUUID()}`;
  const parts = Object.entries(value).flatMap(([name, member]) => {
    if (member === null || member === undefined) return [];
    const each: readonly unknown[] = Array.isArray(member) ? member : [member];
    return each.map((one) =>
      files.has(name) ? filePart(name, one, encoding[name]) : valuePart(name, one, encoding[name]),
    );
  });
  const framed = parts.flatMap(({ head, bytes }) => [
    Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ]);
  const type = mediaType.split(';')[0] ?? mediaType;
  return {
    bytes: Buffer.concat([...framed, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `${type}; boundary=${boundary}`,
  };
}

interface Part {
  readonly head: string;
  readonly bytes: Buffer;
}

function filePart(name: string, value: unknown, encoding: JsonObject | undefined): Part {
  const { bytes, mediaType, name: fileName = name } = readFileText(value, `body.${name}`);
  const type = mediaType ?? declaredType(encoding) ?? 'application/octet-stream';
  const head = `Content-Disposition: form-data; name="${quotable(name)}"; filename="${quotable(fileName)}"`;
  return { head: `${head}\r\nContent-Type: ${type}`, bytes };
}

function valuePart(name: string, value: unknown, encoding: JsonObject | undefined): Part {
  const type = declaredType(encoding) ?? (typeof value === 'object' ? 'application/json' : undefined);
  const head = `Content-Disposition: form-data; name="${quotable(name)}"`;
  return {
    head: type === undefined ? head : `${head}\r\nContent-Type: ${type}`,
    bytes: Buffer.from(scalarText(value)),
  };
}

/** The media type of a part, if the document names exactly one. */
function declaredType(encoding: JsonObject | undefined): string | undefined {
  const declared = encoding?.['contentType'];
  return typeof declared === 'string' && /^[\w.+-]+\/[\w.+-]+(?:; ?[\w-]+=[\w-]+)?$/.test(declared)
    ? declared
    : undefined;
}

/** WHATWG HTML, multipart/form-data encoding: these three would end the name. */
function quotable(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
