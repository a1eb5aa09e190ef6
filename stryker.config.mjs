// npm run mutation (docs/mutation.md): changes the sources in every small way, and looks whether a test notices.
/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['lib/oauth/**/*.ts', 'lib/server/authorization/authorize.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  // Modules that Jest has loaded as ES modules are not freed by Node; a new process does it.
  maxTestRunnerReuse: 150,
  jest: {
    configFile: 'jest.config.js',
    // Whether a file reaches a mutant is known from the dry run, so there is no need to guess by imports.
    enableFindRelatedTests: false,
    config: {
      testRunner: '<rootDir>/scripts/mutation/jest-circus-recording.mjs',
      testSequencer: '<rootDir>/scripts/mutation/covering-sequencer.mjs',
      testMatch: [
        '**/__tests__/oauth/**/*.test.ts',
        '**/__tests__/server/authorization/authorize.test.ts',
        '**/__tests__/adversarial/**/*.test.ts',
        '**/__tests__/http/access/{dpop,certificate-bound,revocation}.test.ts',
      ],
      // These talk to a real authorization server, which takes long and says little about a single line.
      testPathIgnorePatterns: ['/node_modules/', '/oauth/(end-to-end|opaque-tokens)\\.test\\.ts$'],
      // The sandbox is below .cache/, which jest.config.js ignores.
      modulePathIgnorePatterns: [],
      // As `timeoutMS` below.
      testTimeout: 15_000,
    },
  },
  coverageAnalysis: 'perTest',
  // Constants are changed, too, though they take long: the regular expressions and the lists of algorithms are among them.
  ignoreStatic: false,
  // What did not change since the last run keeps its verdict. `npm run mutation -- --force` starts anew.
  incremental: true,
  incrementalFile: '.cache/mutation-incremental.json',
  concurrency: 2,
  // Generous, since a busy machine must not make a mutant look dead: a test that waits forever fails by Jest's own limit.
  timeoutMS: 60_000,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
  jsonReporter: { fileName: '.cache/mutation.json' },
  // We know, and want them (ignoreStatic).
  warnings: { slow: false },
  tempDirName: '.cache/stryker',
  ignorePatterns: ['dist', 'coverage', '.cache', 'docs', 'examples'],
  thresholds: { high: 98, low: 95, break: 95 },
};
