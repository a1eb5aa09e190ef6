import { isObject } from '../../jsonrpc/parse-message.js';
import type { ContentBlock } from '../../registry/content.js';
import { annotations, byteCount, icons, meta, text, wrongMember } from '../../registry/content-rules.js';
import { assertBase64 } from './base64-data.js';

type Members = Readonly<Record<string, unknown>>;

const isText = (value: unknown): boolean => typeof value === 'string';

/** Required members of each type of block (MCP schema, `ContentBlock`). */
const hasWhatItNeeds: Readonly<Record<ContentBlock['type'], (block: Members) => boolean>> = {
  text: ({ text: words }) => isText(words),
  image: ({ data, mimeType }) => isText(data) && isText(mimeType),
  audio: ({ data, mimeType }) => isText(data) && isText(mimeType),
  resource: ({ resource }) => isContents(resource),
  resource_link: ({ uri, name }) => isText(uri) && isText(name),
};

/** Rules for optional members. */
const optionalMembers = { annotations, _meta: meta };
const optionalOfLinks = { title: text, description: text, mimeType: text, size: byteCount, icons };
const optionalOfContents = { mimeType: text, _meta: meta };

/** Whether a value has the type of a content block; it may still be invalid. */
export function looksLikeBlock(value: unknown): value is Members & { readonly type: ContentBlock['type'] } {
  return isObject(value) && isText(value['type']) && Object.hasOwn(hasWhatItNeeds, value['type'] as string);
}

/** Whether a value is exactly a content block, so that it cannot be meant as data. */
export function isBlock(value: unknown): value is ContentBlock {
  return looksLikeBlock(value) && hasWhatItNeeds[value.type](value);
}

/**
 * Checks the blocks of a handler, so that a mistake is found here and not by every client.
 *
 * @param blocks - the handler's content blocks
 * @throws TypeError that names the first invalid block, and the remedy
 */
export function assertBlocks(blocks: readonly unknown[]): asserts blocks is readonly ContentBlock[] {
  for (const [index, block] of blocks.entries()) assertBlock(block, `content[${String(index)}]`);
}

/**
 * Checks one block.
 *
 * @param block - the handler's content block
 * @param place - of the block, for messages
 * @throws TypeError
 */
export function assertBlock(block: unknown, place: string): asserts block is ContentBlock {
  if (!isBlock(block)) throw new TypeError(`${place} is no content block that clients can read${kindOf(block)}`);
  assertMembersOf(block, optionalMembers, place);
  if (block.type === 'image' || block.type === 'audio') assertBase64(block.data, `${place}.data`);
  else if (block.type === 'resource') assertOneOfContents(block.resource, `${place}.resource`);
  else if (block.type === 'resource_link') assertMembersOf(block, optionalOfLinks, place);
}

/** Members that a type needs, as a developer writes them. */
const exampleOf: Readonly<Record<ContentBlock['type'], string>> = {
  text: "{ type: 'text', text } with a string",
  image: "{ type: 'image', data, mimeType } with two strings",
  audio: "{ type: 'audio', data, mimeType } with two strings",
  resource: "{ type: 'resource', resource: { uri, text } }, or blob for text",
  resource_link: "{ type: 'resource_link', uri, name } with two strings",
};

/** A block of a type with all that it needs, for messages. */
export function exampleOfBlock(type: ContentBlock['type']): string {
  return exampleOf[type];
}

function kindOf(block: unknown): string {
  if (looksLikeBlock(block)) return `: write ${exampleOfBlock(block.type)}`;
  if (isText(block)) return `: a text alone is none, write ${exampleOfBlock('text')}`;
  const known = Object.keys(hasWhatItNeeds).join(', ');
  const type: unknown = isObject(block) ? block['type'] : undefined;
  return isText(type)
    ? `: there is no type ${JSON.stringify(type).slice(0, 60)}, known are ${known}`
    : `: write a type, one of ${known}`;
}

/**
 * The same for the contents of a resource.
 *
 * @throws TypeError
 */
export function assertContents(contents: readonly unknown[]): void {
  for (const [index, each] of contents.entries()) {
    if (!isContents(each)) throw new TypeError(`contents[${String(index)}] needs a uri, and text or blob`);
    assertOneOfContents(each, `contents[${String(index)}]`);
  }
}

function assertOneOfContents(contents: Members, place: string): void {
  assertMembersOf(contents, optionalOfContents, place);
  if (isText(contents['blob'])) assertBase64(contents['blob'] as string, `${place}.blob`);
}

/**
 * Checks optional members.
 *
 * @param value - the object that has them
 * @param rules - for each member
 * @param place - of the object, for messages
 * @throws TypeError
 */
export function assertMembersOf(value: object, rules: Parameters<typeof wrongMember>[1], place: string): void {
  const wrong = wrongMember(value as Members, rules);
  if (wrong !== undefined) throw new TypeError(`${place}${wrong}`);
}

function isContents(value: unknown): value is Members {
  return isObject(value) && isText(value['uri']) && (isText(value['text']) || isText(value['blob']));
}

/** Removes `resultType`, which only the server may set (MCP `basic/index#resulttype`). */
export function withoutResultType<T extends object>(result: T): T {
  if (!('resultType' in result)) return result;
  const { resultType: _ofTheServer, ...rest } = result;
  return rest as T;
}
