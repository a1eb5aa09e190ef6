import { displayName } from '../../errors/display-name.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { GetPromptResult, PromptMessage } from '../../registry/content.js';
import type { Prompt } from '../../registry/prompt.js';
import { assertBlocks, withoutResultType } from '../handlers/content-blocks.js';
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
    // Before the prompt is looked up, so that malformed params tell nothing about what exists.
    const values = optionalStrings(params, 'arguments');
    const prompt = call.endpoint.catalog.prompts.get(name);
    if (prompt === undefined) throw unknownPrompt(name);
    return {
      items: [
        {
          access: prompt.access,
          target: { kind: 'prompt', name },
          args: values,
          notFound: () => unknownPrompt(name),
        },
      ],
      invoke: async () => {
        const result = await getPrompt(call, prompt, values);
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
): Promise<GetPromptResult | InputRequiredResult> {
  const missing = prompt.requiredArguments.find((argument) => !Object.hasOwn(values, argument));
  if (missing !== undefined) {
    throw new ProtocolError('invalid_params', `Prompt ${displayName(prompt.key)} needs the argument "${missing}"`);
  }
  const surplus = Object.keys(values).find((argument) => !prompt.argumentNames.has(argument));
  if (surplus !== undefined) {
    const message = `Prompt ${displayName(prompt.key)} has no argument ${displayName(surplus)}`;
    throw new ProtocolError('invalid_params', message);
  }
  try {
    const returned = await runInputRounds(call, (ctx) => prompt.handler(values, ctx));
    return returned instanceof InputRequiredResult ? returned : buildPromptResult(returned, prompt);
  } catch (error) {
    throw maskError(error, call, prompt.key);
  }
}

function buildPromptResult(returned: unknown, { key, description }: Prompt): GetPromptResult {
  const about = description === undefined ? {} : { description };
  if (typeof returned === 'string') {
    return { ...about, messages: [{ role: 'user', content: { type: 'text', text: returned } }] };
  }
  if (Array.isArray(returned)) return { ...about, messages: checked(returned) };
  if (isObject(returned) && Array.isArray(returned['messages'])) {
    return withoutResultType({ ...about, ...returned, messages: checked(returned['messages']) });
  }
  throw new TypeError(`Prompt "${key}" returned neither a text, nor messages, nor a result`);
}

function checked(messages: readonly unknown[]): readonly PromptMessage[] {
  const spoken = messages.filter((message) => isObject(message) && roles.includes(message['role']));
  if (spoken.length < messages.length) throw new TypeError('The role of every message must be "user" or "assistant"');
  assertBlocks(spoken.map((message) => (message as PromptMessage).content));
  return spoken as readonly PromptMessage[];
}

const roles: readonly unknown[] = ['user', 'assistant'];
