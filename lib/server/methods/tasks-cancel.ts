import { tasksExtension } from '../../registry/task-support.js';
import type { Method } from '../call/method.js';
import { taskOperation } from '../task-calls/locate-task.js';
import { cancelled } from '../tasks/task-transitions.js';

/**
 * Calls a task off (`tasks#task-cancellation`). It is cancelled from this moment on, and what its handler still does counts no more.
 * For a task that is over nothing happens, and that is acknowledged as well.
 */
export const tasksCancel: Method = {
  name: 'tasks/cancel',
  eras: ['modern'],
  extension: tasksExtension,
  locate: (call) =>
    taskOperation(call, async ({ task }) => {
      await call.endpoint.tasks.records.change(task.id, ({ record }) => ({
        record: cancelled(record),
        lease: undefined,
      }));
      return {};
    }),
};
