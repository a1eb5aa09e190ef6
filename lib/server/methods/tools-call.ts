import { displayName } from '../../errors/display-name.js';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { ToolError } from '../../errors/tool-error.js';
import type { CallToolResult } from '../../registry/content.js';
import { describeIssues } from '../../registry/schema-issue.js';
import type { Tool } from '../../registry/tool.js';
import type { Call } from '../call.js';
import { invokeHandler } from '../invoke-handler.js';
import type { Method } from '../method.js';
import { optionalObject, requireString } from '../params.js';
import { reportError } from '../report-error.js';
import { buildToolResult, failedCall } from '../tool-result.js';

/** MCP `server/tools#calling-tools`. */
export const toolsCall: Method = {
  name: 'tools/call',
  eras: ['legacy', 'modern'],
  feature: 'tools',
  locate: (call) => {
    const { params } = call.request;
    const name = requireString(params, 'name');
    const tool = call.catalog.tools.get(name);
    if (tool === undefined) throw unknownTool(name);
    const args = optionalObject(params, 'arguments');
    return {
      item: { access: tool.access, target: { kind: 'tool', name }, args, notFound: () => unknownTool(name) },
      invoke: async () => {
        const result = await callTool(call, tool, args);
        return call.revision.completeResult(call.revision.presentToolResult(result), call.catalog.serverInfo);
      },
    };
  },
};

/** server/tools#error-handling: an unknown tool is a protocol error, -32602. */
function unknownTool(name: string): ProtocolError {
  return new ProtocolError('invalid_params', `Unknown tool: ${displayName(name)}`);
}

async function callTool(call: Call, tool: Tool, args: Readonly<Record<string, unknown>>): Promise<CallToolResult> {
  const checked = await tool.input.validate(args);
  if (!checked.valid) {
    const message = `Invalid arguments for tool ${displayName(tool.key)}: ${describeIssues(checked.issues)}`;
    if (call.revision.invalidArgumentsAre === 'failed-call') return failedCall(message);
    throw new ProtocolError('invalid_params', message, { data: { issues: checked.issues } });
  }
  try {
    const returned = await invokeHandler(call, (ctx) => tool.handler(checked.value, ctx), tool.timeoutMs);
    return await buildToolResult(returned, tool);
  } catch (error) {
    return explainFailure(error, call, tool);
  }
}

/** server/tools#error-handling: what a model can act on becomes a failed call; what it must not see stays inside. */
function explainFailure(error: unknown, call: Call, tool: Tool): CallToolResult {
  if (error instanceof ToolError) return failedCall(error.message);
  if (error instanceof ExpressMcpError) {
    if (error.code === 'timed_out') return failedCall(error.message);
    throw error;
  }
  const reference = reportError(call.reportError, error, { method: call.request.method, target: tool.key });
  return failedCall(`Internal error. Reference: ${reference}`);
}
