'use strict';

// import/no-cycle leaves `import type` out, and so it must where a cycle can only hurt at run time. In this package
// a cycle of types is a cycle of ideas: this rule follows every relative import, whatever is imported.

const { existsSync, readFileSync, statSync } = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

/** The files of each file, as they were when they were last read: path → { mtimeMs, imports }. */
const cache = new Map();

function sourceFile(from, specifier) {
  const target = path.resolve(path.dirname(from), specifier).replace(/\.js$/, '.ts');
  return existsSync(target) ? target : undefined;
}

function importsOf(file) {
  const { mtimeMs } = statSync(file);
  const known = cache.get(file);
  if (known?.mtimeMs === mtimeMs) return known.imports;
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  const imports = importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => sourceFile(file, fileName))
    .filter((target) => target !== undefined);
  cache.set(file, { mtimeMs, imports });
  return imports;
}

/** The shortest way from one file to another along imports, both ends included. */
function route(from, to) {
  const cameFrom = new Map([[from, undefined]]);
  for (const file of cameFrom.keys()) {
    if (file === to) return [...walkBack(cameFrom, to)].reverse();
    for (const next of importsOf(file)) if (!cameFrom.has(next)) cameFrom.set(next, file);
  }
  return undefined;
}

function* walkBack(cameFrom, end) {
  for (let file = end; file !== undefined; file = cameFrom.get(file)) yield file;
}

module.exports = {
  meta: {
    type: 'problem',
    docs: { description: 'Forbid cycles of imports, also of types.' },
    messages: { cycle: 'Cycle: {{ route }}.' },
    schema: [],
  },
  create(context) {
    const self = context.filename;
    function check({ source }) {
      // An import() may be of anything that is worked out at run time.
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const target = sourceFile(self, source.value);
      const back = target === undefined ? undefined : route(target, self);
      if (back === undefined) return;
      const names = [self, ...back].map((file) => path.relative(context.cwd, file));
      context.report({ node: source, messageId: 'cycle', data: { route: names.join(' → ') } });
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};
