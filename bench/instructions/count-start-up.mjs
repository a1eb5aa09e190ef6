import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InstructionCount } from '../../tools/instructions/emulator.mjs';
import { callAdd } from '../work/requests.mjs';

const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));
// One thread, so that compiling and collecting garbage count.
const flags = ['--single-threaded', '--no-warnings'];
const env = { ...process.env, NODE_ENV: 'production' };
let processes = 0;

/**
 * Runs a program that counts its own instructions.
 *
 * @param {string} name - of the program
 * @param {readonly string[]} [args] - after the file with the count
 * @returns {Promise<object>} what it printed
 */
export async function runCounted(name, args = []) {
  const count = new InstructionCount(`program-${(processes += 1)}`);
  const [command, ...before] = count.command;
  const all = [...before, process.execPath, ...flags, '--expose-gc', fileOf(name), count.file, ...args];
  try {
    const { stdout } = await promisify(execFile)(command, all, { env });
    return JSON.parse(stdout);
  } finally {
    count.close();
  }
}

/**
 * Instructions from the start of Node until an app with 100 tools has answered its first call.
 *
 * @param {string} contestant
 * @param {import('../work/issuer.mjs').Issuer} issuer
 */
export async function countToFirstAnswer(contestant, issuer) {
  const { path, ...request } = callAdd('modern', { authorization: `Bearer ${await issuer.token()}` });
  const count = new InstructionCount(`start-${(processes += 1)}`);
  const [execPath, ...before] = count.command;
  const child = fork(fileOf('../timed/app.mjs'), [contestant, JSON.stringify(issuer.jwks), '100'], {
    env,
    execPath,
    execArgv: [...before, process.execPath, ...flags],
  });
  const exited = once(child, 'exit');
  try {
    const [{ port }] = await once(child, 'message');
    const response = await fetch(`http://127.0.0.1:${port}${path}`, request);
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${contestant} answers ${response.status}`);
    return count.read();
  } finally {
    child.send('report');
    await exited;
    count.close();
  }
}
