import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build, stop } from 'esbuild';
import { asPackage } from '../bundled-programs.js';

/** What programs import themselves, too: there must not be two of it. */
const shared = ['express', 'ioredis', 'oidc-provider', 'redis'];

/**
 * A folder that is the package `express-mcp` to what runs in it, made of the sources as the build makes it, with Express beside it. Both
 * are in few files, what they are made of included, since to open hundreds takes each process longer than what it is there for.
 *
 * @param root - folder of package.json and lib
 */
export async function preparedPackage(root: string): Promise<string> {
  await mkdir(path.join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(path.join(root, '.cache', 'doc-run-'));
  const manifest = await readFile(path.join(root, 'package.json'), 'utf8');
  const { name, exports } = JSON.parse(manifest.replaceAll('./dist/', './lib/')) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name, type: 'module', exports }));
  const entryPoints = Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.default.replace(/\.js$/, '.ts')],
  );

  await Promise.all([
    build({
      absWorkingDir: root,
      entryPoints,
      outdir: path.join(folder, 'lib'),
      outbase: path.join(root, 'lib'),
      ...asPackage,
      packages: 'bundle',
      external: shared,
    }),
    prepareExpress(root, path.join(folder, 'node_modules', 'express')),
  ]);
  // Its service would stay beside the worker until all is over.
  await stop();
  return folder;
}

async function prepareExpress(root: string, folder: string): Promise<void> {
  const require = createRequire(path.join(root, 'package.json'));
  await build({
    absWorkingDir: root,
    entryPoints: [require.resolve('express')],
    outfile: path.join(folder, 'express.cjs'),
    ...asPackage,
    format: 'cjs',
    splitting: false,
    packages: 'bundle',
  });
  // Node reads the names of a CommonJS module from its text, which the bundle has no more. Some are no names of variables.
  const names = Object.keys(require('express') as object);
  const text = [
    "import express from './express.cjs';",
    'export default express;',
    ...names.map((name, index) => `const name${index} = express.${name}; export { name${index} as ${name} };`),
  ];
  await writeFile(path.join(folder, 'index.mjs'), text.join('\n'));
  const exports = { import: './index.mjs', default: './express.cjs' };
  await writeFile(path.join(folder, 'package.json'), JSON.stringify({ name: 'express', exports }));
}
