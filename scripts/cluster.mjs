// npm run cluster: sets up what is missing, nginx and redis-server too where it may, and starts examples/cluster.
import { spawn, spawnSync } from 'node:child_process';
import { ensureBuilt, ensureInstalled, root } from './ensure-setup.mjs';

ensureInstalled();
ensureBuilt();

const { register } = await import('tsx/esm/api');
const unregister = register();
const { findProgram, programs } = await import('../examples/cluster/programs.ts');
await unregister();
ensurePrograms(Object.keys(programs).filter((name) => findProgram(name) === undefined));

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

/** Only root may install packages; whoever else is told how. */
function ensurePrograms(missing) {
  if (missing.length === 0) return;
  const packages = missing.map((name) => programs[name]);
  if (process.getuid?.() === 0 && process.platform === 'linux') {
    console.error(`Installing ${packages.join(' and ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env });
    spawnSync('apt-get', ['install', '-y', '-qq', ...packages], { stdio: ['ignore', 'ignore', 'inherit'], env });
  }
  const still = missing.filter((name) => findProgram(name) === undefined);
  if (still.length === 0) return;
  console.error(
    `\n  The cluster needs ${still.join(' and ')}, not found on this machine. Install with:\n\n` +
      `    sudo apt-get install ${still.map((name) => programs[name]).join(' ')}\n\n` +
      '  (On other systems the packages are called nginx and redis.) Or use Docker: examples/cluster/README.md\n',
  );
  process.exit(1);
}
