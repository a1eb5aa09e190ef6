import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { CompiledTask } from '../../registry/task-support.js';
import type { Tool } from '../../registry/tool.js';
import { assertStillAllowed } from '../authorization/authorize.js';
import { isThere, mayStillUse } from '../authorization/visible-items.js';
import type { RequestInWork } from '../call/call.js';
import type { Operation, OperationItem } from '../authorization/operation.js';
import { optionalObject, requireString } from '../call/params.js';
import { principalOf } from '../authorization/principal.js';
import { reporterOf } from '../reporting/internal-error.js';
import { requireTasksExtension } from './create-task.js';
import type { Task } from '../tasks/task-record.js';
import { revalidateArguments } from './revalidate-arguments.js';

/** A task, with the access rules of its tool. */
export interface LocatedTask {
  readonly task: Task;
  readonly tool: Tool;
  readonly support: CompiledTask;
  readonly item: OperationItem;
}

/**
 * The operation of a request about one task (`tasks#security-considerations`: authentication and authorization MUST be checked on
 * each).
 *
 * @param call - its `taskId` names the task
 * @param invoke - runs the operation
 * @throws ProtocolError `missing_client_capability` if the client does not declare the extension (`tasks#protocol-errors`)
 * @throws ProtocolError `invalid_params` if the task does not exist, or has another owner
 */
export async function taskOperation(
  call: RequestInWork,
  invoke: (located: LocatedTask) => object | Promise<object>,
): Promise<Operation> {
  requireTasksExtension(call);
  const located = await locateTask(call, requireString(call.request.params, 'taskId'));
  if (located === undefined) throw unknownTask();
  return {
    items: [located.item],
    invoke: async () => {
      await assertTaskAllowed(call, located);
      return call.revision.completeResult(await invoke(located), call.endpoint.catalog.serverInfo);
    },
  };
}

/**
 * Finds a task of the caller.
 *
 * @param id - from the client
 * @returns undefined if it does not exist, has another owner, or its tool and so its access rules are gone
 */
export async function locateTask(call: RequestInWork, id: string): Promise<LocatedTask | undefined> {
  const task = await call.endpoint.tasks.records.find(id);
  if (task?.principal !== principalOf(call.caller)) return undefined;
  const { params } = task.record.request;
  const name = requireString(params, 'name');
  const tool = call.endpoint.catalog.tools.get(name);
  if (tool?.task === undefined) return undefined;
  const args = optionalObject(params, 'arguments');
  const item = { access: tool.access, target: { kind: 'tool', name }, args, notFound: unknownTask } as const;
  return { task, tool, support: tool.task, item };
}

/** @returns undefined also if its tool is concealed from the caller */
export async function locateVisibleTask(call: RequestInWork, id: string): Promise<LocatedTask | undefined> {
  const located = await locateTask(call, id);
  return located !== undefined && (await isThere(located.item, call.caller, reporterOf(call))) ? located : undefined;
}

/** @returns the task if the caller may still see it at this moment */
export async function findAllowedTask(call: RequestInWork, id: string): Promise<Task | undefined> {
  const located = await locateTask(call, id);
  if (located === undefined || !(await mayStillUse(located.item, call.caller, reporterOf(call)))) return undefined;
  await assertTaskAllowed(call, located);
  return located.task;
}

/**
 * Also decides by the arguments that the handler gets.
 *
 * @throws what `assertStillAllowed` throws
 */
export async function assertTaskAllowed(call: RequestInWork, { item, task, tool }: LocatedTask): Promise<void> {
  if (!item.access.dependsOnArguments && item.access.policy === undefined) return;
  const args = await revalidateArguments({ request: task.record.request }, tool);
  await assertStillAllowed({ ...item, args: isObject(args) ? args : {} }, call.caller);
}

/** `tasks#protocol-errors`: -32602. A task of another owner gets the same answer as a missing one. */
function unknownTask(): ProtocolError {
  return new ProtocolError('invalid_params', 'Unknown task: it does not exist, or not any more');
}
