// Jest runs the TypeScript sources as ES modules (scripts/test.mjs starts it with --experimental-vm-modules).
import { longSuites } from './scripts/long-suites.mjs';
import { findProgram } from './tools/programs.mjs';

/** Folders and files whose statements and branches are covered completely, and what the rest must reach. */
const coverageThreshold = {
  global: { statements: 95, branches: 95 },
  './lib/errors/': { statements: 100, branches: 100 },
  './lib/oauth/': { statements: 100, branches: 100 },
  './lib/server/authorization/authorize.ts': { statements: 100, branches: 100 },
};

/** Which test files: `npm test` leaves out the long ones, `npm run test:long` runs only those (scripts/test.mjs). */
const all = '**/__tests__/**/*.test.ts';
const long = longSuites.map((name) => `**/__tests__/${name}.test.ts`);
const suites = { all: [all], quick: [all, ...long.map((file) => `!${file}`)], long };

/** @type {import('jest').Config} */
export default {
  testEnvironment: '<rootDir>/scripts/test-environment.mjs',
  // Many tests wait for real time limits and real processes, which others can use; Jest's default leaves a core idle.
  maxWorkers: 3,
  testSequencer: '<rootDir>/scripts/test-sequencer.mjs',
  // A test that waits in vain fails by this; how long the others take on a busy machine says nothing.
  testTimeout: 120_000,
  // A worker of hundreds of megabytes needs longer than Jest's half a second to end; one that is kept open is still told of.
  workerGracefulExitTimeout: 10_000,
  setupFilesAfterEnv: ['<rootDir>/__tests__/support/close-left-open.ts'],
  testMatch: suites[process.env.EXPRESS_MCP_SUITES ?? 'all'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/\\.cache/', '/fixtures/'],
  modulePathIgnorePatterns: ['<rootDir>/bench/', '<rootDir>/dist/', '<rootDir>/\\.cache/'],
  // Sources are looked for first: a suite imports hundreds of them.
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022', keepClassNames: true },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  moduleNameMapper: {
    // The public names mean the sources, so that tests and the blocks of the documentation say what a user says.
    '^express-mcp$': '<rootDir>/lib/index.ts',
    '^express-mcp/(stdio|redis|page|testing|dev|opentelemetry|openapi|upstream)$': '<rootDir>/lib/$1/index.ts',
    // Sources import each other as the `.js` files that they become.
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  reporters: ['default', '<rootDir>/scripts/skipped-reporter.mjs'],
  // Without a Redis the tests of lib/redis are skipped; the rest is held to its thresholds as ever.
  collectCoverageFrom: ['lib/**/*.ts', ...(findProgram('redis-server') === undefined ? ['!lib/redis/**'] : [])],
  coverageProvider: 'babel',
  coverageDirectory: 'coverage',
  coverageReporters: ['text-summary', 'lcovonly', 'json'],
  coverageThreshold,
};
