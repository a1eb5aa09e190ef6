// Jest's environment for a test file: Node's globals, as usual. With coverage, it leaves out files of lib/ that another test file of
// the same process has already covered as far. Nearly all suites load nearly all of lib/. Copying their counters, sending them to the
// main process and adding them up took a quarter of the suites' own time.
import { TestEnvironment } from 'jest-environment-node';
import { NewlyCovered } from './newly-covered.mjs';

/** A process runs one test file after the other, each in an environment of its own. */
const newlyCovered = new NewlyCovered();

/** The signature is that of Jest's `testEnvironment`. */
export default class LeanCoverageEnvironment extends TestEnvironment {
  #isWatched;

  constructor(config, context) {
    super(config, context);
    const { watch, watchAll } = config.globalConfig;
    // There each run reports anew.
    this.#isWatched = watch || watchAll;
  }

  /** Jest takes the coverage of a file after this, its last event. */
  handleTestEvent({ name }) {
    const coverage = this.global.__coverage__;
    if (name !== 'teardown' || coverage === undefined || this.#isWatched) return;
    for (const [file, counters] of Object.entries(coverage)) {
      if (!newlyCovered.add(file, counters)) delete coverage[file];
    }
  }
}
