import { storableAuth } from '../../oauth/auth.js';
import type { CallContext } from '../../registry/call-context.js';
import type { CompiledTask } from '../../registry/task-support.js';
import { tasksExtension } from '../../registry/task-support.js';
import type { Tool } from '../../registry/tool.js';
import type { RequestInWork } from '../call/call.js';
import { clientOf } from '../call/client-of.js';
import { includesCapabilities, requireCapabilities } from '../client-requests/client-capabilities.js';
import { aroundTool, toolItem } from '../handlers/around-handler.js';
import { runInputRounds } from '../handlers/input-rounds.js';
import { principalOf } from '../authorization/principal.js';
import type { InputRound } from '../../registry/input-round.js';
import { RunningArguments } from './running-arguments.js';
import { runTask } from './run-task.js';
import { newLease } from '../tasks/task-leases.js';
import { prepareThenHandle } from './prepare-then-handle.js';
import type { TaskRecord } from '../tasks/task-record.js';
import { presentTask } from '../tasks/task-record.js';

/** The result that is a task; it replaces the tool's own. */
export class CreateTaskResult {
  constructor(readonly result: object) {}
}

const needed = { extensions: { [tasksExtension]: {} } } as const;

/**
 * Demands a client that knows tasks.
 *
 * @throws ProtocolError `missing_client_capability` with the extension (`tasks#capability-negotiation`, -32021)
 */
export function requireTasksExtension(call: RequestInWork): void {
  requireCapabilities(clientOf(call).capabilities, needed);
}

/**
 * Calls a tool that has tasks. A client that knows tasks gets one (`tasks#capability-negotiation`: MUST NOT for others, whatever they
 * declared before). For others it runs like any tool.
 *
 * @param args - validated
 * @returns what `converse` returns, or a result that is a task
 * @throws ProtocolError `missing_client_capability` if the tool only has tasks, and the client does not know them
 * @throws ProtocolError `too_many_tasks` or `storage_unavailable`
 * @throws LimitError if the process has no room for the arguments of one more task
 */
export async function callWithTasks(
  call: RequestInWork,
  tool: Tool,
  task: CompiledTask,
  args: unknown,
): Promise<unknown> {
  const knowsTasks = call.revision.hasExtensions && includesCapabilities(clientOf(call).capabilities, needed);
  if (!knowsTasks && task.support === 'required') requireCapabilities({}, needed);
  if (!knowsTasks) {
    return runInputRounds(
      call,
      prepareThenHandle(tool, args, aroundTool(call, tool, toolItem(call, tool), args)),
      tool.timeoutMs,
    );
  }
  // tasks#task-creation: questions that come before SHOULD be settled before the task exists.
  const prepared = prepareThenHandle(tool, args, (ctx) => new Prepared(ctx));
  const returned = await runInputRounds(call, prepared, tool.timeoutMs);
  return returned instanceof Prepared ? begin(call, tool, task, args, returned) : returned;
}

/** All questions are answered; the task begins with the answers. */
class Prepared implements InputRound {
  readonly inputResponses: InputRound['inputResponses'];
  readonly requestState: unknown;

  constructor({ inputResponses, requestState }: CallContext) {
    this.inputResponses = inputResponses;
    this.requestState = requestState;
  }
}

async function begin(
  call: RequestInWork,
  tool: Tool,
  task: CompiledTask,
  args: unknown,
  round: InputRound,
): Promise<CreateTaskResult> {
  const { bytes } = call.endpoint.limits;
  // A task keeps its arguments longer than the call that begins it.
  if (bytes !== undefined) {
    const held = new RunningArguments(call.caller, call.request);
    bytes.assertRoom(held, held.weight, call.request);
  }
  const record = newRecord(call, task, round);
  const lease = newLease();
  const id = await call.endpoint.tasks.records.create(principalOf(call.caller), record, lease);
  runTask({ call, tool, task, id, record, owner: lease.owner, args });
  // #polymorphic-results: MUST have it.
  return new CreateTaskResult({ resultType: 'task', ...presentTask(id, record) });
}

function newRecord(
  { caller, endpoint, request, revision }: RequestInWork,
  task: CompiledTask,
  round: InputRound,
): TaskRecord {
  const { inputResponses: _answered, requestState: _opened, ...params } = request.params;
  const { auth } = caller;
  const now = Date.now();
  return {
    endpoint: endpoint.name,
    status: 'working',
    createdAt: now,
    updatedAt: now,
    ttlSeconds: task.ttlSeconds,
    pollIntervalMs: task.pollIntervalMs,
    request: { ...request, params },
    protocolVersion: revision.version,
    // Members that are not needed are not stored.
    ...(auth === undefined || !task.repeatable ? {} : { auth: storableAuth(auth) }),
    round: { inputResponses: round.inputResponses, requestState: round.requestState },
    runs: 1,
    asked: {},
    usedKeys: [],
  };
}
