import type { JsonRpcErrorObject } from '../../jsonrpc/build-response.js';
import type { Params } from '../../jsonrpc/message.js';
import type { CallToolResult } from '../../registry/content.js';
import type { InputRequired, InputResponses } from '../../registry/input-required.js';
import { firstRound } from '../../registry/input-round.js';
import type { AskedRequest, TaskRecord } from './task-record.js';

/** The outcome of the work on a task: an end, or a question. */
export type TaskOutcome =
  | { readonly status: 'completed'; readonly result: CallToolResult }
  | { readonly status: 'failed'; readonly error: JsonRpcErrorObject; readonly statusMessage: string }
  | { readonly status: 'input_required'; readonly needs: InputRequired };

// More than a person answers; without a limit, a handler could ask forever.
const maxQuestions = 1000;

/** The record of a task whose handler ended, or asks. @throws Error if it asks without end */
export function settled(record: TaskRecord, outcome: TaskOutcome): TaskRecord {
  switch (outcome.status) {
    case 'completed':
    case 'failed':
      return { ...finished(record), ...outcome };
    case 'input_required':
      return asking(record, outcome.needs);
  }
}

/** The record of a task that the client cancelled. */
export function cancelled(record: TaskRecord): TaskRecord {
  return { ...finished(record), status: 'cancelled', statusMessage: 'Cancelled by the client' };
}

/** The record of a task with a new status message. */
export function commented(record: TaskRecord, statusMessage: string): TaskRecord {
  return { ...record, statusMessage, updatedAt: Date.now() };
}

/** The record of a task whose handler starts again. */
export function repeated(record: TaskRecord): TaskRecord {
  return { ...withoutMessage(record), runs: record.runs + 1, updatedAt: Date.now() };
}

/** A task after answers. */
export interface AnsweredTask {
  readonly record: TaskRecord;
  /** Whether all questions are answered, so that the handler continues. */
  readonly isReady: boolean;
}

/**
 * The record of a task after the client answered. Answers to unknown or already answered questions are ignored (`tasks#response-1`:
 * SHOULD ignore).
 *
 * @returns undefined without a change
 */
export function answered(record: TaskRecord, responses: InputResponses): AnsweredTask | undefined {
  if (record.status !== 'input_required') return undefined;
  const entries = Object.entries(record.asked);
  const isNew = ([key, { response }]: (typeof entries)[number]): boolean =>
    response === undefined && Object.hasOwn(responses, key);
  if (!entries.some(isNew)) return undefined;
  const asked = entries.map((entry): [string, AskedRequest] => {
    const response: Params | undefined = isNew(entry) ? responses[entry[0]] : undefined;
    return response === undefined ? entry : [entry[0], { ...entry[1], response }];
  });
  const isReady = asked.every(([, { response }]) => response !== undefined);
  const updated = { ...record, updatedAt: Date.now() };
  if (!isReady) return { record: { ...updated, asked: Object.fromEntries(asked) }, isReady };
  const inputResponses = Object.fromEntries(asked.map(([, { name, response }]) => [name, response ?? {}]));
  const { askedState: requestState, ...rest } = updated;
  const round = { inputResponses, requestState };
  return { record: { ...withoutMessage(rest), status: 'working', runs: 1, asked: {}, round }, isReady };
}

function asking(record: TaskRecord, { requests, state }: InputRequired): TaskRecord {
  const used = new Set(record.usedKeys);
  const asked: [string, AskedRequest][] = [];
  for (const [name, request] of Object.entries(requests)) {
    const key = unusedKey(name, used);
    used.add(key);
    asked.push([key, { name, request }]);
  }
  if (used.size > maxQuestions) throw new Error(`The handler asked for input more than ${maxQuestions} times`);
  return {
    ...withoutMessage(record),
    status: 'input_required',
    updatedAt: Date.now(),
    round: firstRound,
    asked: Object.fromEntries(asked),
    askedState: state,
    usedKeys: [...used],
  };
}

/** `tasks#task-update-requests`: every key MUST be unique over the lifetime of a task. */
function unusedKey(name: string, used: ReadonlySet<string>): string {
  let key = name;
  for (let count = 2; used.has(key); count++) key = `${name}-${count}`;
  return key;
}

/** Drops members that only active work needs. */
function finished(record: TaskRecord): TaskRecord {
  const { askedState: _state, auth: _auth, ...rest } = withoutMessage(record);
  return { ...rest, updatedAt: Date.now(), round: firstRound, asked: {}, usedKeys: [] };
}

function withoutMessage({ statusMessage: _ofBefore, ...rest }: TaskRecord): TaskRecord {
  return rest;
}
