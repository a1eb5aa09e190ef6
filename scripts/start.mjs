// npm start, npm run demo: sets up what is missing and runs a file of the notes example.
import { spawn } from 'node:child_process';
import { ensureBuilt, ensureInstalled, root } from './ensure-setup.mjs';

const [entry = 'main', ...args] = process.argv.slice(2);

ensureInstalled();
ensureBuilt();

const child = spawn(process.execPath, ['--import', 'tsx', `examples/notes/${entry}.ts`, ...args], {
  cwd: root,
  stdio: 'inherit',
  // This configuration has no `paths`: the example uses the package that was built, by its public names.
  env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.build.json' },
});
// A terminal sends Ctrl-C to the child as well, which ends in its own way; other signals are handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
