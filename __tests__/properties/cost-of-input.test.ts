import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { assertEmulator, emulator, InstructionCount } from '../../tools/instructions/emulator.mjs';
import { keywords } from '../../lib/registry/schemas/keywords.js';
import { BundledPrograms } from '../support/bundled-programs.js';
import { describeWithPrograms } from '../support/programs.js';
import { guards, guardTolerance } from './cost-of-input/guards.js';
import { inputs } from './cost-of-input/inputs.js';
import { keywordSchemas, keywordsWithoutCost } from './cost-of-input/keyword-schemas.js';

const run = promisify(execFile);
const program = '__tests__/properties/cost-of-input/count-costs.ts';

interface Cost {
  readonly title: string;
  readonly small: number;
  readonly large: number;
  readonly most: number;
}

it('the cost of validation is counted for schemas with every keyword', () => {
  const written = JSON.stringify(keywordSchemas.map(({ schema }) => schema));
  const missing = [...keywords].filter((name) => !written.includes(`"${name}":`) && !(name in keywordsWithoutCost));
  expect(missing).toEqual([]);
});

describeWithPrograms([emulator, 'cc'], 'an input of twice the size', () => {
  const costs = new Map<string, Cost>();

  beforeAll(async () => {
    assertEmulator();
    const programs = await BundledPrograms.of(program);
    const count = new InstructionCount('cost-of-input');
    try {
      const [command, ...args] = count.command;
      // The interpreter alone, since code that V8 compiles on the way would count too. --jitless would take WebAssembly away, which fetch
      // wants on Node 22. One thread, so that its garbage collection counts. One seed, since
      // how often names meet in a hash table depends on it.
      const interpreter = ['--no-opt', '--no-maglev', '--no-sparkplug', '--regexp-interpret-all'];
      const flags = [...interpreter, '--single-threaded', '--hash-seed=1', '--max-semi-space-size=64', '--no-warnings'];
      // Else a collection that is under way takes its part of each run, of the larger input too.
      flags.push('--no-incremental-marking');
      const { stdout, stderr } = await run(
        command,
        [...args, process.execPath, ...flags, programs.fileOf(program), count.file],
        {
          env: { ...process.env, NODE_OPTIONS: '' },
          maxBuffer: 1e7,
        },
      );
      // An endpoint that fails has no cost that could be counted.
      expect(stderr).toBe('');
      for (const line of stdout.trim().split('\n')) {
        const cost = JSON.parse(line) as Cost;
        costs.set(cost.title, cost);
      }
    } finally {
      count.close();
      programs.remove();
    }
  }, 600_000);

  afterAll(() => {
    const worst = [...costs.values()].sort((one, other) => other.large / other.small - one.large / one.small)[0];
    if (worst !== undefined) expect(worst.small).toBeGreaterThan(0);
  });

  it.each(inputs.map(({ title }) => title))('costs twice the instructions at the most: %s', (title) => {
    const { small, large, most } = costs.get(title) ?? { small: 1, large: Infinity, most: 0 };
    expect(large / small).toBeLessThanOrEqual(most);
  });

  it.each(guards.map(({ title }) => title))(
    'costs no more instructions than the guard of the endpoint, which count within 5 %%: %s',
    (title) => {
      const { small, large } = costs.get(title) ?? { small: 1, large: Infinity };
      expect(large / small).toBeLessThanOrEqual(guardTolerance);
    },
  );
});
