// node observe.mjs <folder of express-mcp's entries> <order>: the app of observed-app.cjs in ES modules.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { observe } from './observed-app.cjs';

const [, , folder, order] = process.argv;
// Packages are those of the folder that it is started in, so that other versions of the SDK can be tried.
const { resolve } = createRequire(path.join(process.cwd(), 'observe.mjs'));
const load = (name) => import(name.startsWith('node:') ? name : pathToFileURL(resolve(name)).href);
const loadOurs = (entry) =>
  import(pathToFileURL(path.join(folder, entry === 'index' ? 'index.mjs' : `${entry}/index.mjs`)).href);
process.stdout.write(`${JSON.stringify(await observe({ load, loadOurs, order }))}\n`);
