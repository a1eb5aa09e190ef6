// The second half of the build: bundles the modules of each entry of dist/. A process that imports the package then opens two files
// instead of two hundred, which takes most of the time of an import (docs/performance.md). The code is not minified, so that stack
// traces are readable without source maps. Entries still share common code.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import ts from 'typescript';
import { bundleWithCore } from './bundle-core.mjs';
import { root } from './ensure-setup.mjs';
import { asCommonJs } from './jest/read-module.cjs';

const dist = path.join(root, 'dist');
const { bin, exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const targets = Object.entries(exports).flatMap(([name, target]) =>
  target.default === undefined ? [] : [{ name, file: target.default }],
);
const modules = targets.filter(({ file }) => file.endsWith('index.js'));
const [main, ...others] = [...modules.map(({ file }) => file), ...Object.values(bin)].map((file) =>
  path.join(root, file),
);

removeComments();
// Written at the end, since the modules are where the bundles go.
const outputFiles = await bundleWithCore({
  main,
  others,
  folder: dist,
  options: {
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'warning',
  },
});
checkExports();
const forJest = await filesForJest();
for (const { path: file, text } of outputFiles) {
  if (!file.includes(`${path.sep}cli${path.sep}`)) checkForJest(path.relative(root, file), text);
}
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
 * Files for Jest, whose loader cannot `require` an ES module. A reader turns bundles into CommonJS on demand. Each entry is one line,
 * and there is a copy of jose, which is an ES module itself.
 *
 * @returns the texts of the files by their names
 */
async function filesForJest() {
  const entries = modules.map(({ name, file }) => [
    `${name === '.' ? 'index' : name.slice(2)}.cjs`,
    `'use strict';\nmodule.exports = require('./read-module.cjs').readModule(require.resolve('../${file.slice('./dist/'.length)}'));\n`,
  ]);
  const reader = readFileSync(path.join(root, 'scripts', 'jest', 'read-module.cjs'), 'utf8');
  return [['read-module.cjs', reader], ['jose.cjs', await bundleJose()], ...entries];
}

async function bundleJose() {
  const { outputFiles: files } = await build({
    stdin: { contents: "export * from 'jose';", resolveDir: root },
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    // Names of classes are kept: errors show them.
    minify: true,
    keepNames: true,
    logLevel: 'warning',
    write: false,
  });
  return files[0].text;
}

/** Removes comments from the modules. esbuild keeps those inside of classes, a tenth of the package; editors read the declarations. */
function removeComments() {
  const compilerOptions = { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: true };
  for (const name of readdirSync(dist, { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const file = path.join(dist, name);
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, ts.transpileModule(text, { fileName: file, compilerOptions }).outputText);
  }
}

/** Ends the build if a module exports what changes later: with the reader, an importing module reads a name once. */
function checkExports() {
  for (const name of readdirSync(dist, { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const changing = /^export (?:(?:let|var) .*|\{ [^}]+\};$)/m.exec(readFileSync(path.join(dist, name), 'utf8'));
    if (changing === null) continue;
    throw new Error(`dist/${name}: export what does not change, where it is declared: ${changing[0]}`);
  }
}

/** Ends the build if the reader would misunderstand a bundle: every import and export must be one that it turns into CommonJS. */
function checkForJest(file, code) {
  const converted = asCommonJs(code);
  const left = /^(import|export)\b.*|\bimport\.meta\b|^await .*/m.exec(converted);
  if (left !== null) throw new Error(`${file}: scripts/jest/read-module.cjs does not understand "${left[0]}"`);
}
