import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../ensure-setup.mjs';

const program = path.join('__tests__', 'conformance', 'fixture', 'start.ts');

/**
 * Starts the server that is tested.
 *
 * @param endpoint - `open` or `protected`
 * @param logFile - receives what the server prints
 * @returns the URL of the endpoint, and a function that stops it
 */
export async function startFixture(endpoint, logFile) {
  const flags = endpoint === 'protected' ? ['--protected'] : [];
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...flags], {
    cwd: root,
    // It ends when its input does, which it does as well when this process is gone.
    stdio: ['pipe', 'pipe', 'pipe'],
    // This configuration has no `paths`: the fixture uses the package that was built, by its public names.
    env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.build.json' },
  });
  child.stderr.pipe(createWriteStream(logFile));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    const { url } = JSON.parse(line);
    return {
      url,
      stop: async () => {
        child.stdin.end();
        await exited;
      },
    };
  }
  throw new Error(`The ${endpoint} fixture ended before it listened, see ${path.relative(root, logFile)}`);
}
