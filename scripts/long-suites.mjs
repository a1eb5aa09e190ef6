// Test files that start whole programs, count the instructions of a processor, or send tens of thousands of requests. `npm test` leaves
// them to `npm run test:long`, so that it stays quick enough to be run after every change. CI runs both.

/** The longest first. */
export const longSuites = [
  // Compiles and runs every program in README.md, docs/ and doc comments.
  'docs/code-blocks',
  'docs/code-blocks-harness',
  // Counts instructions under an emulator.
  'properties/cost-of-input',
  // Start programs, some with a collector of traces, browsers or other test runners.
  'examples/telemetry',
  'examples/notes',
  'examples/cluster',
  'dev/restarts',
  'opentelemetry/trace-pictures',
  'testing/runners',
  'docs/migration',
  // 40,000 request targets, each over a socket.
  'adversarial/request-targets',
];
