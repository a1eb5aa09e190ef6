// npm run bench, npm run bench:guard: sets up what is missing and runs one of them.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root, run } from './ensure-setup.mjs';

const folder = path.join(root, 'bench');

/** The other servers are dependencies of bench/ alone; the guard does without them. */
function ensureContestants() {
  const installed = path.join(folder, 'node_modules', '.package-lock.json');
  const wanted = readFileSync(path.join(folder, 'package-lock.json'), 'utf8');
  if (existsSync(installed) && isSame(JSON.parse(readFileSync(installed, 'utf8')), JSON.parse(wanted))) return;
  console.error('Installing the contestants …');
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

function isSame(installed, wanted) {
  return Object.entries(wanted.packages).every(
    ([name, { version, optional }]) =>
      name === '' || installed.packages[name]?.version === version || optional === true,
  );
}

const [what, ...args] = process.argv.slice(2);
ensureInstalled();
ensureBuilt();
if (what === 'run') ensureContestants();
run(process.execPath, [path.join(folder, what === 'run' ? 'run.mjs' : 'guard/run.mjs'), ...args]);
