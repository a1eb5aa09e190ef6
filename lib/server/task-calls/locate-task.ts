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

/** A task that was found, and what decides whether the caller may do anything with it: the rules of its tool. */
export interface LocatedTask {
  readonly task: Task;
  readonly tool: Tool;
  readonly support: CompiledTask;
  readonly item: OperationItem;
}

/**
 * What a request about one task wants (`tasks#security-considerations`: authentication and authorization MUST be checked on each).
 *
 * @param call - its `taskId` names the task
 * @param invoke - does it
 * @throws ProtocolError `missing_client_capability` when the client does not declare the extension (`tasks#protocol-errors`)
 * @throws ProtocolError `invalid_params` when there is no such task, or it is somebody else's
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
 * @param id - as the client says it
 * @returns undefined when there is none, it is somebody else's, or its tool is gone, so that nothing can decide about it
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

/** @returns undefined also when the task is not there for the caller, because its tool is concealed */
export async function locateVisibleTask(call: RequestInWork, id: string): Promise<LocatedTask | undefined> {
  const located = await locateTask(call, id);
  return located !== undefined && (await isThere(located.item, call.caller, reporterOf(call))) ? located : undefined;
}

/** @returns the task when the caller may still see it at this moment */
export async function findAllowedTask(call: RequestInWork, id: string): Promise<Task | undefined> {
  const located = await locateTask(call, id);
  if (located === undefined || !(await mayStillUse(located.item, call.caller, reporterOf(call)))) return undefined;
  await assertTaskAllowed(call, located);
  return located.task;
}

/**
 * Decides by the arguments as the handler gets them, too.
 *
 * @throws what `assertStillAllowed` throws
 */
export async function assertTaskAllowed(call: RequestInWork, { item, task, tool }: LocatedTask): Promise<void> {
  if (!item.access.dependsOnArguments && item.access.policy === undefined) return;
  const args = await revalidateArguments({ request: task.record.request }, tool);
  await assertStillAllowed({ ...item, args: isObject(args) ? args : {} }, call.caller);
}

/** `tasks#protocol-errors`: -32602. What is somebody else's is answered as what does not exist. */
function unknownTask(): ProtocolError {
  return new ProtocolError('invalid_params', 'Unknown task: it does not exist, or not any more');
}
