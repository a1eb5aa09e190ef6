// npm run wild:record: installs each release of each client, drives it through an endpoint, and keeps its requests in
// __tests__/wild/clients, where __tests__/wild/clients.test.ts replays them. Needs the registry; run it when a client is released.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureBuilt, ensureInstalled, root, run } from './ensure-setup.mjs';
import { recordedReleases } from './recording/releases.mjs';

ensureInstalled();
ensureBuilt();
const only = process.argv[2] ?? '';
const releases = recordedReleases.filter(({ name, version }) => `${name}@${version}`.includes(only));
const driven = releases.map(({ client, name, version, drive }) => {
  const folder = install(name, version);
  const resolve = createRequire(path.join(folder, 'package.json')).resolve;
  const entry = (specifier) => pathToFileURL(path.join(folder, 'node_modules', specifier)).href;
  const { driver, args } = drive({ folder: path.join(folder, 'node_modules'), entry, resolve });
  return { client, version, driver: path.join(root, 'scripts', 'recording', `${driver}.mjs`), arguments: args };
});
const program = path.join(root, '__tests__', 'wild', 'recording', 'record.ts');
const target = path.join(root, '__tests__', 'wild', 'clients');
run(process.execPath, ['--import', 'tsx', program, target, JSON.stringify(driven)], {
  // This configuration has no `paths`: the endpoint uses the package that was built, by its public names.
  env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.build.json' },
});
run(process.execPath, [
  path.join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs'),
  '--write',
  '--log-level',
  'warn',
  target,
]);

/** Installs one release into a folder of its own, when it is not there. */
function install(name, version) {
  const folder = path.join(root, '.cache', 'recorded', `${name.replace('/', '+')}@${version}`);
  if (existsSync(path.join(folder, 'node_modules', name))) return folder;
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
  console.error(`Installing ${name} ${version} …`);
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', [...args, `${name}@${version}`], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${name} ${version} could not be installed`);
  return folder;
}
