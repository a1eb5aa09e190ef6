// Bundles dist/ so that importing the package opens two files: its entry, and shared/core.js with each module that the entry needs.
// The other entries take those modules from the core, so that each class exists once. By its own splitting, esbuild makes a file for
// every set of entries that share something. Each of thirty files costs an import about a millisecond.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const core = 'shared/core.js';

/**
 * @param {object} given
 * @param {string} given.folder - where modules are and bundles go, absolute
 * @param {string} given.main - the module of the main entry
 * @param {readonly string[]} given.others - the modules of the other entries, each in a folder of its own in `folder`
 * @param {import('esbuild').BuildOptions} given.options - how to bundle
 * @returns {Promise<import('esbuild').OutputFile[]>} the bundles, which are not written yet
 */
export async function bundleWithCore({ folder, main, others, options }) {
  const bundle = (more) =>
    build({ ...options, bundle: true, outdir: folder, outbase: folder, absWorkingDir: folder, write: false, ...more });
  const { files, later, exported } = await whatMainLoads(main, folder, bundle);

  const { outputFiles: around } = await bundle({
    entryPoints: [...others, ...later].map((file) => ({ in: file, out: nameOf(file, folder, later) })),
    splitting: true,
    chunkNames: 'shared/[name]-[hash]',
    plugins: [elsewhere((file) => (files.includes(file) ? `../${core}` : undefined))],
  });

  const inner = [...namesFromCore(around)].filter((name) => !exported.includes(name));
  const sources = sourcesOf(inner, files);
  const { outputFiles: middle } = await bundle({
    stdin: { contents: [reExport(exported, main), ...sources].join('\n'), resolveDir: folder },
    outdir: undefined,
    outfile: path.join(folder, core),
    plugins: [elsewhere((file) => (later.includes(file) ? `./${path.basename(file)}` : undefined))],
  });
  const { outputFiles: entry } = await bundle({
    stdin: { contents: reExport(exported, `./${core}`), resolveDir: folder },
    outdir: undefined,
    outfile: main,
    external: [`./${core}`],
  });
  return [...entry, ...middle, ...around];
}

const reExport = (names, from) => `export { ${names.join(', ')} } from ${JSON.stringify(from)};`;

/** The modules that the main entry loads at once, those that it imports later, and what it exports. */
async function whatMainLoads(main, folder, bundle) {
  const { metafile } = await bundle({ entryPoints: [main], metafile: true, splitting: true });
  const absolute = (name) => path.join(folder, name);
  const files = new Set();
  const later = new Set();
  const visit = (name) => {
    if (files.has(absolute(name))) return;
    files.add(absolute(name));
    for (const { path: imported, kind, external } of metafile.inputs[name].imports) {
      if (external === true) continue;
      if (kind === 'dynamic-import') later.add(absolute(imported));
      else visit(imported);
    }
  };
  const name = path.relative(folder, main);
  visit(name);
  return {
    files: [...files],
    later: [...later].filter((file) => !files.has(file)),
    exported: metafile.outputs[name].exports,
  };
}

const nameOf = (file, folder, later) =>
  later.includes(file) ? `shared/${path.basename(file, '.js')}` : path.relative(folder, file).replace(/\.js$/, '');

/** Leaves modules out of a bundle, which imports them from the file that `where` says. */
const elsewhere = (where) => ({
  name: 'elsewhere',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ path: name, resolveDir, kind }) => {
      const target = kind === 'entry-point' ? undefined : where(path.resolve(resolveDir, name));
      return target === undefined ? undefined : { path: target, external: true, sideEffects: false };
    });
  },
});

/** The names that bundles import from the core. */
function namesFromCore(bundles) {
  const imports = bundles.flatMap(({ text }) => [
    ...text.matchAll(/^import \{([^}]*)\} from "\.\.\/shared\/core\.js";$/gm),
  ]);
  return new Set(imports.flatMap(([, list]) => list.split(',').map((name) => name.trim().split(' as ')[0])));
}

/** Lines that export names from the modules which declare them. */
function sourcesOf(names, files) {
  const declared = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^export (?:async )?(?:class|function\*?|const) (\w+)/gm)].map(
      ([, name]) => ({
        name,
        file,
      }),
    ),
  );
  return names.map((name) => {
    const [found, another] = declared.filter((each) => each.name === name);
    if (found === undefined || another !== undefined) {
      throw new Error(
        `An entry needs ${name} of the core, where it is declared ${found === undefined ? 'nowhere' : `in ${found.file} and ${another.file}: rename one`}`,
      );
    }
    return reExport([name], found.file);
  });
}
