// Where Jest runs a test file: Node's globals, as ever. With coverage, a file of lib/ that another test file of the same process has
// covered as far is left out of what is reported. Nearly all suites load nearly all of lib/; to copy their counters, with the place of
// each statement, to send them to the main process and to add them up there took as long as a quarter of what the suites did themselves.
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
