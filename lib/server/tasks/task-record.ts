import type { JsonRpcErrorObject } from '../../jsonrpc/build-response.js';
import type { JsonRpcRequest, Params } from '../../jsonrpc/message.js';
import type { StoredAuth } from '../../oauth/auth.js';
import type { CallToolResult } from '../../registry/content.js';
import type { InputRequest } from '../../registry/input-required.js';
import type { StoredTask } from '../../stores/task-store.js';
import type { InputRound } from '../../registry/input-round.js';

/** `tasks#task-status`. */
export type TaskStatus = 'cancelled' | 'completed' | 'failed' | 'input_required' | 'working';

/** A question to the client, and its answer. */
export interface AskedRequest {
  /** The handler's name for it. */
  readonly name: string;
  readonly request: InputRequest;
  readonly response?: Params;
}

/** The server's record of a task; stored as JSON. */
export interface TaskRecord {
  /** The name of the endpoint where it was called; processes of others ignore it. */
  readonly endpoint: string;
  readonly status: TaskStatus;
  readonly statusMessage?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  readonly ttlSeconds: number;
  readonly pollIntervalMs: number;
  /** The call that became a task, without earlier answers. */
  readonly request: JsonRpcRequest;
  readonly protocolVersion: string;
  /** The caller, only stored if another process may continue the work. */
  readonly auth?: StoredAuth;
  /** The input for the handler. */
  readonly round: InputRound;
  /** How often the handler was started in this round. */
  readonly runs: number;
  /** By the client's keys. Empty without questions. */
  readonly asked: Readonly<Record<string, AskedRequest>>;
  /** The `state` of the handler that asks. */
  readonly askedState?: unknown;
  /** Every key that was ever used. */
  readonly usedKeys: readonly string[];
  /** Result of a completed task. */
  readonly result?: CallToolResult;
  /** Error of a failed task. */
  readonly error?: JsonRpcErrorObject;
}

/** A task with its record. */
export interface Task extends Omit<StoredTask, 'content'> {
  readonly record: TaskRecord;
}

/** A task of a store, read. */
export function readTask({ content, ...stored }: StoredTask): Task {
  return { ...stored, record: JSON.parse(content) as TaskRecord };
}

/**
 * The `Task` of the extension (`tasks#tasks`), without the members of a single status.
 *
 * @param id - of the task
 */
export function presentTask(id: string, record: TaskRecord): Params {
  const { status, statusMessage, createdAt, updatedAt, ttlSeconds, pollIntervalMs } = record;
  return {
    taskId: id,
    status,
    ...(statusMessage === undefined ? {} : { statusMessage }),
    createdAt: new Date(createdAt).toISOString(),
    lastUpdatedAt: new Date(updatedAt).toISOString(),
    ttlMs: ttlSeconds * 1000,
    pollIntervalMs,
  };
}

/**
 * The `DetailedTask` of the extension: with the questions, result or error of its status (`tasks#response`).
 *
 * @param id - of the task
 */
export function presentDetailedTask(id: string, record: TaskRecord): Params {
  const { status, result, error } = record;
  return {
    ...presentTask(id, record),
    ...(status === 'input_required' ? { inputRequests: outstanding(record) } : {}),
    ...(result === undefined ? {} : { result }),
    ...(error === undefined ? {} : { error }),
  };
}

/** #response: MUST have all unanswered requests, and no answered ones. */
function outstanding({ asked }: TaskRecord): Readonly<Record<string, InputRequest>> {
  const open = Object.entries(asked).filter(([, { response }]) => response === undefined);
  return Object.fromEntries(open.map(([key, { request }]) => [key, request]));
}
