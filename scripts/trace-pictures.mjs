// npm run telemetry:pictures [-- --check]: draws docs/trace-of-*.svg from spans of the notes example; with --check it says whether they
// still show what happens. Times are not compared.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { ensureInstalled, root } from './ensure-setup.mjs';

ensureInstalled();
const program = 'tools/telemetry/traced-notes.ts';
const outdir = path.join(root, '.cache', 'trace-pictures');
mkdirSync(outdir, { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: [program],
  outdir,
  outbase: root,
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  keepNames: true,
});
const { status, stdout } = spawnSync(process.execPath, [path.join(outdir, program.replace('.ts', '.mjs'))], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
rmSync(outdir, { recursive: true });
if (status !== 0) process.exit(1);

const isCheck = process.argv.includes('--check');
let changed = 0;
for (const [name, picture] of Object.entries(JSON.parse(stdout))) {
  const file = path.join(root, 'docs', name);
  if (!isCheck) writeFileSync(file, picture);
  else if (textsIn(readFileSync(file, 'utf8')) !== textsIn(picture)) {
    console.error(`docs/${name} shows what does not happen any more. Draw it anew: npm run telemetry:pictures`);
    changed += 1;
  }
}
process.exit(Math.min(changed, 1));

/** All that is written in a picture, in its order. */
function textsIn(picture) {
  return [...picture.matchAll(/<(?:title|desc|text)[^>]*>([\s\S]*?)<\/(?:title|desc|text)>/g)]
    .map(([, text]) => text)
    .join('\n');
}
