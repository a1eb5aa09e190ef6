import { isObject } from '../../jsonrpc/parse-message.js';
import type { ContentBlock } from '../../registry/content.js';

type Members = Readonly<Record<string, unknown>>;

const isText = (value: unknown): boolean => typeof value === 'string';

/** What a block of each type has to have (MCP schema, `ContentBlock`). */
const hasWhatItNeeds: Readonly<Record<ContentBlock['type'], (block: Members) => boolean>> = {
  text: ({ text }) => isText(text),
  image: ({ data, mimeType }) => isText(data) && isText(mimeType),
  audio: ({ data, mimeType }) => isText(data) && isText(mimeType),
  resource: ({ resource }) => isContents(resource),
  resource_link: ({ uri, name }) => isText(uri) && isText(name),
};

/** Whether a value says that it is a content block; it may still be a wrong one. */
export function looksLikeBlock(value: unknown): value is Members & { readonly type: ContentBlock['type'] } {
  return isObject(value) && isText(value['type']) && Object.hasOwn(hasWhatItNeeds, value['type'] as string);
}

/**
 * Checks what a handler made, so that a mistake there is found here and not by every client.
 *
 * @param blocks - content blocks as a handler gave them
 * @throws TypeError that names the first block that no client could read
 */
export function assertBlocks(blocks: readonly unknown[]): asserts blocks is readonly ContentBlock[] {
  const wrong = blocks.findIndex((block) => !looksLikeBlock(block) || !hasWhatItNeeds[block.type](block));
  if (wrong !== -1) throw new TypeError(`content[${wrong}] is no content block that clients can read`);
}

/**
 * The same for the contents of a resource.
 *
 * @throws TypeError
 */
export function assertContents(contents: readonly unknown[]): void {
  const wrong = contents.findIndex((each) => !isContents(each));
  if (wrong !== -1) throw new TypeError(`contents[${wrong}] needs a uri, and text or blob`);
}

function isContents(value: unknown): boolean {
  return isObject(value) && isText(value['uri']) && (isText(value['text']) || isText(value['blob']));
}

/** What a handler returned without what only the server may say about it (MCP `basic/index#resulttype`). */
export function withoutResultType<T extends object>(result: T): T {
  if (!('resultType' in result)) return result;
  const { resultType: _ofTheServer, ...rest } = result;
  return rest as T;
}
