// npm run own-login: sets up what is missing and starts examples/own-login.
// npm run own-login:test: its types and its tests, on PGlite, on PostgreSQL and in Chromium.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt, ensureInstalled, npmCommand, root, run } from './ensure-setup.mjs';
import { runExample } from './run-example.mjs';

const folder = path.join(root, 'examples', 'own-login');

/**
 * Installs what the example needs beside the package, when it is missing or not what its lockfile says.
 *
 * @param {() => void} meanwhile - work that goes on at the same time
 */
export async function ensureOwnLogin(meanwhile = () => undefined) {
  const installedFile = path.join(folder, 'node_modules', '.package-lock.json');
  const wanted = JSON.parse(readFileSync(path.join(folder, 'package-lock.json'), 'utf8')).packages;
  const installed = existsSync(installedFile) ? JSON.parse(readFileSync(installedFile, 'utf8')).packages : {};
  const isComplete = Object.entries(wanted).every(
    ([name, { version, optional }]) => name === '' || installed[name]?.version === version || optional === true,
  );
  if (isComplete) {
    meanwhile();
  } else {
    console.error('Installing what examples/own-login needs …');
    const npm = npmCommand([
      'ci',
      '--prefix',
      folder,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]);
    const isWindows = npm.command === 'npm' && process.platform === 'win32';
    const installing = spawn(npm.command, npm.args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: isWindows,
    });
    const ended = once(installing, 'exit');
    meanwhile();
    const [status] = await ended;
    if (status !== 0) process.exit(status ?? 1);
  }
  linkPackage();
}

/** Lets the example import the package that was built by its name, as if it were installed there. */
function linkPackage() {
  const link = path.join(folder, 'node_modules', 'express-mcp');
  if (existsSync(path.join(link, 'package.json'))) return;
  rmSync(link, { force: true, recursive: true });
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(root, link, 'junction');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  await ensureOwnLogin(ensureBuilt);
  const [command, ...args] = process.argv.slice(2);
  if (command === 'test') {
    run(process.execPath, [path.join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder]);
    const tests = readdirSync(path.join(folder, 'test')).filter((name) => name.endsWith('.test.ts'));
    const files = args.length > 0 ? args : tests.map((name) => path.join('examples', 'own-login', 'test', name));
    run(process.execPath, ['--import', 'tsx', '--test', '--test-concurrency=1', ...files], {
      env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.build.json' },
    });
  } else {
    await runExample('own-login/main.ts', command === undefined ? [] : [command, ...args]);
  }
}
