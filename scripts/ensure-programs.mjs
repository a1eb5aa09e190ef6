// Programs of the system that examples/cluster and endurance/ need besides Node.
import { spawnSync } from 'node:child_process';
import { findProgram, installCommand, programs } from '../tools/programs.mjs';

/**
 * Installs missing programs if it runs as root. Otherwise it prints how to install them, and ends the process.
 *
 * @param {readonly ('nginx' | 'redis-server')[]} names
 */
export function ensurePrograms(names) {
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
      `    sudo ${installCommand(still)}\n\n` +
      '  (On other systems the packages are called nginx and redis.)\n',
  );
  process.exit(1);
}
