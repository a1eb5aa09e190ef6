'use strict';

// node observe.cjs <folder of express-mcp's entries> <order>: the app of observed-app.cjs in CommonJS.
const path = require('node:path');
const { observe } = require('./observed-app.cjs');

const [, , folder, order] = process.argv;
// Packages are those of the folder that it is started in, so that other versions of the SDK can be tried.
const load = (name) => require(require.resolve(name, { paths: [process.cwd()] }));
const loadOurs = (entry) => require(path.join(folder, entry === 'index' ? 'index.mjs' : `${entry}/index.mjs`));
observe({ load, loadOurs, order }).then((result) => process.stdout.write(`${JSON.stringify(result)}\n`));
