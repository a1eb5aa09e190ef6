/**
 * The type and subtype of a media type, in lower case.
 *
 * @param value - of a `Content-Type` field, or a key of `content`
 */
export function mediaTypeOf(value: unknown): string {
  return typeof value === 'string' ? (value.split(';')[0] ?? '').trim().toLowerCase() : '';
}

/** Whether a media type is JSON, also by its suffix (RFC 6839 §3.1). */
export function isJsonType(type: string): boolean {
  return /^(?:application|text)\/(?:[^/]+\+)?json$/.test(type);
}

const textTypes = /^text\/|[/+](?:xml|yaml|x-yaml|csv|javascript|ecmascript|graphql|sql|toml)$/;

// Each line, or each record, is one JSON text.
const lineTypes = /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-seq|json-lines|stream\+json|json-stream)$/;

/** Whether a media type is a sequence of JSON texts. */
export function isJsonLinesType(type: string): boolean {
  return lineTypes.test(type);
}

/** Whether a body of a media type is no text. */
export function isBinaryType(type: string): boolean {
  const isText = textTypes.test(type) || isJsonType(type) || isJsonLinesType(type);
  return !isText && type !== 'application/x-www-form-urlencoded';
}
