// npm start, npm run demo: sets up what is missing and runs a file of the notes example.
import { endWithNpm } from './end-with-npm.mjs';
import { runExample } from './run-example.mjs';
import { setUp } from './setting-up.mjs';

const [entry = 'main', ...args] = process.argv.slice(2);

console.error('The notes example: checks the set-up, then starts. Ctrl-C stops.');
endWithNpm();
await setUp();
await runExample(`notes/${entry}.ts`, args);
