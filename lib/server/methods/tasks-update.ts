import { tasksExtension } from '../../registry/task-support.js';
import type { InputResponses } from '../../registry/input-required.js';
import type { RequestInWork } from '../call/call.js';
import { requireResponses } from '../handlers/input-rounds.js';
import type { Method } from '../call/method.js';
import type { LocatedTask } from '../task-calls/locate-task.js';
import { taskOperation } from '../task-calls/locate-task.js';
import { runTask } from '../task-calls/run-task.js';
import { newLease } from '../tasks/task-leases.js';
import type { TaskRecord } from '../tasks/task-record.js';
import { answered } from '../tasks/task-transitions.js';

/**
 * Answers the questions of a task (`tasks#task-update-requests`). The process that gets the last answer continues the work, so a task
 * that waits needs no process of its own.
 */
export const tasksUpdate: Method = {
  name: 'tasks/update',
  eras: ['modern'],
  extension: tasksExtension,
  locate: (call) =>
    taskOperation(call, async (located) => {
      await update(call, located, requireResponses(call.request.params['inputResponses']));
      return {};
    }),
};

async function update(
  call: RequestInWork,
  { task: { id }, tool, support }: LocatedTask,
  responses: InputResponses,
): Promise<void> {
  const { records } = call.endpoint.tasks;
  const lease = newLease();
  let ready: TaskRecord | undefined;
  const goOn = (): void => {
    if (ready !== undefined) runTask({ call, tool, task: support, id, record: ready, owner: lease.owner });
  };
  try {
    const isChanged = await records.change(id, ({ record }) => {
      const after = answered(record, responses);
      ready = after?.isReady === true ? after.record : undefined;
      return after === undefined ? undefined : { record: after.record, lease: after.isReady ? lease : undefined };
    });
    if (isChanged) goOn();
  } catch (error) {
    // If the answers did arrive, the task belongs to this run until the lease ends.
    records.doubtful.add(lease.owner, async () => {
      const isOurs = await records.renew(id, lease);
      if (isOurs) goOn();
      return isOurs;
    });
    throw error;
  }
}
