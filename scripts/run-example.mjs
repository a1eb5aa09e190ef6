import { spawn } from 'node:child_process';
import { root } from './ensure-setup.mjs';

/**
 * Runs a file of examples/ until it ends, and ends with its status.
 *
 * @param {string} file - within examples/
 * @param {readonly string[]} args
 */
export function runExample(file, args = []) {
  const child = spawn(process.execPath, ['--import', 'tsx', `examples/${file}`, ...args], {
    cwd: root,
    stdio: 'inherit',
    // This configuration has no `paths`: the example uses the package that was built, by its public names.
    env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.build.json' },
  });
  // A terminal sends Ctrl-C to the child as well, which ends in its own way; other signals are handed on.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
}
