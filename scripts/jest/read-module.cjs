'use strict';
// Lets Jest use the package in its CommonJS mode, whose loader cannot `require` an ES module. It reads the bundles of dist/ and turns
// imports and exports into calls of `require`, so that the package has its code once. Lines keep their numbers, so stack traces lead to
// the bundle. The build copies this file to dist/jest and checks that every bundle has the expected form.
const path = require('node:path');

// A test may mock `node:fs`.
const fs = process.getBuiltinModule('node:fs');
// Functions and errors must be those of Jest's sandbox, so the code is evaluated here and not by Node's own loader.
const evaluate = eval;
const modules = new Map();

/**
 * A bundle of dist/ as CommonJS.
 *
 * @param {string} file - absolute
 * @returns {object} what it exports
 */
function readModule(file) {
  const known = modules.get(file);
  if (known !== undefined) return known;
  const exported = {};
  modules.set(file, exported);
  const code = asCommonJs(fs.readFileSync(file, 'utf8'));
  evaluate(`(function (require, exported) { "use strict"; ${code}\n})\n//# sourceURL=${file}`)(
    (name) => requireFrom(path.dirname(file), name),
    (getters) => {
      for (const [name, get] of Object.entries(getters)) {
        Object.defineProperty(exported, name, { get, enumerable: true });
      }
    },
  );
  return exported;
}

function requireFrom(folder, name) {
  if (name.startsWith('.')) return readModule(path.resolve(folder, name));
  // jose is an ES module too; a copy of it lies here.
  return /^jose(\/|$)/.test(name) ? require('./jose.cjs') : require(name);
}

/**
 * The code with calls of `require` in place of imports, and with one call of `exported` in place of exports.
 *
 * @param {string} code - written by esbuild: imports and exports begin a line, and only names are exported
 */
function asCommonJs(code) {
  return code
    .replace(/^import (?:(\w+)(?:, )?)?(\{[^}]*\}|\* as \w+)?(?: from )?(".*?");$/gm, (_, whole, names, from) => {
      const parts = [];
      if (whole !== undefined) parts.push(`${whole} = require(${from})`);
      if (names?.startsWith('*') === true) parts.push(`${names.slice('* as '.length)} = require(${from})`);
      else if (names !== undefined) parts.push(`${names.replace(/(\w+) as (\w+)/g, '$1: $2')} = require(${from})`);
      return parts.length === 0 ? `require(${from});` : `var ${parts.join(', ')};`;
    })
    .replace(/^export \{([^}]*)\};$/gm, (_, names) => {
      const getters = names.replace(/(\w+)(?: as (\w+))?/g, (__, local, name) => `${name ?? local}: () => ${local}`);
      return `exported({${getters}});`;
    })
    .replace(/\bimport\(("[^"]*")\)/g, 'Promise.resolve().then(() => require($1))');
}

module.exports = { asCommonJs, readModule };
