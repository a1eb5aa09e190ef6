// npm run mutation (docs/mutation.md): makes small changes to the sources, and checks that a test fails for each.
/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['lib/oauth/**/*.ts', 'lib/server/authorization/authorize.ts'],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  // Node does not free ES modules that Jest has loaded; a new process does.
  maxTestRunnerReuse: 150,
  jest: {
    configFile: 'jest.config.js',
    // The dry run tells which files reach a mutant, so there is no need to guess by imports.
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
      // These use a real authorization server, which takes long and tells little about a single line.
      testPathIgnorePatterns: ['/node_modules/', '/oauth/(end-to-end|opaque-tokens)\\.test\\.ts$'],
      // The sandbox is below .cache/, which jest.config.js ignores.
      modulePathIgnorePatterns: [],
      // As `timeoutMS` below.
      testTimeout: 15_000,
    },
  },
  coverageAnalysis: 'perTest',
  // Constants are changed, too, though that takes long: they include regular expressions and lists of algorithms.
  ignoreStatic: false,
  // Unchanged code keeps its verdict from the last run. `npm run mutation -- --force` starts over.
  incremental: true,
  incrementalFile: '.cache/mutation-incremental.json',
  concurrency: 2,
  // Generous, since a busy machine must not make a mutant look dead: Jest's own limit ends a test that waits forever.
  timeoutMS: 60_000,
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true },
  jsonReporter: { fileName: '.cache/mutation.json' },
  // Known and intended (ignoreStatic).
  warnings: { slow: false },
  tempDirName: '.cache/stryker',
  ignorePatterns: ['dist', 'coverage', '.cache', 'docs', 'examples'],
  thresholds: { high: 98, low: 95, break: 95 },
};
