import { displayName } from '../../errors/display-name.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import { resultMeta, text } from '../../registry/content-rules.js';
import type { ContentBlock, GetPromptResult, PromptMessage } from '../../registry/content.js';
import type { Prompt } from '../../registry/prompt.js';
import type { OperationItem } from '../authorization/operation.js';
import type { ValidationOutcome } from '../../registry/schemas/schema-issue.js';
import { describeIssues } from '../../registry/schemas/schema-issue.js';
import type { Eventually } from '../../promises/and-then.js';
import { reportError } from '../reporting/report-error.js';
import { assertStillAllowed } from '../authorization/authorize.js';
import { aroundHandler } from '../handlers/around-handler.js';
import { assertBlock, assertMembersOf, withoutResultType } from '../handlers/content-blocks.js';
import { toJsonValue } from '../handlers/json-value.js';
import { isError, shapeOf } from '../handlers/unsendable-shape.js';
import type { RequestInWork } from '../call/call.js';
import { maskError } from '../reporting/internal-error.js';
import { InputRequiredResult, runInputRounds } from '../handlers/input-rounds.js';
import type { Method } from '../call/method.js';
import { optionalStrings, requireString } from '../call/params.js';

/** MCP `server/prompts#getting-a-prompt`. */
export const promptsGet: Method = {
  name: 'prompts/get',
  eras: ['legacy', 'modern'],
  feature: 'prompts',
  locate: (call) => {
    const { params } = call.request;
    const name = requireString(params, 'name');
    // Before the prompt is looked up, so that malformed params reveal nothing about existing items.
    const values = optionalStrings(params, 'arguments');
    const prompt = call.endpoint.catalog.prompts.get(name);
    if (prompt === undefined) throw unknownPrompt(name);
    const target = { kind: 'prompt', name } as const;
    const item: OperationItem = { access: prompt.access, target, args: values, notFound: () => unknownPrompt(name) };
    return {
      items: [item],
      invoke: async () => {
        const result = await getPrompt(call, prompt, values, item);
        const presented =
          result instanceof InputRequiredResult ? result.result : call.revision.presentPromptResult(result);
        return call.revision.completeResult(presented, call.endpoint.catalog.serverInfo);
      },
    };
  },
};

/** server/prompts#error-handling: an unknown prompt and a missing argument are -32602. */
export function unknownPrompt(name: string): ProtocolError {
  return new ProtocolError('invalid_params', `Unknown prompt: ${displayName(name)}`);
}

async function getPrompt(
  call: RequestInWork,
  prompt: Prompt,
  values: Readonly<Record<string, string>>,
  item: OperationItem,
): Promise<GetPromptResult | InputRequiredResult> {
  assertNames(prompt, values);
  const args = await validArguments(call, prompt, values, item);
  try {
    const handler = aroundHandler(call, {
      item,
      owner: prompt,
      args,
      handle: (given, ctx) => prompt.handler(given, ctx),
      validate: (given) => validatePassedOn(prompt, given),
    });
    const returned = await runInputRounds(call, handler);
    return returned instanceof InputRequiredResult ? returned : buildPromptResult(returned, prompt);
  } catch (error) {
    throw maskError(error, call, prompt.key);
  }
}

/** Arguments that a middleware passes on: texts, as a client sends them. */
function validatePassedOn(prompt: Prompt, args: Readonly<Record<string, unknown>>): Eventually<ValidationOutcome> {
  try {
    const values = optionalStrings({ arguments: args }, 'arguments');
    assertNames(prompt, values);
    return prompt.arguments.validate?.(values) ?? { valid: true, value: args };
  } catch (error) {
    return { valid: false, issues: [{ path: '', message: error instanceof Error ? error.message : 'invalid' }] };
  }
}

/**
 * The arguments as the handler gets them.
 *
 * @throws ProtocolError `invalid_params`, and what `authorize` throws if arguments that a schema changed need more scopes
 */
async function validArguments(
  call: RequestInWork,
  prompt: Prompt,
  values: Readonly<Record<string, string>>,
  item: OperationItem,
): Promise<unknown> {
  if (prompt.arguments.validate === undefined) return values;
  const outcome = await prompt.arguments.validate(values);
  if (!outcome.valid) {
    const { cause, issues } = outcome;
    // A schema that throws is a mistake of the app's or of a caller's: the operator gets the error, the caller only the issue.
    const where = { method: 'prompts/get', target: prompt.key };
    if (cause !== undefined) reportError(call.endpoint.reportError, cause, where);
    const message = `Invalid arguments for prompt ${displayName(prompt.key)}: ${describeIssues(issues)}`;
    throw new ProtocolError('invalid_params', message, { data: { issues } });
  }
  // Decisions that depend on arguments must use those that the handler gets.
  await assertStillAllowed({ ...item, args: isObject(outcome.value) ? outcome.value : {} }, call.caller);
  return outcome.value;
}

/** @throws ProtocolError `invalid_params` */
function assertNames(prompt: Prompt, values: Readonly<Record<string, string>>): void {
  const missing = prompt.arguments.required.find((argument) => !Object.hasOwn(values, argument));
  if (missing !== undefined) {
    throw new ProtocolError('invalid_params', `Prompt ${displayName(prompt.key)} needs the argument "${missing}"`);
  }
  const surplus = Object.keys(values).find((argument) => !prompt.arguments.names.has(argument));
  if (surplus !== undefined) {
    const message = `Prompt ${displayName(prompt.key)} has no argument ${displayName(surplus)}`;
    throw new ProtocolError('invalid_params', message);
  }
}

function buildPromptResult(returned: unknown, { key, description }: Prompt): GetPromptResult {
  const about = description === undefined ? {} : { description };
  if (typeof returned === 'string') return { ...about, messages: [spokenByUser({ type: 'text', text: returned })] };
  // Handlers that return an error mean the same as those that throw it.
  if (isError(returned)) throw returned;
  const json = toJsonValue(returned);
  if (Array.isArray(json)) return { ...about, messages: checked(json) };
  if (isObject(json) && Array.isArray(json['messages'])) {
    assertMembersOf(json, { description: text, _meta: resultMeta }, 'The result');
    return withoutResultType({ ...about, ...json, messages: checked(json['messages']) });
  }
  throw new TypeError(
    `Prompt "${key}" returned neither a text, nor messages, nor a result, but ${shapeOf(returned)}. ` +
      "Write [{ role: 'user', content: { type: 'text', text } }]",
  );
}

function spokenByUser(content: ContentBlock): PromptMessage {
  return { role: 'user', content };
}

function checked(messages: readonly unknown[]): readonly PromptMessage[] {
  return messages.map((message, index) => {
    if (!isObject(message) || !roles.includes(message['role'])) {
      throw new TypeError('The role of every message must be "user" or "assistant"');
    }
    const { content } = message;
    const place = `messages[${String(index)}].content`;
    if (Array.isArray(content)) throw new TypeError(`${place} is a list. Write a message for each of its blocks`);
    // A text alone is how models' interfaces write it, and means one block.
    const block: unknown = typeof content === 'string' ? { type: 'text', text: content } : content;
    assertBlock(block, place);
    return { ...(message as unknown as PromptMessage), content: block };
  });
}

const roles: readonly unknown[] = ['user', 'assistant'];
