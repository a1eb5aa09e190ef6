/** A kind of object that JSON would change, mostly to `{}`. */
export interface UnsendableShape {
  /** With its article, for a message: `a Map`. */
  readonly name: string;
  /** The remedy. */
  readonly advice: string;
}

/** Advice about bytes; `bytes` is the argument of Buffer.from() that keeps each of them. */
const bytesAdviceFor = (bytes: string): string =>
  `Return Buffer.from(${bytes}).toString('base64') as the data of a content block: ` +
  "{ content: [{ type: 'image', data, mimeType: 'image/png' }] }.";
const bytesAdvice = bytesAdviceFor('bytes');
const blobAdvice = bytesAdviceFor('await blob.arrayBuffer()');
const streamAdvice = 'Read it to its end, and return the whole.';

/** By the name of the constructor, or by the object's own tag. */
const adviceOf: Readonly<Partial<Record<string, string>>> = {
  Map: 'Return Object.fromEntries(map), or an array.',
  Set: 'Return an array: [...set].',
  Promise: 'Await it.',
  Response: 'Return await response.text(), or await response.json().',
  Request: 'Return the members that you need of it.',
  Blob: blobAdvice,
  File: blobAdvice,
  ReadableStream: streamAdvice,
  Generator: streamAdvice,
  AsyncGenerator: streamAdvice,
  Error: 'Throw it, or throw a ToolError for what the model may know.',
};

/**
 * Whether JSON would lose the contents of an object: bytes, collections, streams, promises, errors, and instances without members that
 * JSON can see.
 *
 * @param value - an object or an array
 * @returns undefined if JSON can represent it
 */
export function unsendableShape(value: object): UnsendableShape | undefined {
  if (Array.isArray(value)) return undefined;
  // Buffers have a `toJSON`, but its result is rarely wanted.
  if (ArrayBuffer.isView(value)) return { name: nameOf(value), advice: viewAdvice(value) };
  if (isCallable(value, 'toJSON') || value instanceof String) return undefined;
  const tag = tagOf(value);
  const name = nameOf(value);
  if (isError(value)) return { name, advice: adviceOf['Error'] ?? '' };
  if (tag === 'ArrayBuffer' || tag === 'SharedArrayBuffer') return { name, advice: bytesAdvice };
  if (isCallable(value, 'then')) return { name, advice: adviceOf['Promise'] ?? '' };
  const isCollection = Symbol.iterator in value || Symbol.asyncIterator in value || isCallable(value, 'pipe');
  if (isCollection || isBlank(value)) return { name, advice: adviceOf[tag] ?? adviceForUnknown(isCollection) };
  return undefined;
}

/** Whether a value is an error, of any realm. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]';
}

/**
 * The name of a value's shape, with its article, for messages.
 *
 * @param value - anything
 */
export function shapeOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? nameOf(value) : withArticle(typeof value);
}

/** Buffer.from() of wider numbers would cut each to a byte, and of a DataView be empty. */
function viewAdvice(view: ArrayBufferView): string {
  if (!('BYTES_PER_ELEMENT' in view)) return bytesAdviceFor('view.buffer, view.byteOffset, view.byteLength');
  return view.BYTES_PER_ELEMENT === 1 ? bytesAdvice : 'Return Array.from(numbers).';
}

function adviceForUnknown(isCollection: boolean): string {
  return isCollection
    ? 'Return an array or a text of what it gives.'
    : 'JSON sees no members in it: return a plain object, or give its class a toJSON().';
}

/** An instance of a class without own members that JSON would include. */
function isBlank(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isPlain || value instanceof Number || value instanceof Boolean) return false;
  return Object.values(value).every((member) => typeof member === 'function' || member === undefined);
}

function isCallable(value: object, name: string): boolean {
  return name in value && typeof (value as Readonly<Record<string, unknown>>)[name] === 'function';
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

function nameOf(value: object): string {
  const tag = tagOf(value);
  const { constructor } = value as { readonly constructor?: unknown };
  const named = typeof constructor === 'function' ? constructor.name : '';
  return withArticle(tag !== 'Object' && tag in adviceOf ? tag : named === '' ? tag : named);
}

function withArticle(name: string): string {
  const bounded = name.slice(0, 60);
  return /^[AEIO]/i.test(bounded) ? `an ${bounded}` : `a ${bounded}`;
}
