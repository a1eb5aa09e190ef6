#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { runCommandLine } from './run-command-line.js';

const { stderr, stdin, stdout } = process;

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: stdin, output: stdout });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

const exitCode = await runCommandLine(process.argv.slice(2), {
  write: (text) => stdout.write(text),
  complain: (text) => stderr.write(text),
  ask: stdin.isTTY ? ask : undefined,
  folder: process.cwd(),
  now: () => Date.now(),
});

// An imported module may have opened a database or a port, which would keep the process alive. So it exits, but only after all output
// has been written, which takes time on a pipe.
stdout.write('', () => stderr.write('', () => process.exit(exitCode)));
