// npm test: sets up what is missing and runs the whole suite. npm test -- <jest's arguments>: only what they say.
// npm run coverage: the whole suite, held to the coverage thresholds of jest.config.js.
import path from 'node:path';
import { ensureInstalled, root, run } from './ensure-setup.mjs';

ensureInstalled();
run(process.execPath, [
  // How Jest runs ES modules. Its workers inherit these flags; processes that tests start themselves do not.
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  // Tests make hundreds of registries that no real client signs in for. Each warning has tests of its own.
  '--disable-warning=EXPRESS_MCP_FIRST_SCOPES',
  '--disable-warning=EXPRESS_MCP_PAGE_SIZE',
  '--disable-warning=EXPRESS_MCP_NO_AUTH',
  // Each suite makes hundreds of modules anew: with more room for what is young, less of it is copied about. 64 brought no more.
  '--max-semi-space-size=32',
  path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
  ...process.argv.slice(2),
]);
