// The last part of the build: bundles the declarations of each entry of dist/. Declarations that several entries share get their own
// files; unused ones are left out. Five hundred files become a few, and an editor only finds public types in them.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { root } from './ensure-setup.mjs';

const dist = path.join(root, 'dist');
const { exports } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const entries = Object.values(exports)
  .flatMap(({ types }) => types ?? [])
  .map((file) => [file.replace('./dist/', '').replace(/\.d\.ts$/, ''), path.join(root, file)]);

const problems = [];
const bundle = await rollup({
  input: Object.fromEntries(entries),
  plugins: [dts()],
  external: (id) => !id.startsWith('.') && !path.isAbsolute(id),
  onwarn: ({ message }) => problems.push(message),
});
const shape = { format: 'es', entryFileNames: '[name].d.ts', chunkFileNames: 'shared/[name]-[hash].d.ts' };
// Warnings come during generation; files are only deleted if there were none.
await bundle.generate(shape);
if (problems.length > 0) throw new Error(`Declarations cannot be bundled:\n${problems.join('\n')}`);
for (const name of readdirSync(dist, { recursive: true })) {
  if (/\.d\.ts(\.map)?$/.test(name)) rmSync(path.join(dist, name));
}
await bundle.write({ ...shape, dir: dist });
removeEmptyFolders(dist);

function removeEmptyFolders(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyFolders(path.join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}
