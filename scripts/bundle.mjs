// The second half of the build: bundles the modules of each entry of dist/. A process that imports the package then opens three files
// instead of two hundred, which takes most of the time of an import (docs/performance.md). The code is not minified, so that stack
// traces are readable without source maps. Entries still share common code.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './ensure-setup.mjs';

const dist = path.join(root, 'dist');
const { bin, exports, peerDependencies: peers } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const targets = Object.entries(exports).flatMap(([name, target]) =>
  target.default === undefined ? [] : [{ name, file: target.default }],
);
const modules = targets.filter(({ file }) => file.endsWith('index.js'));
const named = [...modules.map(({ file }) => file), ...Object.values(bin)];
const entryPoints = named.filter((name) => name !== undefined).map((name) => path.join(root, name));

const { outputFiles } = await build({
  entryPoints,
  outdir: dist,
  outbase: dist,
  chunkNames: 'shared/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
  // Written at the end, since the modules are where the bundles go.
  write: false,
});
const forJest = await bundleForJest();
for (const name of readdirSync(dist, { recursive: true })) {
  if (/\.js(\.map)?$/.test(name)) rmSync(path.join(dist, name));
}
for (const { path: file, contents } of outputFiles) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, contents);
}
mkdirSync(path.join(dist, 'jest'));
for (const [name, text] of forJest) writeFileSync(path.join(dist, 'jest', name), text);

/**
 * All entries once more as CommonJS, with jose in it: Jest's loader cannot `require` an ES module. One file holds all code, so that the
 * entries share their classes; each entry is a line that exports its part.
 *
 * @returns the texts of the files by their names
 */
async function bundleForJest() {
  const { outputFiles } = await build({
    stdin: {
      // Each is evaluated on demand: some need an optional package.
      contents: modules
        .map(
          ({ name, file }) => `Object.defineProperty(exports, '${partOf(name)}', { get: () => require('${file}') });`,
        )
        .join('\n'),
      resolveDir: root,
    },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    // ajv is already CommonJS. The file is only for tests, and would be a third of the package.
    external: [...Object.keys(peers), 'ajv', 'ajv/*'],
    // Names of classes and functions are kept: errors and tests show them.
    minify: true,
    keepNames: true,
    logLevel: 'warning',
    write: false,
  });
  const parts = modules.map(({ name }) => [
    `${partOf(name)}.cjs`,
    `'use strict';\nmodule.exports = require('./all.cjs').${partOf(name)};\n`,
  ]);
  return [['all.cjs', outputFiles[0].contents], ...parts];
}

/** The entry `.` is `index`, and `./testing` is `testing`. */
function partOf(name) {
  return name === '.' ? 'index' : name.slice(2);
}
