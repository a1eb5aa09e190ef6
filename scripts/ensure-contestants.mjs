// What bench/ and endurance/ need beside the package: dependencies of bench/ alone.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './ensure-setup.mjs';

const folder = path.join(root, 'bench');

/** Installs the other servers, and what makes load. */
export function ensureContestants() {
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
