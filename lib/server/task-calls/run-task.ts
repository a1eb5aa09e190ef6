import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { ToolError } from '../../errors/tool-error.js';
import { InputRequired } from '../../registry/input-required.js';
import type { CompiledTask } from '../../registry/task-support.js';
import type { Tool } from '../../registry/tool.js';
import type { ObservedCall } from '../calls/observed-call.js';
import type { RequestInWork } from '../call/call.js';
import type { Cancellation } from '../cancellation/cancellation.js';
import { neverCancelled } from '../cancellation/cancellation.js';
import { requireAnswerable } from '../client-requests/client-capabilities.js';
import { maskError } from '../reporting/internal-error.js';
import { aroundTool, toolItem } from '../handlers/around-handler.js';
import { invokeHandler } from '../handlers/invoke-handler.js';
import type { Outbox } from '../transport/outbox.js';
import { errorObjectOf } from '../transport/outgoing-reply.js';
import { reportError } from '../reporting/report-error.js';
import { buildToolResult, failedCall } from '../handlers/tool-result.js';
import { leaseSeconds } from '../tasks/task-leases.js';
import { RunningArguments } from './running-arguments.js';
import { TaskProgress } from './task-progress.js';
import type { TaskRecord } from '../tasks/task-record.js';
import type { TaskOutcome } from '../tasks/task-transitions.js';
import { settled } from '../tasks/task-transitions.js';
import { revalidateArguments } from './revalidate-arguments.js';

/** One round of a task that is to run. */
export interface TaskRound {
  /** The request that makes it run: the call itself, or the update that answered the last question. */
  readonly call: RequestInWork;
  readonly tool: Tool;
  readonly task: CompiledTask;
  readonly id: string;
  readonly record: TaskRecord;
  /** Names this run; the task is its own as long as it has this owner. */
  readonly owner: string;
  /** The arguments as the schema made them; undefined when they have to be validated again. */
  readonly args?: unknown;
}

// Node keeps timers in 32 bits; a longer one would fire at once.
const longestTimer = 2 ** 31 - 1;

/** Lets the handler of a task work, while nobody waits. How it ends, the task tells. */
export function runTask(round: TaskRound): void {
  round.call.endpoint.tasks.running.track(work(round));
}

async function work(round: TaskRound): Promise<void> {
  const { call, id, owner, task, tool } = round;
  const { running } = call.endpoint.tasks;
  const run = running.begin(id, owner, task.repeatable);
  // There was room for the call that began it, and it may go on after a question: it is not refused any more.
  const { bytes, tools } = call.endpoint.limits;
  tools.enterAnyway(tool);
  const held = bytes === undefined ? undefined : new RunningArguments(call.caller, round.record.request);
  if (held !== undefined) bytes?.take(held);
  try {
    const outcome = await observedOutcomeOf(round, run.cancelling);
    // From here on it is not called off any more, least of all by word of its own end.
    running.end(run);
    // Called off: the task is over, or somebody else's by now.
    if (!run.cancelling.isCancelled) await settle(round, outcome);
  } finally {
    tools.leave(tool);
    if (held !== undefined) bytes?.release(held);
    running.end(run);
  }
}

const firstPauseMs = 250;
const longestPauseMs = 2000;

/**
 * Stores how the work ended. What was done must not be lost, or done again, because the store is away for a moment, so it is tried for
 * as long as a lease lasts. Then the task is given up, for whoever finds it.
 */
async function settle(round: TaskRound, outcome: TaskOutcome): Promise<void> {
  const { call, id, owner, tool } = round;
  const end = performance.now() + leaseSeconds * 1000;
  let isReported = false;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      await storeOutcome(round, outcome);
      return;
    } catch (error) {
      if (!isReported) reportError(call.endpoint.reportError, error, { method: 'tools/call', target: tool.key });
      isReported = true;
    }
    if (performance.now() + pauseMs > end) break;
    // Only work that is to go on keeps the process alive.
    await new Promise<void>((resolve) => setTimeout(resolve, pauseMs).unref());
  }
  await call.endpoint.tasks.records.renew(id, { owner, seconds: 0 }).catch(() => undefined);
}

async function storeOutcome(round: TaskRound, outcome: TaskOutcome): Promise<void> {
  const { call, id, owner, tool } = round;
  await call.endpoint.tasks.records.change(id, ({ owner: current, record }) => {
    // Cancelled meanwhile, or taken over: what this run found out counts no more.
    if (current !== owner) return undefined;
    try {
      return { record: settled(record, outcome), lease: undefined };
    } catch (error) {
      // It asks without end. To run it again would not help.
      const failure = maskError(error, callOfTask(round, neverCancelled), tool.key);
      return { record: settled(record, failedWith(failure, call)), lease: undefined };
    }
  });
}

/** A run is a call of its own for those who watch: the one that began the task was answered when the task began. */
async function observedOutcomeOf(round: TaskRound, cancellation: Cancellation): Promise<TaskOutcome> {
  const { calls, catalog } = round.call.endpoint;
  if (!calls.isActive) return outcomeOf(round, cancellation);
  const { revision, caller } = round.call;
  const { request } = round.record;
  const observed = calls.begin({
    request,
    catalog,
    caller,
    revision,
    isKnownMethod: true,
    client: revision.clientOf(request.params, undefined),
    sessionId: undefined,
    taskId: round.id,
    requestBytes: undefined,
  });
  return calls.observe(
    observed,
    () => outcomeOf(round, cancellation, observed),
    (outcome) => {
      const result = outcome.status === 'completed' ? outcome.result : undefined;
      if (result !== undefined) observed.returned(result);
      return { isCancelled: cancellation.isCancelled, responseBytes: 0 };
    },
  );
}

async function outcomeOf(round: TaskRound, cancellation: Cancellation, observed?: ObservedCall): Promise<TaskOutcome> {
  const { id, owner, record, task, tool } = round;
  const call = callOfTask(round, cancellation, observed);
  try {
    const args = 'args' in round ? round.args : await revalidateArguments(call, tool);
    const handler = aroundTool(call, tool, toolItem(call, tool), args);
    const notices = new TaskProgress(call.endpoint.tasks.records, id, owner);
    const timeoutMs = Math.min(tool.timeoutMs ?? task.ttlSeconds * 1000, longestTimer);
    const returned = await invokeHandler(call, handler, timeoutMs, record.round, notices);
    if (!(returned instanceof InputRequired)) {
      return { status: 'completed', result: call.revision.presentToolResult(await buildToolResult(returned, tool)) };
    }
    if (Object.keys(returned.requests).length === 0) {
      throw new TypeError('Within a task, inputRequired needs requests: the client comes back only with answers');
    }
    requireAnswerable(call.revision.clientOf(call.request.params, undefined).capabilities, returned.requests);
    return { status: 'input_required', needs: returned };
  } catch (error) {
    return explainFailure(error, call, tool);
  }
}

/** What the handler finds in its context: the call that became a task, whoever made it go on. */
function callOfTask({ call, record }: TaskRound, cancellation: Cancellation, observed?: ObservedCall): RequestInWork {
  return { ...call, request: record.request, connection: undefined, outbox: nowhere, cancellation, observed };
}

/** For messages before an answer that was given long ago. */
export const nowhere: Outbox = {
  hasBegun: true,
  takesMessages: false,
  send: () => Promise.resolve(),
  onEnding: () => () => undefined,
  closeConnection: () => undefined,
};

/** `tasks#task-execution-errors`: what a model can act on completes the task, errors of JSON-RPC make it fail. */
function explainFailure(error: unknown, call: RequestInWork, tool: Tool): TaskOutcome {
  if (error instanceof ToolError) return { status: 'completed', result: failedCall(error.message) };
  if (error instanceof ExpressMcpError && error.code === 'timed_out') {
    call.observed?.failedInResult(error.code);
    return { status: 'completed', result: failedCall(error.message) };
  }
  // Called off, so that nobody hears of it: no error that anybody has to look into.
  const ours = call.cancellation.isCancelled ? new ProtocolError('internal_error') : maskError(error, call, tool.key);
  call.observed?.failed(ours, true);
  return failedWith(ours, call);
}

/** The outcome of work that ended with one of our errors. */
export function failedWith(error: ExpressMcpError, { revision }: Pick<RequestInWork, 'revision'>): TaskOutcome {
  return { status: 'failed', error: errorObjectOf(error, revision), statusMessage: error.message };
}
