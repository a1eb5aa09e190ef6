// A process that imports one module, and prints what that took. Express is the package's own, whatever is installed for the contestants.
import { createMeter } from '../../work/meter.mjs';

const [file, name] = process.argv.slice(2);
const meter = createMeter(file);
const modules = { express: '../../../node_modules/express/index.js', 'express-mcp': '../../../dist/index.js' };
const before = meter();
await import(modules[name]);
console.log(JSON.stringify({ spent: meter() - before }));
process.exit();
