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

/** One round of a task to run. */
export interface TaskRound {
  /** The request that starts it: the call itself, or the update with the last answer. */
  readonly call: RequestInWork;
  readonly tool: Tool;
  readonly task: CompiledTask;
  readonly id: string;
  readonly record: TaskRecord;
  /** Names this run; the task belongs to it while it has this owner. */
  readonly owner: string;
  /** Validated arguments; undefined if they have to be validated again. */
  readonly args?: unknown;
}

// Node keeps timers in 32 bits; a longer one would fire at once.
const maxTimerMs = 2 ** 31 - 1;

/** Runs the handler of a task in the background. Its end is reported by the task. */
export function runTask(round: TaskRound): void {
  round.call.endpoint.tasks.running.track(work(round));
}

async function work(round: TaskRound): Promise<void> {
  const { call, id, owner, task, tool } = round;
  const { running } = call.endpoint.tasks;
  const run = running.begin(id, owner, task.repeatable);
  // There was room for the call that began it, so it is not refused when it continues after a question.
  const { bytes, tools } = call.endpoint.limits;
  tools.enterAnyway(tool);
  const held = bytes === undefined ? undefined : new RunningArguments(call.caller, round.record.request);
  if (held !== undefined) bytes?.take(held);
  try {
    const outcome = await observedOutcomeOf(round, run.cancelling);
    // From here on it cannot be cancelled any more, in particular not by the notification of its own end.
    running.end(run);
    // If it was cancelled, the task is over, or belongs to another process.
    if (!run.cancelling.isCancelled) await settle(round, outcome);
  } finally {
    tools.leave(tool);
    if (held !== undefined) bytes?.release(held);
    running.end(run);
  }
}

const firstPauseMs = 250;
const maxPauseMs = 2000;

/**
 * Stores the outcome of the work. It must not be lost, or repeated, because the store is down for a moment. So storing is retried for
 * the length of a lease. Then the task is left to the process that finds it.
 */
async function settle(round: TaskRound, outcome: TaskOutcome): Promise<void> {
  const { call, id, owner, tool } = round;
  const end = performance.now() + leaseSeconds * 1000;
  let isReported = false;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, maxPauseMs)) {
    try {
      await storeOutcome(round, outcome);
      return;
    } catch (error) {
      if (!isReported) reportError(call.endpoint.reportError, error, { method: 'tools/call', target: tool.key });
      isReported = true;
    }
    if (performance.now() + pauseMs > end) break;
    // Only active work keeps the process alive.
    await new Promise<void>((resolve) => setTimeout(resolve, pauseMs).unref());
  }
  await call.endpoint.tasks.records.renew(id, { owner, seconds: 0 }).catch(() => undefined);
}

async function storeOutcome(round: TaskRound, outcome: TaskOutcome): Promise<void> {
  const { call, id, owner, tool } = round;
  await call.endpoint.tasks.records.change(id, ({ owner: current, record }) => {
    // The task was cancelled or taken over: this run's result no longer counts.
    if (current !== owner) return undefined;
    try {
      return { record: settled(record, outcome), lease: undefined };
    } catch (error) {
      // It asks without end. Running it again would not help.
      const failure = maskError(error, callOfTask(round, neverCancelled), tool.key);
      return { record: settled(record, failedWith(failure, call)), lease: undefined };
    }
  });
}

/** For observers a run is a call of its own: the call that began the task was answered when the task began. */
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
    clientInfo: revision.clientInfoOf(request.params, undefined),
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
    const timeoutMs = Math.min(tool.timeoutMs ?? task.ttlSeconds * 1000, maxTimerMs);
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

/** The call that became the task, for the handler's context, whichever request continues it. */
function callOfTask({ call, record }: TaskRound, cancellation: Cancellation, observed?: ObservedCall): RequestInWork {
  return { ...call, request: record.request, connection: undefined, outbox: nowhere, cancellation, observed };
}

/** For messages after the answer was sent. */
export const nowhere: Outbox = {
  hasBegun: true,
  takesMessages: false,
  send: () => Promise.resolve(),
  onEnding: () => () => undefined,
  closeConnection: () => undefined,
};

/** `tasks#task-execution-errors`: errors that a model can act on complete the task, errors of JSON-RPC make it fail. */
function explainFailure(error: unknown, call: RequestInWork, tool: Tool): TaskOutcome {
  if (error instanceof ToolError) return { status: 'completed', result: failedCall(error.message) };
  if (error instanceof ExpressMcpError && error.code === 'timed_out') {
    call.observed?.failedInResult(error.code);
    return { status: 'completed', result: failedCall(error.message) };
  }
  // An error after a cancellation is expected, and is not reported.
  const ours = call.cancellation.isCancelled ? new ProtocolError('internal_error') : maskError(error, call, tool.key);
  call.observed?.failed(ours, true);
  return failedWith(ours, call);
}

/** The outcome of work that ended with one of our errors. */
export function failedWith(error: ExpressMcpError, { revision }: Pick<RequestInWork, 'revision'>): TaskOutcome {
  return { status: 'failed', error: errorObjectOf(error, revision), statusMessage: error.message };
}
