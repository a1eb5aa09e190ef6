import path from 'node:path';
import { runCommandLine } from '../../lib/cli/run-command-line.js';

/** The folder that `runCli` is in. */
export const fixtures = path.join(import.meta.dirname, '../cli/fixtures');

export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/**
 * Runs the command line in this process.
 *
 * @param clockOffsetMs - by how much the clock of the machine that it runs on is wrong
 */
export async function runCli(args: readonly string[], clockOffsetMs = 0): Promise<CommandOutcome> {
  let [out, err] = ['', ''];
  const code = await runCommandLine(args, {
    write: (text) => {
      out += text;
    },
    complain: (text) => {
      err += text;
    },
    folder: fixtures,
    now: () => Date.now() + clockOffsetMs,
  });
  return { code, out, err };
}
