// npm test: sets up what is missing and runs the test files, but for those of scripts/long-suites.mjs.
// npm run test:long: those. npm test -- <Jest's arguments>: whatever they name.
// npm run coverage: all test files, held to the coverage thresholds of jest.config.js.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureInstalled, root } from './ensure-setup.mjs';
import { longSuites } from './long-suites.mjs';

ensureInstalled();
const args = process.argv.slice(2).filter((argument) => argument !== '--long');
const isLong = args.length < process.argv.length - 2;
const isWatching = args.some((argument) => /^--watch(All)?$/.test(argument));
const namesFiles = args.some((argument) => !argument.startsWith('-'));

const suites = isLong ? 'long' : namesFiles || args.includes('--coverage') ? 'all' : 'quick';

// A group of its own ends as a whole. Jest reads keys when it watches, which only the group of the terminal may.
const hasOwnGroup = !isWatching && process.platform !== 'win32';
const jest = spawn(
  process.execPath,
  [
    // How Jest runs ES modules. Its workers inherit these flags; processes that tests start themselves do not.
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    // Tests make hundreds of registries that no real client signs in for. Each warning has tests of its own.
    '--disable-warning=EXPRESS_MCP_FIRST_SCOPES',
    '--disable-warning=EXPRESS_MCP_PAGE_SIZE',
    '--disable-warning=EXPRESS_MCP_NO_AUTH',
    // With more room for young objects, fewer are copied about. 64 brought no more.
    '--max-semi-space-size=32',
    `--import=${pathToFileURL(path.join(root, 'scripts', 'end-with-parent.mjs')).href}`,
    path.join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    ...args,
  ],
  {
    cwd: root,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: hasOwnGroup,
    env: { ...process.env, EXPRESS_MCP_OWN_GROUP: hasOwnGroup ? '1' : '0', EXPRESS_MCP_SUITES: suites },
  },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (hasOwnGroup) process.kill(-jest.pid, 'SIGTERM');
    else jest.kill('SIGTERM');
  });
}
jest.on('exit', (code) => {
  if (suites === 'quick') {
    console.error(`${longSuites.length} test files that take long were left to: npm run test:long`);
  }
  process.exit(code ?? 1);
});
