import { isObject } from '../../jsonrpc/parse-message.js';
import { flag, resultMeta } from '../../registry/content-rules.js';
import { assertMembersOf, withoutResultType } from './content-blocks.js';
import { toJsonValue } from './json-value.js';
import type { ReadResult } from './result-shape.js';
import { readResult } from './result-shape.js';
import { isError } from './unsendable-shape.js';
import type { CallToolResult, ContentBlock } from '../../registry/content.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import type { CompiledSchema } from '../../registry/schemas/schema-compiler.js';
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
 * Makes a full result of whatever a handler returned. JSON is made of it first; that is validated, and that is sent.
 *
 * @param returned - text, structured content, a full result, or any other value
 * @param tool - its output schema says what structured content has to look like
 * @throws TypeError when JSON cannot carry it, or it is no result that clients can read
 * @throws Error when the structured content does not fit the schema; the handler is wrong then, not the client
 * @throws what the handler returned, if that is an error
 */
export function buildToolResult(returned: unknown, tool: Tool): Eventually<CallToolResult> {
  if (typeof returned === 'string' && tool.output === undefined) return { content: textOf(returned) };
  // Handlers that return an error mean the same as those that throw it.
  if (isError(returned)) throw returned;
  const json = toJsonValue(returned);
  const result = readResult(json, tool.output);
  if (result === undefined) {
    if (tool.output === undefined) return { content: textOf(JSON.stringify(json)) };
    return structured({ structuredContent: json }, returned, tool);
  }
  assertMembersOf(result, { isError: flag, _meta: resultMeta }, 'The result');
  const { structuredContent: given } = isObject(returned) ? returned : {};
  return structured(withoutResultType(result), given, tool);
}

/**
 * Validates the structured content of a result, and completes the result by it.
 *
 * @param raw - the structured content as the handler returned it
 */
function structured(result: ReadResult, raw: unknown, tool: Tool): Eventually<CallToolResult> {
  const { output } = tool;
  if (output === undefined || result.isError === true) return completed(result);
  // server/tools#output-schema: servers MUST provide structured results that conform to the schema.
  return andThen(validate(result.structuredContent, raw, output), (outcome) => {
    if (!outcome.valid) throw unfit(outcome, tool);
    // A library's schema may have changed the value, even into one that is no JSON yet.
    const isAsGiven = outcome.value === result.structuredContent;
    return completed(isAsGiven ? result : { ...result, structuredContent: toJsonValue(outcome.value) });
  });
}

function validate(json: unknown, raw: unknown, output: CompiledSchema): Eventually<ValidationOutcome> {
  return andThen(output.validate(json), (outcome) =>
    // `z.date().transform(…)` takes the date itself, and what comes out of the library is made JSON in turn.
    outcome.valid || output.isOfLibrary !== true || raw === json
      ? outcome
      : andThen(output.validate(raw), (given) => (given.valid ? given : outcome)),
  );
}

function unfit({ issues, cause }: Extract<ValidationOutcome, { readonly valid: false }>, { key }: Tool): Error {
  const message = `The result of tool "${key}" does not fit its outputSchema: ${describeIssues(issues)}`;
  return new Error(message, cause === undefined ? undefined : { cause });
}

function completed({ content, ...rest }: ReadResult): CallToolResult {
  // server/tools#structured-content: SHOULD also be there as text, for clients that do not know it.
  return { content: content ?? textOf(JSON.stringify(rest.structuredContent)), ...rest };
}

// JSON.stringify gives undefined for undefined: a tool that returns nothing says nothing.
function textOf(text: string | undefined): readonly ContentBlock[] {
  return text === undefined ? [] : [{ type: 'text', text }];
}
