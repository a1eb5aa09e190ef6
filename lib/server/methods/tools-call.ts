import { displayName } from '../../errors/display-name.js';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import { ToolError } from '../../errors/tool-error.js';
import type { CallToolResult } from '../../registry/content.js';
import { describeIssues } from '../../registry/schema-issue.js';
import type { Tool } from '../../registry/tool.js';
import { assertStillAllowed } from '../authorize.js';
import type { Call } from '../call.js';
import { InputRequiredResult, converse } from '../converse.js';
import type { Method } from '../method.js';
import type { OperationItem } from '../operation.js';
import { optionalObject, requireString } from '../params.js';
import { reportError } from '../report-error.js';
import { CreateTaskResult, callWithTasks } from '../tasks/begin-task.js';
import { buildToolResult, failedCall } from '../tool-result.js';

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
      invoke: async () => {
        const result = await callTool(call, tool, item);
        const presented = isResultInPlace(result) ? result.result : call.revision.presentToolResult(result);
        return call.revision.completeResult(presented, call.endpoint.catalog.serverInfo);
      },
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

async function callTool(call: Call, tool: Tool, item: OperationItem): Promise<CallToolResult | ResultInPlace> {
  // Now that the caller may know of the tool's schema.
  call.checkArguments?.(tool.headerParameters, item.args);
  const checked = await tool.input.validate(item.args);
  if (!checked.valid) {
    const message = `Invalid arguments for tool ${displayName(tool.key)}: ${describeIssues(checked.issues)}`;
    if (call.revision.invalidArgumentsAre === 'failed-call') return failedCall(message);
    throw new ProtocolError('invalid_params', message, { data: { issues: checked.issues } });
  }
  // A schema may have changed the arguments: what decides by them has to see what the handler gets.
  if (checked.value !== item.args) assertStillAllowed({ ...item, args: argumentsOf(checked.value) }, call.caller);
  const { tools } = call.endpoint.limits;
  tools.enter(tool);
  try {
    const returned =
      tool.task === undefined
        ? await converse(call, (ctx) => tool.handler(checked.value, ctx), tool.timeoutMs)
        : await callWithTasks(call, tool, tool.task, checked.value);
    return isResultInPlace(returned) ? returned : await buildToolResult(returned, tool);
  } catch (error) {
    return explainFailure(error, call, tool);
  } finally {
    tools.leave(tool);
  }
}

function argumentsOf(value: unknown): OperationItem['args'] {
  return isObject(value) ? value : {};
}

/** server/tools#error-handling: what a model can act on becomes a failed call; what it must not see stays inside. */
function explainFailure(error: unknown, call: Call, tool: Tool): CallToolResult {
  if (error instanceof ToolError) return failedCall(error.message);
  if (error instanceof ExpressMcpError) {
    if (error.code === 'timed_out') return failedCall(error.message);
    throw error;
  }
  const reference = reportError(call.endpoint.reportError, error, { method: call.request.method, target: tool.key });
  return failedCall(`Internal error. Reference: ${reference}`);
}
