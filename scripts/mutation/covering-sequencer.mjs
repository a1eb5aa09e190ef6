// Selects and orders the test files for a mutant: only those that reach it, and the quick ones first, since most mutants die in them.
// Stryker also knows the tests that reach a mutant, but lets Jest load every file to find them by name.
import { recall } from './coverage-record.mjs';

/** The signature is that of Jest's `testSequencer`. */
export default class CoveringSequencer {
  sort(tests) {
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    const known = tests.map((test) => ({ test, ...recall(test.context.config.rootDir, test.path) }));
    return known
      .filter(({ mutants }) => mutant === undefined || mutants === undefined || mutants.has(mutant))
      .sort((a, b) => (a.milliseconds ?? 0) - (b.milliseconds ?? 0))
      .map(({ test }) => test);
  }

  /** Jest's own sequencer keeps durations for the next run; ours are kept already. */
  cacheResults() {}
}
