// npm start, npm run demo: sets up what is missing and runs a file of the notes example.
import { ensureBuilt, ensureInstalled } from './ensure-setup.mjs';
import { runExample } from './run-example.mjs';

const [entry = 'main', ...args] = process.argv.slice(2);

ensureInstalled();
ensureBuilt();
runExample(`notes/${entry}.ts`, args);
