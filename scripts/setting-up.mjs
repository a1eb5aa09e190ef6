// Sets up what a command needs while it shows how far that is, and can be stopped. Runs on a fresh clone, so it imports nothing but Node.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './ensure-setup.mjs';

/** How often it says that it goes on, in ms. */
const progressMs = 5000;

/**
 * Installs and builds what is missing, as `ensure-setup.mjs` does, in a process beside this one. Ends this process when that fails, and
 * ends everything that was started when this process is told to end.
 */
export async function setUp() {
  const isWindows = process.platform === 'win32';
  const child = spawn(process.execPath, [path.join(root, 'scripts', 'ensure-setup.mjs')], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // A group of its own, so that npm and the compiler end with it.
    detached: !isWindows,
  });
  const stop = (signal) => {
    if (isWindows) child.kill();
    else process.kill(-child.pid, 'SIGTERM');
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  const begun = performance.now();
  const progress = setInterval(() => {
    console.error(`  … ${Math.round((performance.now() - begun) / 1000)} s`);
  }, progressMs);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(progress);
  for (const signal of signals) process.off(signal, stop);
  if (code !== 0) process.exit(code ?? 1);
}
