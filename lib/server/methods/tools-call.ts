import { displayName } from '../../errors/display-name.js';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import { ToolError } from '../../errors/tool-error.js';
import type { CallToolResult } from '../../registry/content.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import { attempt } from '../../promises/attempt.js';
import { lastly } from '../../promises/lastly.js';
import type { ValidationOutcome } from '../../registry/schemas/schema-issue.js';
import { describeIssues } from '../../registry/schemas/schema-issue.js';
import type { Tool } from '../../registry/tool.js';
import { assertStillAllowed } from '../authorization/authorize.js';
import type { RequestInWork } from '../call/call.js';
import { aroundTool } from '../handlers/around-handler.js';
import { InputRequiredResult, runInputRounds } from '../handlers/input-rounds.js';
import type { Method } from '../call/method.js';
import type { OperationItem } from '../authorization/operation.js';
import { optionalObject, requireString } from '../call/params.js';
import { reportError } from '../reporting/report-error.js';
import { CreateTaskResult, callWithTasks } from '../task-calls/create-task.js';
import { buildToolResult, failedCall } from '../handlers/tool-result.js';

/** MCP `server/tools#calling-tools`. */
export const toolsCall: Method = {
  name: 'tools/call',
  eras: ['legacy', 'modern'],
  feature: 'tools',
  locate: (call) => {
    const { params } = call.request;
    const name = requireString(params, 'name');
    // Before the tool is looked up, so that malformed params tell nothing about what exists.
    const args = optionalObject(params, 'arguments');
    const tool = call.endpoint.catalog.tools.get(name);
    if (tool === undefined) throw unknownTool(name);
    const notFound = (): ProtocolError => unknownTool(name);
    const item: OperationItem = { access: tool.access, target: { kind: 'tool', name }, args, notFound };
    return {
      items: [item],
      invoke: () => callTool(call, tool, item),
    };
  },
};

/** server/tools#error-handling: an unknown tool is a protocol error, -32602. */
function unknownTool(name: string): ProtocolError {
  return new ProtocolError('invalid_params', `Unknown tool: ${displayName(name)}`);
}

/** A result that takes the place of the tool's own. */
type ResultInPlace = CreateTaskResult | InputRequiredResult;

function isResultInPlace(result: unknown): result is ResultInPlace {
  return result instanceof InputRequiredResult || result instanceof CreateTaskResult;
}

function callTool(call: RequestInWork, tool: Tool, item: OperationItem): Eventually<object> {
  const { revision, endpoint } = call;
  // Now that the caller may know of the tool's schema.
  call.argumentRules?.checkArguments?.(tool.headerParameters, item.args, call.revision.mirrors);
  const result = andThen(tool.input.validate(item.args), (outcome) =>
    outcome.valid ? callWith(outcome.value, call, tool, item) : failedValidation(outcome, call, tool),
  );
  return andThen(result, (given) => {
    const presented = isResultInPlace(given) ? given.result : revision.presentToolResult(given);
    return revision.completeResult(presented, endpoint.catalog.serverInfo);
  });
}

type InvalidArguments = Extract<ValidationOutcome, { readonly valid: false }>;

function failedValidation({ issues, cause }: InvalidArguments, call: RequestInWork, { key }: Tool): CallToolResult {
  // A schema that throws is a mistake of the app's or a caller's: the operator hears of it, the caller of the issue only.
  if (cause !== undefined) reportError(call.endpoint.reportError, cause, { method: call.request.method, target: key });
  const message = `Invalid arguments for tool ${displayName(key)}: ${describeIssues(issues)}`;
  if (call.revision.invalidArgumentsAre === 'failed-call') {
    call.observed?.failedInResult('invalid_params');
    return failedCall(message);
  }
  throw new ProtocolError('invalid_params', message, { data: { issues } });
}

/** @param args - as the schema made them */
function callWith(
  args: unknown,
  call: RequestInWork,
  tool: Tool,
  item: OperationItem,
): Eventually<CallToolResult | ResultInPlace> {
  // The validator of JSON Schemas changes nothing. A library may fill in defaults, also in the same object.
  if (args === item.args && tool.input.isOfLibrary !== true) return callAllowed(args, call, tool, item);
  // Decisions that depend on arguments must use those that the handler gets.
  const still = assertStillAllowed({ ...item, args: argumentsOf(args) }, call.caller);
  return andThen(still, () => callAllowed(args, call, tool, item));
}

function callAllowed(
  args: unknown,
  call: RequestInWork,
  tool: Tool,
  item: OperationItem,
): Eventually<CallToolResult | ResultInPlace> {
  if (tool.maxConcurrent === undefined) return resultOf(args, call, tool, item);
  const { tools } = call.endpoint.limits;
  tools.enter(tool);
  return lastly(
    () => resultOf(args, call, tool, item),
    () => {
      tools.leave(tool);
    },
  );
}

function resultOf(
  args: unknown,
  call: RequestInWork,
  tool: Tool,
  item: OperationItem,
): Eventually<CallToolResult | ResultInPlace> {
  return attempt(
    () =>
      andThen(invokeTool(args, call, tool, item), (returned) =>
        isResultInPlace(returned) ? returned : buildToolResult(returned, tool),
      ),
    (error) => explainFailure(error, call, tool),
  );
}

function invokeTool(args: unknown, call: RequestInWork, tool: Tool, item: OperationItem): unknown {
  if (tool.task !== undefined) return callWithTasks(call, tool, tool.task, args);
  return runInputRounds(call, aroundTool(call, tool, item, args), tool.timeoutMs);
}

function argumentsOf(value: unknown): OperationItem['args'] {
  return isObject(value) ? value : {};
}

/** server/tools#error-handling: what a model can act on becomes a failed call; what it must not see stays inside. */
function explainFailure(error: unknown, call: RequestInWork, tool: Tool): CallToolResult {
  if (error instanceof ToolError) return failedCall(error.message);
  if (error instanceof ExpressMcpError) {
    if (error.code !== 'timed_out') throw error;
    call.observed?.failedInResult(error.code);
    return failedCall(error.message);
  }
  const reference = reportError(call.endpoint.reportError, error, { method: call.request.method, target: tool.key });
  call.observed?.failedInResult('internal_error', reference);
  return failedCall(`Internal error. Reference: ${reference}`);
}
