import { isObject } from '../../jsonrpc/parse-message.js';
import { assertBlocks, looksLikeBlock, withoutResultType } from './content-blocks.js';
import type { CallToolResult, ContentBlock } from '../../registry/content.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import type { ValidationOutcome } from '../../registry/schemas/schema-issue.js';
import { describeIssues } from '../../registry/schemas/schema-issue.js';
import type { Tool } from '../../registry/tool.js';

/**
 * A call that failed in a way that the model may know of.
 *
 * @param text - what went wrong and what to do about it
 */
export function failedCall(text: string): CallToolResult {
  return { content: [{ type: 'text', text }], isError: true };
}

/**
 * Makes a full result of whatever a handler returned.
 *
 * @param returned - text, structured content, a full result, or any other value
 * @param tool - its output schema says what structured content has to look like
 * @throws TypeError when a content block is none that clients can read
 * @throws Error when the structured content does not fit the schema; the handler is wrong then, not the client
 */
export function buildToolResult(returned: unknown, tool: Tool): Eventually<CallToolResult> {
  const result = isFullResult(returned, tool) ? checked(returned) : wrap(returned, tool);
  if (tool.output === undefined || result.isError === true) return result;
  // server/tools#output-schema: servers MUST provide structured results that conform to the schema.
  return andThen(tool.output.validate(result.structuredContent), (outcome) => conforming(result, outcome, tool));
}

function conforming(result: CallToolResult, outcome: ValidationOutcome, tool: Tool): CallToolResult {
  if (outcome.valid) {
    // A schema may have changed the value.
    return outcome.value === result.structuredContent ? result : { ...result, structuredContent: outcome.value };
  }
  throw new Error(`What tool "${tool.key}" returned does not fit its outputSchema: ${describeIssues(outcome.issues)}`);
}

/**
 * A full result has `content` made of content blocks. Where there is an output schema, an object could look like that
 * by chance, so it also has to bring structured content or say that it failed.
 */
function isFullResult(value: unknown, { output }: Tool): value is CallToolResult {
  if (!isObject(value) || !Array.isArray(value['content'])) return false;
  if (!value['content'].every(looksLikeBlock)) return false;
  return output === undefined || 'structuredContent' in value || value['isError'] === true;
}

function checked(result: CallToolResult): CallToolResult {
  assertBlocks(result.content);
  return withoutResultType(result);
}

function wrap(value: unknown, { output }: Tool): CallToolResult {
  if (output !== undefined) {
    // server/tools#structured-content: SHOULD also be there as text, for clients that do not know it.
    return { content: textOf(JSON.stringify(value)), structuredContent: value };
  }
  return { content: textOf(typeof value === 'string' ? value : JSON.stringify(value)) };
}

// JSON.stringify gives undefined for undefined, functions and symbols: a tool that returns nothing says nothing.
function textOf(text: string | undefined): readonly ContentBlock[] {
  return text === undefined ? [] : [{ type: 'text', text }];
}
