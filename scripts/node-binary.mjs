// Other versions of Node, for commands that have to be tried on each one that is supported, or that need a newer one.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { npm, root } from './ensure-setup.mjs';

/** The versions that are tried, the newest LTS first. The last is the oldest that package.json allows. */
export const nodeVersions = { 24: '24.21.0', 22: '22.23.3', 20: '20.19.6' };

/**
 * Installs a version of Node into .cache, once. It is no dependency of the project: npm would link it as node_modules/.bin/node, and
 * every script would run with it.
 *
 * @param {24 | 22 | 20} major
 * @returns {string} its binary
 */
export function nodeBinary(major) {
  const version = nodeVersions[major];
  const isWindows = process.platform === 'win32';
  const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;
  const folder = path.join(root, '.cache', `node-${version}`);
  const binary = path.join(folder, 'node_modules', name, 'bin', isWindows ? 'node.exe' : 'node');
  if (!existsSync(binary)) {
    console.error(`Installing Node ${version} into .cache …`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
    const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    npm(['install', '--prefix', folder, ...quietly, `${name}@${version}`]);
  }
  return binary;
}

/** A Node that can run the conformance suite, which needs 22 or later: this one, or else one that is installed. */
export function modernNode() {
  return Number(process.versions.node.split('.')[0]) >= 22 ? process.execPath : nodeBinary(22);
}
