// Runs programs one after the other in this process. A program has ended when nothing is left that would keep the process alive. One byte
// on the third stream says that the next program begins. The process ends with the first program that fails, with its exit code.
import { writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { rememberState, restoreState } from './shared-state.mjs';
import { closeServers } from './ephemeral-ports.mjs';

const files = process.argv.slice(2);
let isSettled = true;
process.on('beforeExit', runNext);
const before = rememberState();

function runNext() {
  // Node's own code for a top-level await that waits in vain.
  if (!isSettled) process.exit(13);
  if (process.exitCode) process.exit();
  restoreState(before);
  closeServers();
  const file = files.shift();
  if (file === undefined) return;
  writeSync(3, '.');
  isSettled = false;
  void import(pathToFileURL(file).href).then(
    () => (isSettled = true),
    (error) => {
      process.stderr.write(`${inspect(error)}\n`);
      process.exit(1);
    },
  );
}
