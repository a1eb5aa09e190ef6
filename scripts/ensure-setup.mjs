// What every command needs before it can do its job: dependencies as the lockfile says, and an up-to-date dist/.
// Runs on a fresh clone, so it imports nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const inRoot = (...names) => path.join(root, ...names);
const fingerprintFile = inRoot('.cache', 'build-fingerprint');

/** Installs the dependencies when node_modules is missing or is not what package-lock.json describes. */
export function ensureInstalled() {
  if (isInstalled()) return;
  const fresh = !existsSync(inRoot('node_modules'));
  console.error(fresh ? 'Installing dependencies …' : 'Dependencies changed, updating node_modules …');
  // `npm ci` empties node_modules, which others may be using; a tree that is there is brought up to date instead.
  npm([fresh ? 'ci' : 'install', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Builds dist/ when it is missing, or was made from other sources than the present ones. */
export function ensureBuilt() {
  const isFresh = existsSync(fingerprintFile) && readFileSync(fingerprintFile, 'utf8') === fingerprint();
  if (isFresh && existsSync(inRoot('dist', 'index.js'))) return;
  console.error('Building dist/ …');
  build();
}

/** Builds dist/ from nothing. Ends the process when the compiler finds an error. */
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

/** Runs a command in the repository's folder with our own streams; ends the process with its status when it fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs npm, the one that runs us when there is one; ends the process when it fails. */
export function npm(args) {
  const npm = npmCommand(args);
  run(npm.command, npm.args, { shell: npm.command === 'npm' && process.platform === 'win32' });
}

/** How npm is started, the one that runs us when there is one. */
export function npmCommand(args) {
  const cli = process.env.npm_execpath;
  if (cli !== undefined && cli.endsWith('.js')) return { command: process.execPath, args: [cli, ...args] };
  return { command: 'npm', args };
}

// npm writes what it installed into node_modules/.package-lock.json when it is done: an install that was interrupted,
// or a lockfile that changed since, shows as a difference. What is optional may be absent (other platforms).
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
