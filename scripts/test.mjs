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
  // How Jest runs ES modules. Its workers inherit these flags; processes that tests start themselves do not.
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  // Each suite makes hundreds of modules anew: with more room for what is young, less of it is copied about. 64 brought no more.
  '--max-semi-space-size=32',
  path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
  ...args,
]);
