import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { extensions } from './suite.mjs';

const maxRevisionMs = 300_000;
const maxScenarioMs = 60_000;

/**
 * Runs scenarios of one revision, each in its own process or all in one, which is several times as fast.
 *
 * @param job - the suite, the URL to test, the revision, the names of the scenarios, whether these are all of the revision, and the
 * folder for results
 * @param pool - limits how many processes run at once
 * @returns for each scenario its checks, or undefined if it left none
 */
export async function runScenarios({ suite, url, spec, names, isWhole, folder }, pool) {
  const common = [suite.program, 'server', '--url', url];
  // The suite calls all scenarios for extensions pending. It runs them, and a few more that are left out here, with the
  // newest revision when it is given none.
  const isExtension = spec === extensions;
  if (isWhole) {
    const which = isExtension ? ['--suite', 'pending'] : ['--suite', 'all', '--spec-version', spec];
    await pool(() => run(suite.node, [...common, ...which], folder, maxRevisionMs));
    return names.map((name) => ({ name, checks: readChecks(folder, name) }));
  }
  const version = isExtension ? [] : ['--spec-version', spec];
  return Promise.all(
    names.map(async (name) => {
      const own = path.join(folder, name);
      await pool(() => run(suite.node, [...common, '--scenario', name, ...version], own, maxScenarioMs));
      return { name, checks: readChecks(own, name) };
    }),
  );
}

// The status that the suite exits with says nothing that its checks do not say, and it is 0 for warnings.
async function run(node, args, folder, timeout) {
  mkdirSync(folder, { recursive: true });
  const log = openSync(path.join(folder, 'run.log'), 'w');
  const child = spawn(node, [...args, '--output-dir', folder], { stdio: ['ignore', log, log], timeout });
  await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
  closeSync(log);
}

/** The suite writes the checks of a scenario into a folder such as "server-ping-2026-01-31T12-00-00-000Z". */
function readChecks(folder, name) {
  const begin = new RegExp(`^server-${name}-\\d{4}-\\d\\d-\\d\\dT`);
  const found = readdirSync(folder).find((entry) => begin.test(entry));
  if (found === undefined) return undefined;
  try {
    return JSON.parse(readFileSync(path.join(folder, found, 'checks.json'), 'utf8'));
  } catch {
    return undefined;
  }
}
