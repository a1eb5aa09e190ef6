import { tasksExtension } from '../../registry/task-support.js';
import type { Method } from '../call/method.js';
import { taskOperation } from '../task-calls/locate-task.js';
import { presentDetailedTask } from '../tasks/task-record.js';

/** How a task is getting on, and what came of it (`tasks#task-polling`). */
export const tasksGet: Method = {
  name: 'tasks/get',
  eras: ['modern'],
  extension: tasksExtension,
  locate: (call) => taskOperation(call, ({ task }) => presentDetailedTask(task.id, task.record)),
};
