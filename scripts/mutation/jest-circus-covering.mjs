// Jest's own runner of a test file, for Stryker. Stryker names the tests that reach a mutant, but has Jest load every
// test file to look for them, and cannot have it stop at the first failure: with some of our test files loading an
// authorization server, a run took hours. Here a file that does not reach the mutant is not loaded, and nothing is loaded
// once a test of another file has killed it.
// (Stryker insists on "jest-circus" in the name.)
import { createRequire } from 'node:module';
import { recall, remember } from './coverage-record.mjs';

const { default: runTestFile } = createRequire(import.meta.url)('jest-circus/runner');

let killed;

/** The signature is that of Jest's `testRunner`. */
export default async function runCovering(globalConfig, config, environment, runtime, testFile, ...rest) {
  const run = () => runTestFile(globalConfig, config, environment, runtime, testFile, ...rest);
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  const stryker = environment.global[config.globals.__strykerGlobalNamespace__];
  if (mutant === undefined) return runAndRemember(run, config.rootDir, testFile, stryker);
  const record = recall(config.rootDir, testFile);
  if (killed === mutant || record?.mutants.has(mutant) === false) return nothing(testFile);
  const result = await run();
  if (result.numFailingTests > 0 || result.testExecError) killed = mutant;
  return result;
}

/** In the dry run Stryker counts how often each mutant is reached, over all files; what grows was reached by this one. */
async function runAndRemember(run, rootDir, testFile, stryker) {
  const before = counts(stryker);
  const start = performance.now();
  const result = await run();
  const mutants = [...counts(stryker)].filter(([id, count]) => count !== before.get(id)).map(([id]) => id);
  remember(rootDir, testFile, { mutants, milliseconds: Math.round(performance.now() - start) });
  return result;
}

function counts(stryker) {
  const { static: outsideTests, perTest } = stryker?.mutantCoverage ?? { static: {}, perTest: {} };
  const total = new Map();
  for (const counted of [outsideTests, ...Object.values(perTest)]) {
    for (const [id, count] of Object.entries(counted)) total.set(id, (total.get(id) ?? 0) + count);
  }
  return total;
}

/** The result of a file none of whose tests ran. */
function nothing(testFilePath) {
  return {
    testFilePath,
    testResults: [],
    numFailingTests: 0,
    numPassingTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    openHandles: [],
    leaks: false,
    skipped: true,
    perfStats: { start: 0, end: 0, runtime: 0, slow: false, loadTestEnvironmentStart: 0, loadTestEnvironmentEnd: 0, setupFilesStart: 0, setupFilesEnd: 0 },
    snapshot: { added: 0, fileDeleted: false, matched: 0, unchecked: 0, uncheckedKeys: [], unmatched: 0, updated: 0 },
  };
}
