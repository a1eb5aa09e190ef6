// The order in which Jest runs the test files. Long ones begin first, so that no worker runs one alone at the end. Jest learns this by
// itself from the second run on; a fresh clone, as in CI, has no earlier run.
import { statSync } from 'node:fs';
import path from 'node:path';

/** Files that take longer than ten seconds, the longest first. Missing or outdated entries do no harm. */
const longest = [
  'docs/code-blocks',
  'redis/redis-contract',
  'properties/principals',
  // Only one of the first three loads lib/, so that on a fresh clone not every worker compiles all of it.
  'examples/cluster',
  'examples/telemetry',
  'opentelemetry/trace-pictures',
  'server/calls/hooks.property',
  'redis/redis-away',
  'redis/tasks-redis-away',
  'docs/code-blocks-harness',
  'architecture/layers',
  'http/endpoint/limits',
  'http/streams/streams',
  'clients/compatibility',
  'types/hover',
  'requirements/requirements',
  'redis/tasks-between-processes',
  'redis/two-processes',
  'stdio/process',
  'http/endpoint/readiness',
  'recipes/recipes',
  'http/endpoint/subscriptions-listen',
  'http/streams/sse-response',
  'redis/command-counts',
  'cli/doctor-command',
  'http/resource/callers',
  'http/access/dpop',
  'upstream/token-exchange',
  'http/endpoint/message-body',
  'dev/restarts',
].map((name) => `${path.sep}${path.join('__tests__', `${name}.test.ts`)}`);

/** The signature is that of Jest's `testSequencer`. */
export default class LongestFirst {
  sort(tests) {
    const known = tests.map((test) => ({ test, place: placeOf(test.path), size: statSync(test.path).size }));
    // The others by size, the largest first, as in Jest.
    return known.sort((a, b) => a.place - b.place || b.size - a.size).map(({ test }) => test);
  }

  /** Jest's own sequencer keeps durations for the next run; here the order is always the same. */
  cacheResults() {}
}

function placeOf(file) {
  const at = longest.findIndex((name) => file.endsWith(name));
  return at === -1 ? longest.length : at;
}
