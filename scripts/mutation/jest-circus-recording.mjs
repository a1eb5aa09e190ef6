// Jest's own runner of a test file, adapted for Stryker. It records which mutants the file reaches, for covering-sequencer.mjs. It also
// stops as soon as one test has killed the mutant, which Stryker cannot tell Jest to do. (Stryker insists on "jest-circus" in the
// name.)
import { createRequire } from 'node:module';
import path from 'node:path';
import { remember } from './coverage-record.mjs';

const { default: runTestFile } = createRequire(import.meta.url)('jest-circus/runner');

let killed;

/** The signature is that of Jest's `testRunner`. */
export default async function runRecording(globalConfig, config, environment, runtime, testFile, ...rest) {
  const run = () => runTestFile(globalConfig, config, environment, runtime, testFile, ...rest);
  const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
  if (mutant === undefined) {
    const stryker = environment.global[config.globals.__strykerGlobalNamespace__];
    return runAndRemember(run, config.rootDir, testFile, stryker);
  }
  if (killed === mutant) return notRun(testFile);
  stopAtFirstFailure(environment);
  const result = await run().catch((error) => ({ testExecError: error }));
  if (result.numFailingTests > 0 || result.testExecError) killed = mutant;
  return result.testExecError ? notLoaded(testFile, result.testExecError) : result;
}

/** Jest notifies the environment of every event; a test that begins can still be skipped. */
function stopAtFirstFailure(environment) {
  const inner = environment.handleTestEvent?.bind(environment);
  let hasFailed = false;
  environment.handleTestEvent = async (event, state) => {
    await inner?.(event, state);
    if (event.name === 'test_fn_failure' || event.name === 'hook_failure') hasFailed = true;
    if (event.name === 'test_start' && hasFailed) event.test.mode = 'skip';
  };
}

/** In the dry run Stryker counts how often each mutant is reached, over all files. Counts that grow belong to this file. */
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

/** A file that cannot be loaded is a failed test; Stryker would treat it as an error of its own. */
function notLoaded(testFile, { stack, message }) {
  const failureMessages = [String(stack ?? message)];
  return { ...resultWith(testFile, { status: 'failed', title: 'loads', failureMessages }), numFailingTests: 1 };
}

/** The result of a file that was not run. Jest would treat one without tests as an error. */
function notRun(testFile) {
  return { ...resultWith(testFile, { status: 'pending', title: 'was not run' }), numPendingTests: 1 };
}

function resultWith(testFilePath, { title, ...more }) {
  const test = { ancestorTitles: [], failureDetails: [], failureMessages: [], numPassingAsserts: 0, title, ...more };
  return {
    testFilePath,
    testResults: [{ ...test, fullName: `${path.basename(testFilePath)} ${title}` }],
    numFailingTests: 0,
    numPassingTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    openHandles: [],
    leaks: false,
    skipped: false,
    perfStats: { start: 0, end: 0, runtime: 0, slow: false },
    snapshot: { added: 0, fileDeleted: false, matched: 0, unchecked: 0, uncheckedKeys: [], unmatched: 0, updated: 0 },
  };
}
