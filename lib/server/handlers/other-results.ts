import { isObject } from '../../jsonrpc/parse-message.js';
import { exampleOfBlock, isBlock, looksLikeBlock } from './content-blocks.js';

type Members = Readonly<Record<string, unknown>>;

/** A shape of another method, revision or vendor: its name, and what to return instead. */
type Lookalike = readonly [name: string, remedy: string];

/**
 * Refuses values that are no result of a tool and hardly meant as data: they would reach the model as JSON in a text.
 *
 * @param json - what the handler returned, as JSON
 * @throws TypeError with the name of the shape, and what to return instead
 */
export function assertNoOtherResult(json: unknown): void {
  const found = Array.isArray(json) ? likenessOfList(json) : isObject(json) ? likenessOf(json) : undefined;
  if (found !== undefined) throw new TypeError(`The handler returned ${found[0]}. Return ${found[1]}`);
}

function likenessOf(json: Members): Lookalike | undefined {
  return likenessToResult(json) ?? likenessToBlock(json) ?? likenessToMessage(json);
}

function likenessToResult(json: Members): Lookalike | undefined {
  const { contents, messages, jsonrpc, task, result, inputRequests, resultType } = json;
  if (isListOf(contents, isContents) && hasOnly(json, ['contents', '_meta'])) {
    return ['contents, which a resource returns', 'blocks of the type "resource"'];
  }
  if (isListOf(messages, isMessage) && hasOnly(json, ['messages', 'description', '_meta'])) {
    return ['messages, which a prompt returns', 'the blocks of their content'];
  }
  if (jsonrpc === '2.0' && ('result' in json || 'error' in json)) {
    return ['a JSON-RPC response', 'what its result holds, or throw a ToolError'];
  }
  if (hasOnly(json, ['toolResult', '_meta']) && 'toolResult' in json) {
    return ['toolResult, of the revision 2024-10-07', 'its value'];
  }
  if (hasOnly(json, ['result']) && isObject(result) && isListOf(result['content'], looksLikeBlock)) {
    return ['a result inside "result"', 'the inner one'];
  }
  if (isAsking(resultType) || (isListOf(valuesOf(inputRequests), isAskedByMethod) && !('content' in json))) {
    return ['an input_required result', 'ctx.inputRequired({ requests, state })'];
  }
  if (hasOnly(json, ['task', '_meta']) && isObject(task) && isText(task['taskId']) && isText(task['status'])) {
    return ['a task', "the tool's result, and write task: { … } in its definition"];
  }
  return undefined;
}

function isAsking(resultType: unknown): boolean {
  return resultType === 'input_required' || resultType === 'inputRequired';
}

function likenessToMessage(json: Members): Lookalike | undefined {
  if (!isMessage(json) || !hasOnly(json, ['role', 'content', 'model', 'stopReason', '_meta'])) return undefined;
  return ['a message, of a prompt or a model', 'the blocks of its content: { content: [message.content] }'];
}

const inOneBlock = 'a list in which some are content blocks and others are not';

function likenessOfList(list: readonly unknown[]): Lookalike | undefined {
  const isMixed = list.some(isBlock) && !list.every((each) => isBlock(each) || isText(each));
  const like = list.map((each) => (isObject(each) ? likenessToBlock(each) : undefined)).find(Boolean);
  if (like !== undefined) return like;
  if (isListOf(list, isMessage)) return ['messages, which a prompt returns', 'the blocks of their content'];
  return isMixed ? [inOneBlock, '{ content: […] } of blocks only, or JSON.stringify(list) as text'] : undefined;
}

/** Members by which a block of MCP that lacks others is known. */
const mainMembers = { text: 'text', image: 'data', audio: 'data', resource: 'resource', resource_link: 'uri' };

/** Blocks as the interfaces of models write them, by the member that holds their content. */
const foreignBlocks: ReadonlyMap<unknown, string> = new Map([
  ['image_url', 'image_url'],
  ['input_image', 'image_url'],
  ['input_audio', 'input_audio'],
  ['input_text', 'text'],
  ['output_text', 'text'],
  ['image', 'source'],
  ['document', 'source'],
]);

function likenessToBlock(json: Members): Lookalike | undefined {
  if (isBlock(json)) return undefined;
  const { type, uri, text, blob } = json;
  const foreign = foreignBlocks.get(type);
  if (foreign !== undefined && foreign in json) {
    return [
      `a block of the type ${JSON.stringify(type)} as a model's interface writes it`,
      "{ type: 'image', data, mimeType } or { type: 'text', text }",
    ];
  }
  if (!looksLikeBlock(json)) return undefined;
  const isFlat = json.type === 'resource' && isText(uri) && (isText(text) || isText(blob));
  if (!isFlat && !(mainMembers[json.type] in json)) return undefined;
  return [`a block of the type "${json.type}" without all that it needs`, exampleOfBlock(json.type)];
}

const isText = (value: unknown): boolean => typeof value === 'string';

function isListOf(value: unknown, isOne: (member: Members) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((member) => isObject(member) && isOne(member));
}

function valuesOf(value: unknown): readonly unknown[] {
  return isObject(value) ? Object.values(value) : [];
}

function hasOnly(json: Members, names: readonly string[]): boolean {
  return Object.keys(json).every((name) => names.includes(name));
}

function isContents({ uri, text, blob }: Members): boolean {
  return isText(uri) && (isText(text) || isText(blob));
}

function isMessage({ role, content }: Members): boolean {
  const isSpoken = isBlock(content) || isListOf(content, isBlock);
  return (role === 'user' || role === 'assistant') && isSpoken;
}

function isAskedByMethod({ method }: Members): boolean {
  return method === 'elicitation/create' || method === 'sampling/createMessage' || method === 'roots/list';
}
