import { isObject } from '../../jsonrpc/parse-message.js';
import type { CallToolResult, ContentBlock } from '../../registry/content.js';
import type { CompiledSchema } from '../../registry/schemas/schema-compiler.js';
import { assertBlocks, isBlock, looksLikeBlock } from './content-blocks.js';
import { assertNoOtherResult } from './other-results.js';

/** A result as far as its handler wrote it. */
export type ReadResult = Omit<CallToolResult, 'content'> & { readonly content?: readonly ContentBlock[] };

type Members = Readonly<Record<string, unknown>>;

const resultMembers: ReadonlySet<string> = new Set(['content', 'structuredContent', 'isError', '_meta', 'resultType']);
/** Members as Python and its SDKs spell them. */
const otherSpellings: ReadonlyMap<string, string> = new Map([
  ['is_error', 'isError'],
  ['iserror', 'isError'],
  ['structured_content', 'structuredContent'],
  ['structuredcontent', 'structuredContent'],
]);
const blockMembers: ReadonlySet<string> = new Set([
  ...['type', 'text', 'data', 'mimeType', 'resource', 'uri', 'name', 'title', 'description', 'size', 'icons'],
  ...['annotations', '_meta'],
]);

/**
 * Distinguishes a result from data. Data has members of its own. An object with members of a result only, or with content blocks, is a
 * result, unless the output schema has the same members.
 *
 * @param json - the handler's value, as JSON
 * @param output - of the tool
 * @returns undefined for data
 * @throws TypeError for an invalid result, with the remedy
 */
export function readResult(json: unknown, output: CompiledSchema | undefined): ReadResult | undefined {
  const parts: readonly unknown[] = Array.isArray(json) ? json : [json];
  const blocks = parts.map((part) => (typeof part === 'string' ? { type: 'text' as const, text: part } : part));
  // A list of texts alone is data.
  if (parts.some(isBareBlock) && blocks.every(isBareBlock) && !speaksOf('type', output)) {
    // A tool without a schema says what the blocks say.
    return complete({ content: blocks }, output);
  }
  if (!isObject(json)) {
    if (output === undefined) assertNoOtherResult(json);
    return undefined;
  }
  assertSpelling(json, output);
  if (isMeantAsResult(json, output)) return complete(readMembers(json), output);
  if (isWithoutContent(json) && !speaksOf('isError', output)) {
    throw new TypeError(
      "The handler returned isError without content. Write throw new ToolError('what went wrong'), or content: [] beside it",
    );
  }
  if (output === undefined) assertNoOtherResult(json);
  return undefined;
}

/** A client would take `{ content, is_error: true }` for a success. */
function assertSpelling(json: Members, output: CompiledSchema | undefined): void {
  const names = Object.keys(json);
  const wrong = names.find((name) => otherSpellings.has(name) && !speaksOf(name, output));
  if (wrong === undefined) return;
  const { content } = json;
  const hasBlock = Array.isArray(content) && content.some(looksLikeBlock);
  if (!hasBlock && !names.every((name) => resultMembers.has(name) || otherSpellings.has(name))) return;
  throw new TypeError(`The handler returned a result with ${wrong}. Write ${otherSpellings.get(wrong) ?? ''}`);
}

/** An error without a text, or an object that only says that there is none. */
function isWithoutContent(json: Members): boolean {
  if ('content' in json) return false;
  const names = Object.keys(json);
  return json['isError'] === true || (json['isError'] === false && names.every((name) => resultMembers.has(name)));
}

function isBareBlock(value: unknown): value is ContentBlock {
  return isBlock(value) && Object.keys(value).every((name) => blockMembers.has(name));
}

function isMeantAsResult(json: Members, output: CompiledSchema | undefined): boolean {
  const { content } = json;
  const isFull = Array.isArray(content) && content.every(looksLikeBlock);
  // With a schema, an object could look like that by chance.
  if (isFull && (output === undefined || 'structuredContent' in json || json['isError'] === true)) return true;
  const member = 'structuredContent' in json ? 'structuredContent' : 'content';
  if (!(member in json) || speaksOf(member, output)) return false;
  const hasBlock = Array.isArray(content) && content.some(looksLikeBlock);
  return hasBlock || Object.keys(json).every((name) => resultMembers.has(name));
}

function readMembers(json: Members): ReadResult {
  const { content, ...rest } = json;
  if (content === undefined) {
    return rest;
  }
  if (typeof content === 'string') return { ...rest, content: [{ type: 'text', text: content }] };
  if (isBlock(content)) return { ...rest, content: [content] };
  if (Array.isArray(content)) return { ...rest, content: content as readonly ContentBlock[] };
  throw new TypeError(
    "The handler returned a result whose content is no array of content blocks. Write content: [{ type: 'text', text }], " +
      'or return data under another name than content',
  );
}

function complete(result: ReadResult, output: CompiledSchema | undefined): ReadResult {
  if (result.content !== undefined) assertBlocks(result.content);
  if (output === undefined || 'structuredContent' in result || result.isError === true) return result;
  throw new TypeError(
    'The handler returned content without structuredContent, and the tool has an outputSchema. Return both: ' +
      '{ content, structuredContent }, or the data alone',
  );
}

const texts = new WeakMap<CompiledSchema, string>();

/** Whether a schema names a member, anywhere: then a value that has it may be data. */
function speaksOf(member: string, output: CompiledSchema | undefined): boolean {
  if (output === undefined) return false;
  const text = texts.get(output) ?? JSON.stringify(output.json);
  texts.set(output, text);
  return text.includes(`${JSON.stringify(member)}:${member === 'type' ? '{' : ''}`);
}
