// npm run cluster: sets up what is missing, nginx and redis-server too where it may, and starts examples/cluster.
import { spawn } from 'node:child_process';
import { ensurePrograms } from './ensure-programs.mjs';
import { ensureBuilt, ensureInstalled, root } from './ensure-setup.mjs';

ensureInstalled();
ensureBuilt();

await ensurePrograms(['nginx', 'redis-server']);

const child = spawn(process.execPath, ['--import', 'tsx', 'examples/cluster/main.ts'], {
  cwd: root,
  stdio: 'inherit',
  // This configuration has no `paths`: the example uses the package that was built, by its public names.
  env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.build.json' },
});
// A terminal sends Ctrl-C to the child as well, which ends in its own way; other signals are handed on.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 130)));
