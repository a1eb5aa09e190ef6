// npm run faults, npm run soak: sets up what is missing and runs one of them.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root, run } from './ensure-setup.mjs';

const [file, ...args] = process.argv.slice(2);
ensureInstalled();
ensureBuilt();
ensureRedis();
run(process.execPath, [path.join(root, 'endurance', file), ...args]);

/** Debian's package, where it may be installed. */
function ensureRedis() {
  const isThere = () => spawnSync('redis-server', ['--version'], { stdio: 'ignore' }).status === 0;
  if (isThere()) return;
  console.error('Installing redis-server …');
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'inherit' });
  spawnSync('apt-get', ['install', '-y', '-qq', 'redis-server'], { stdio: 'inherit' });
  if (isThere()) return;
  console.error('There is no redis-server on the PATH: apt-get install redis-server');
  process.exit(1);
}
