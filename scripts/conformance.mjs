// npm run conformance: runs the official conformance suite, in its newest and its stable release, against an open and a protected
// server. Both use the package's public API (__tests__/conformance/fixture). See docs/conformance.md.
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure-setup.mjs';
import { documentedFigures } from './conformance/documented-figures.mjs';
import { startFixture } from './conformance/fixture-server.mjs';
import { modernNode } from './node-binary.mjs';
import { createPool } from './conformance/pool.mjs';
import { readArguments } from './conformance/read-arguments.mjs';
import { runScenarios } from './conformance/run-scenarios.mjs';
import { openSuite } from './conformance/suite.mjs';
import { summarise } from './conformance/summarise.mjs';

const wanted = readArguments(process.argv.slice(2));
ensureInstalled();
ensureBuilt();
const node = modernNode();
const suites = await Promise.all(
  ['@modelcontextprotocol/conformance', 'conformance-latest'].map((folder) => openSuite(node, folder)),
);

const results = path.join(root, '.cache', 'conformance');
rmSync(results, { recursive: true, force: true });
// Scenarios wait for time to pass more than they compute.
const pool = createPool(2 * availableParallelism());

/** Runs the requested revisions of a suite, and summarises each, in order. */
function testEndpoint(suite, url, folder) {
  const specs = [...suite.specs].map(([spec, all]) => [spec, all, all.filter(wanted.wantsScenario)]);
  return Promise.all(
    specs
      .filter(([spec, , names]) => wanted.wantsSpec(spec) && (names.length > 0 || wanted.runsWholeRevisions))
      .map(async ([spec, all, names]) => {
        const own = path.join(folder, suite.version, spec);
        const isWhole = names.length === all.length;
        const outcomes = await runScenarios({ suite, url, spec, names, isWhole, folder: own }, pool);
        return summarise(spec, outcomes, path.relative(root, own));
      }),
  );
}

async function testFixture(endpoint) {
  const folder = path.join(results, endpoint);
  mkdirSync(folder, { recursive: true });
  const fixture = await startFixture(endpoint, path.join(folder, 'server.log'));
  try {
    return await Promise.all(
      suites.map(async (suite) => ({
        title: `${endpoint} endpoint, ${suite.name}`,
        summaries: await testEndpoint(suite, fixture.url, folder),
      })),
    );
  } finally {
    await fixture.stop();
  }
}

const started = performance.now();
const groups = (await Promise.all(wanted.endpoints.map(testFixture))).flat();
const figures = groups
  .map(({ title, summaries }) => [title, ...summaries.map(({ figures }) => figures)].join('\n'))
  .join('\n\n');
const summaries = groups.flatMap(({ summaries }) => summaries);

for (const { title, summaries } of groups) {
  console.log(`== ${title}`);
  for (const { figures, problems, notes } of summaries) {
    console.log(figures);
    for (const line of [...problems, ...notes]) console.log(`  ${line}`);
  }
}
console.log(`Took ${Math.round((performance.now() - started) / 1000)} s; every message is in .cache/conformance`);

let failed = summaries.length === 0 || summaries.some(({ problems }) => problems.length > 0);
if (summaries.length === 0) console.log('FAIL nothing to run matches');
// For the suite, a skipped check is no failure; but then fewer checks pass than the documentation says.
if (wanted.isComplete && figures !== documentedFigures()) {
  failed = true;
  console.log(`FAIL docs/conformance.md has other figures than these:\n\n${figures}`);
}
process.exit(failed ? 1 : 0);
