// Prepares a command: installs the dependencies of the lockfile, and brings dist/ up to date. It runs on a fresh clone, so it only
// imports Node's own modules.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const inRoot = (...names) => path.join(root, ...names);
const fingerprintFile = inRoot('.cache', 'build-fingerprint');

/** Installs the dependencies if node_modules is missing or differs from package-lock.json. */
export function ensureInstalled() {
  if (isInstalled()) return;
  const fresh = !existsSync(inRoot('node_modules'));
  console.error(fresh ? 'Installing dependencies …' : 'Dependencies changed, updating node_modules …');
  // `npm ci` empties node_modules, which other processes may be using; an existing one is updated instead.
  npm([fresh ? 'ci' : 'install', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Builds dist/ if it is missing, or was made from other sources. */
export function ensureBuilt() {
  const isFresh = existsSync(fingerprintFile) && readFileSync(fingerprintFile, 'utf8') === fingerprint();
  if (isFresh && existsSync(inRoot('dist', 'index.js'))) return;
  console.error('Building dist/ …');
  build();
}

/** Builds dist/ from scratch. Ends the process if the compiler finds an error. */
export function build() {
  const sources = fingerprint();
  rmSync(fingerprintFile, { force: true });
  rmSync(inRoot('dist'), { recursive: true, force: true });
  run(process.execPath, [inRoot('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json']);
  run(process.execPath, [inRoot('scripts', 'bundle.mjs')]);
  run(process.execPath, [inRoot('scripts', 'bundle-types.mjs')]);
  mkdirSync(path.dirname(fingerprintFile), { recursive: true });
  writeFileSync(fingerprintFile, sources);
}

/** Runs a command in the repository's folder with our own streams; ends the process with its status if it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs npm, the one that started us if there is one; ends the process if it fails. */
export function npm(args) {
  const npm = npmCommand(args);
  run(npm.command, npm.args, { shell: npm.command === 'npm' && process.platform === 'win32' });
}

/** The command for npm, the one that started us if there is one. */
export function npmCommand(args) {
  const cli = process.env.npm_execpath;
  if (cli !== undefined && cli.endsWith('.js')) return { command: process.execPath, args: [cli, ...args] };
  return { command: 'npm', args };
}

// At the end of an installation, npm lists the packages in node_modules/.package-lock.json. An interrupted installation, or a changed
// lockfile, shows as a difference. Optional packages may be absent (other platforms).
function isInstalled() {
  const installedFile = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([name, { version, optional }]) =>
      name === '' || installed[name]?.version === version || (optional === true && !(name in installed)),
  );
}

function fingerprint() {
  const hash = createHash('sha256').update(process.version);
  const sources = readdirSync(inRoot('lib'), { recursive: true }).filter((name) => name.endsWith('.ts'));
  const files = [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'scripts/bundle.mjs',
    'scripts/bundle-types.mjs',
    'scripts/jest/read-module.cjs',
    ...sources.map((name) => `lib/${name}`),
  ];
  for (const name of files.sort()) {
    hash.update(`${name}\0`);
    hash.update(readFileSync(inRoot(name)));
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  if (!process.argv.includes('--install-only')) ensureBuilt();
}
