// npm run mutation [-- Stryker's arguments]: makes small changes to the sources, and checks that a test fails for each.
// docs/mutation.md has to explain each change that no test noticed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureInstalled, root, run } from './ensure-setup.mjs';

ensureInstalled();
const args = process.argv.slice(2);
forgetAllButKilled(path.join(root, '.cache', 'mutation-incremental.json'));
const stryker = path.join(root, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
// A score below the threshold is no reason not to hear which survivors are unexplained.
const { status } = spawnSync(process.execPath, [stryker, 'run', ...args], { cwd: root, stdio: 'inherit' });
const isPartial = args.some((argument) => /^(?:-m|--mutate)/.test(argument));
run(process.execPath, [
  path.join(root, 'scripts', 'mutation', 'check-survivors.mjs'),
  ...(isPartial ? ['--partial'] : []),
]);
process.exit(status ?? 1);

/** Stryker does not try a constant that survived again when tests are added, since it does not know which tests reach one. */
function forgetAllButKilled(file) {
  if (!existsSync(file)) return;
  const report = JSON.parse(readFileSync(file, 'utf8'));
  for (const each of Object.values(report.files)) {
    each.mutants = each.mutants.filter(({ status }) => status === 'Killed');
  }
  writeFileSync(file, JSON.stringify(report));
}
