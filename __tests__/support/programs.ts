import { describe, it } from '@jest/globals';
import { findProgram, programs } from '../../examples/cluster/programs.js';

/** A block of tests that need programs of Debian. Without them they are skipped, said loudly; under CI they fail. */
export function describeWithPrograms(title: string, tests: () => void): void {
  const names = Object.keys(programs) as (keyof typeof programs)[];
  const missing = names.filter((name) => findProgram(name) === undefined).map((name) => programs[name]);
  const advice = `apt-get install ${missing.join(' ')}`;
  if (missing.length === 0) {
    describe(title, tests);
  } else if (process.env['CI'] === 'true') {
    describe(title, () => {
      it('has the programs that it runs against', () => {
        throw new Error(`Programs are missing: ${advice}`);
      });
    });
  } else {
    process.stderr.write(`\n*** SKIPPED: ${title} (${advice}) ***\n\n`);
    describe.skip(title, tests);
  }
}
