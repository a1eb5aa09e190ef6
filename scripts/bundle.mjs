// The second half of the build: puts the modules of each entry of dist/ into few files. A process that imports the package opens three
// files instead of two hundred, which is most of the time that importing takes (docs/performance.md). Nothing is minified, what several
// entries share they share still, and source maps lead to lib/.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { root } from './ensure-setup.mjs';

const dist = path.join(root, 'dist');
const { bin, exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const named = [...Object.values(exports).map((target) => target.default), ...Object.values(bin)];
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
  sourcemap: true,
  logLevel: 'warning',
  // Written when all of it is known, since the modules lie where the bundles go.
  write: false,
});
for (const name of readdirSync(dist, { recursive: true })) {
  if (/\.js(\.map)?$/.test(name)) rmSync(path.join(dist, name));
}
for (const { path: file, contents } of outputFiles) {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, contents);
}
