import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../ensure-setup.mjs';

// Not a dependency of the project: with all that it brings it takes 110 MB.
const version = '2.12.0';

/**
 * The official inspector, installed into .cache when it is not there.
 *
 * @returns its program and version; undefined when it cannot be installed, which is said loudly
 */
export function inspector() {
  const folder = path.join(root, '.cache', `inspector-${version}`);
  const program = path.join(
    folder,
    'node_modules',
    '@modelcontextprotocol',
    'inspector',
    'clients',
    'launcher',
    'build',
    'index.js',
  );
  if (existsSync(program)) return { program, version };
  console.error(`Installing the inspector ${version} …`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', [...args, `@modelcontextprotocol/inspector@${version}`], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status === 0 && existsSync(program)) return { program, version };
  console.error(`\n!!! The inspector ${version} could not be installed: IT IS SKIPPED.\n`);
  return undefined;
}
