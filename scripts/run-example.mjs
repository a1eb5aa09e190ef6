import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './ensure-setup.mjs';

/**
 * Runs a file of examples/ in this process, so that signals and the status are the example's own.
 *
 * @param {string} file - within examples/
 * @param {readonly string[]} args
 */
export async function runExample(file, args = []) {
  process.chdir(root);
  // This configuration has no `paths`: the example uses the package that was built, by its public names.
  process.env.TSX_TSCONFIG_PATH = 'tsconfig.build.json';
  const { register } = await import('tsx/esm/api');
  register();
  const program = path.join(root, 'examples', file);
  process.argv.splice(1, Infinity, program, ...args);
  await import(pathToFileURL(program).href);
}
