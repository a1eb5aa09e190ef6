// npm test: sets up what is missing, runs the whole suite and holds it to the coverage thresholds.
// npm test -- <jest's arguments>: only what they say, at once.
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root, run } from './ensure-setup.mjs';

ensureInstalled();
const args = process.argv.slice(2);
if (args.length === 0) {
  ensureBuilt();
  args.push('--coverage');
}
run(process.execPath, [
  // How Jest runs ES modules. Its workers inherit both flags; processes that tests start themselves do not.
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  // Suites make and drop modules by the hundred; with Node's default a fifth of the time went into collecting them.
  '--max-semi-space-size=64',
  path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
  ...args,
]);
