import { ProtocolError } from '../../errors/protocol-error.js';
import { describeIssues } from '../../registry/schemas/schema-issue.js';
import type { Tool } from '../../registry/tool.js';
import type { RequestInWork } from '../call/call.js';
import { optionalObject } from '../call/params.js';

/**
 * The arguments of a call as the tool's schema makes them, for a call that was valid once.
 *
 * @throws ProtocolError `invalid_params` when the tool has another schema by now
 */
export async function revalidateArguments({ request }: Pick<RequestInWork, 'request'>, tool: Tool): Promise<unknown> {
  const checked = await tool.input.validate(optionalObject(request.params, 'arguments'));
  if (checked.valid) return checked.value;
  const text = `The arguments of this task are not valid any more: ${describeIssues(checked.issues)}`;
  throw new ProtocolError('invalid_params', text);
}
