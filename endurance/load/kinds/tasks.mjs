import { setTimeout as pause } from 'node:timers/promises';
import { Failure } from '../failure.mjs';
import { reportOf, resultOf } from '../mcp-client.mjs';

// A dead process is noticed within a minute.
const maxTaskMs = 75_000;

/** A call that becomes a task, polled until its end. @param {string} tool @param {boolean} isShared - the store is */
function tasksOf(tool, isShared) {
  return {
    name: tool,
    tool,
    rate: 2,
    create: (load) => ({
      run: async (operation, { token }) => {
        const params = { name: tool, arguments: { id: operation.id } };
        let home;
        const begin = async (node) => {
          home = node;
          return resultOf(await load.mcp.modern(node.port, token, 'tools/call', params, { withTasks: true }));
        };
        const { taskId } = await load.deliver(operation, begin, { isSafe: false });
        const look = async (next) => {
          const { port } = isShared ? next : home;
          try {
            return await resultOf(await load.mcp.modern(port, token, 'tasks/get', { taskId }, { withTasks: true }));
          } catch (error) {
            // Tasks that Redis lost are gone; faults declare whether they may lose any.
            if (error instanceof Failure && error.message.includes('Unknown task')) operation.isTaskGone = true;
            throw error;
          }
        };
        const deadline = performance.now() + maxTaskMs;
        while (performance.now() < deadline) {
          await pause(200);
          const task = await load.deliver(operation, look, { isSafe: true, maxSeconds: 5 });
          if (task.status === 'completed') return reportOf(task.result);
          if (task.status === 'failed') throw new Failure('failed', task.statusMessage);
        }
        throw new Failure('silent', `the task was not over after ${maxTaskMs} ms`);
      },
    }),
  };
}

/** @param {boolean} isShared - whether every node knows every task */
export const tasks = (isShared) => [tasksOf('job', isShared), tasksOf('charge', isShared)];
