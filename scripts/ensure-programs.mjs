// Programs of the system that examples/cluster and endurance/ need beside Node.
import { spawnSync } from 'node:child_process';

/**
 * Installs programs that are missing where it may, which is as root. Whoever else is told how, and the process ends.
 *
 * @param {readonly ('nginx' | 'redis-server')[]} names
 */
export async function ensurePrograms(names) {
  const { findProgram, programs } = await loadPrograms();
  const missing = names.filter((name) => findProgram(name) === undefined);
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
    `\n  This needs ${still.join(' and ')}, not found on this machine. Install with:\n\n` +
      `    sudo apt-get install ${still.map((name) => programs[name]).join(' ')}\n\n` +
      '  (On other systems the packages are called nginx and redis.)\n',
  );
  process.exit(1);
}

/** What is on this machine, as the example itself finds out. */
async function loadPrograms() {
  const { register } = await import('tsx/esm/api');
  const unregister = register();
  const found = await import('../examples/cluster/programs.ts');
  await unregister();
  return found;
}
