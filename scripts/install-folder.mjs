// Some folders have package files of their own, so that `npm ci` of the root installs nothing that only they need.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './ensure-setup.mjs';

/**
 * Installs what a folder needs as its lockfile says, unless that is there already.
 *
 * @param {string} name - of the folder, below the root
 */
export function ensureFolderInstalled(name) {
  const folder = path.join(root, name);
  const installed = path.join(folder, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && isSame(packagesOf(installed), packagesOf(path.join(folder, 'package-lock.json')))) {
    return;
  }
  console.error(`Installing what ${name} needs …`);
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function isSame(installed, wanted) {
  return Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || installed[name]?.version === version || optional === true,
  );
}
