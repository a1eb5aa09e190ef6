import { redisStores } from 'express-mcp/redis';
import { badToken } from '../load/kinds/bad-tokens.mjs';
import { look, post, report } from '../load/kinds/calls.mjs';
import { notice } from '../load/kinds/notices.mjs';
import { officialClient } from '../load/kinds/official-client.mjs';
import { resume, session } from '../load/kinds/sessions.mjs';
import { tasks } from '../load/kinds/tasks.mjs';

const always = [look, post, report, session, resume, notice, badToken, officialClient];

/** The load during a fault. */
export async function kindsFor({ endsProcesses = false }) {
  const isShared = hasSharedTasks();
  // Tasks in the memory of a process end with it, and are not counted.
  return isShared || !endsProcesses ? [...always, ...tasks(isShared)] : always;
}

function hasSharedTasks() {
  const client = { isReady: false, options: {}, sendCommand: () => undefined, duplicate: () => undefined };
  return 'tasks' in redisStores(client);
}
