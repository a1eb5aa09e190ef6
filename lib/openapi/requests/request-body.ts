import { isObject } from '../../jsonrpc/parse-message.js';
import type { DocumentOperation } from '../document/operations.js';
import type { JsonObject, OpenApiDocument } from '../document/openapi-document.js';
import { mediaTypeOf, isBinaryType, isJsonType } from '../media-type.js';
import { mergeAllOf } from '../schemas/merge-all-of.js';

/** Format of a body. */
export type BodyKind = 'binary' | 'form' | 'json' | 'multipart' | 'text';

/** The body of a request. */
export interface RequestBody {
  readonly kind: BodyKind;
  readonly mediaType: string;
  readonly isRequired: boolean;
  readonly description: string | undefined;
  readonly schema: unknown;
  /** The encoding objects of a form's members, by name. */
  readonly encoding: Readonly<Record<string, JsonObject>>;
}

// If there are several media types, the first of these that models can write well is chosen.
const preference: readonly BodyKind[] = ['json', 'form', 'multipart', 'text', 'binary'];

/**
 * Reads the body that an operation takes.
 *
 * @param document - for references
 * @param operation - the operation
 * @returns undefined if it takes none
 * @throws UnusableError if it cannot be understood
 */
export function readRequestBody(
  document: OpenApiDocument,
  { source, facts }: DocumentOperation,
): RequestBody | undefined {
  // OpenAPI 3.0 §4.7.10: where HTTP gives a body no meaning, it is ignored.
  if (source['requestBody'] === undefined || facts.readOnly) return undefined;
  const body = document.object(source['requestBody'], 'the request body');
  const content = Object.entries(isObject(body['content']) ? body['content'] : {});
  const offered = content.map(([mediaType, media]) => ({ mediaType, media, kind: kindOf(mediaType) }));
  const chosen = preference.flatMap((kind) => offered.filter((one) => one.kind === kind))[0];
  if (chosen === undefined) return undefined;
  const { kind, mediaType, media } = chosen;
  const { schema, encoding } = isObject(media) ? media : {};
  return {
    kind,
    // A range such as `*/*` cannot be sent as a type.
    mediaType: mediaType.includes('*') ? rangeDefaults[kind] : mediaType,
    isRequired: body['required'] === true,
    description: typeof body['description'] === 'string' ? body['description'] : undefined,
    schema,
    encoding: isObject(encoding) ? Object.fromEntries(objectEntries(encoding)) : {},
  };
}

const rangeDefaults: Readonly<Record<BodyKind, string>> = {
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  multipart: 'multipart/form-data',
  text: 'text/plain',
  binary: 'application/octet-stream',
};

function kindOf(mediaType: string): BodyKind {
  const type = mediaTypeOf(mediaType);
  if (isJsonType(type) || type === '*/*' || type === 'application/*') return 'json';
  if (type === rangeDefaults.form) return 'form';
  if (type.startsWith('multipart/')) return 'multipart';
  return isBinaryType(type) ? 'binary' : 'text';
}

/** The schema of a file, as a model sees it. */
export const fileSchema = {
  type: 'string',
  contentEncoding: 'base64',
  description: 'A file: base64, or a data: URL such as data:text/plain;name=note.txt;base64,SGk=',
} as const;

/**
 * The schema of a body, with files in a form that a model can write.
 *
 * @param document - for references
 * @param body - the body
 */
export function bodySchema(document: OpenApiDocument, { kind, schema, encoding, mediaType }: RequestBody): unknown {
  if (kind === 'binary') return fileSchema;
  if (kind === 'text') return { type: 'string', description: `The text of the body (${mediaType}).` };
  if (kind !== 'multipart') return schema;
  const object = formObject(document, schema);
  const { properties } = object;
  if (!isObject(properties)) return object;
  const members = Object.entries(properties).map(([name, member]) => [
    name,
    fileAware(document, member, encoding[name]),
  ]);
  return { ...object, properties: Object.fromEntries(members) as JsonObject };
}

/**
 * The schema of a form as one object.
 *
 * @param document - for references
 * @param schema - as the document has it
 */
export function formObject(document: OpenApiDocument, schema: unknown): JsonObject {
  const found = document.object(schema ?? {}, 'the schema of the body');
  return mergeAllOf(document, found) ?? found;
}

/** The schema of a member of a multipart body: a file becomes a text with its contents. */
function fileAware(document: OpenApiDocument, member: unknown, encoding: JsonObject | undefined): unknown {
  if (isFile(document, member, encoding)) {
    const { description } = isObject(member) ? member : {};
    const told =
      typeof description === 'string' ? `${description} (${fileSchema.description})` : fileSchema.description;
    return { ...fileSchema, description: told };
  }
  if (!isObject(member) || !isFile(document, member['items'], encoding)) return member;
  return { ...member, items: fileSchema };
}

/**
 * Whether a member of a multipart body is a file: by its format or encoding in 3.0, by its media type in 3.1.
 *
 * @param document - for references
 * @param member - its schema
 * @param encoding - its encoding object
 */
export function isFile(document: OpenApiDocument, member: unknown, encoding: JsonObject | undefined): boolean {
  if (!isObject(member)) return false;
  const { type, format, contentEncoding, contentMediaType } = document.object(member, 'a member of the body');
  if (format === 'binary' || format === 'byte' || contentEncoding === 'base64') return true;
  if (type !== undefined && type !== 'string') return false;
  const declared: unknown = contentMediaType ?? encoding?.['contentType'];
  return typeof declared === 'string' && isBinaryType(mediaTypeOf(declared));
}

function objectEntries(value: JsonObject): readonly (readonly [string, JsonObject])[] {
  return Object.entries(value).filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
}
