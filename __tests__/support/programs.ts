import { describe, it } from '@jest/globals';
import { findProgram, installCommand, type ProgramName } from '../../tools/programs.mjs';

/** Set by CI where everything is installed: then a missing program is a failure, so that nothing is skipped there unseen. */
const isAllWanted = process.env['EXPRESS_MCP_SKIP_NOTHING'] === '1';

/**
 * A block of tests that need programs of the system. Without them it is skipped; its title says why, which
 * scripts/skipped-reporter.mjs shows once at the end of the run.
 */
export function describeWithPrograms(names: readonly ProgramName[], title: string, tests: () => void): void {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) {
    describe(title, tests);
  } else if (isAllWanted) {
    describe(title, () => {
      it('has the programs that it needs', () => {
        throw new Error(`Programs are missing: ${installCommand(missing)}`);
      });
    });
  } else {
    describe.skip(`${title} [needs ${missing.join(', ')}]`, tests);
  }
}

/** A block of tests that need a Redis of their own. */
export function describeWithRedis(title: string, tests: () => void): void {
  describeWithPrograms(['redis-server'], title, tests);
}
