// npm run telemetry: express-mcp with the newest OpenTelemetry SDK for Node, which needs a newer Node than the package does. It runs
// four processes: ES modules and CommonJS, with the SDK started before and after our package. The tests do the same with the SDK of
// package.json.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { npm, root } from './ensure-setup.mjs';
import { nodeBinary } from './node-binary.mjs';

const packages = [
  'sdk-node',
  'sdk-metrics',
  'instrumentation-http',
  'instrumentation-express',
  'instrumentation-undici',
];
const folder = path.join(root, '.cache', 'telemetry');
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'package.json'), '{ "private": true }\n');
const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
const wanted = packages.map((name) => `@opentelemetry/${name}@latest`);
npm(['install', '--prefix', folder, ...quietly, ...wanted, '@opentelemetry/api@latest', 'express@5']);

const ours = path.join(folder, 'express-mcp');
await build({
  absWorkingDir: root,
  entryPoints: ['lib/index.ts', 'lib/opentelemetry/index.ts'],
  outdir: ours,
  outbase: path.join(root, 'lib'),
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  keepNames: true,
});

let failed = 0;
for (const program of ['observe.mjs', 'observe.cjs']) {
  for (const order of ['sdk-first', 'ours-first']) {
    const args = [path.join(root, 'tools', 'telemetry', program), ours, order];
    const { stdout, stderr } = spawnSync(nodeBinary(24), args, { cwd: folder, encoding: 'utf8', timeout: 60_000 });
    const fault = faultIn(stdout, stderr);
    console.log(`${fault === undefined ? '✓' : '✗'} ${program}, ${order}${fault === undefined ? '' : `: ${fault}`}`);
    if (fault !== undefined) failed += 1;
  }
}
process.exit(Math.min(failed, 1));

/** Finds the problem of a trace, if there is one. */
function faultIn(stdout, stderr) {
  if (!stdout.startsWith('{')) return stderr;
  const { spans, metrics } = JSON.parse(stdout);
  const call = spans.find(({ name }) => name === 'tools/call relay');
  if (call?.parent !== 'b7ad6b7169203331') return 'the span of the call is no child of the client';
  if (!spans.some(({ id }) => call.links.includes(id))) return 'it does not link to the HTTP span';
  const upstream = spans.find(({ parent, kind }) => parent === call.id && kind === 2);
  if (upstream === undefined) return 'a fetch in the tool is no child of it';
  if (!spans.some(({ parent }) => parent === upstream.id)) {
    return 'the trace does not go on at the server that is called';
  }
  if (!metrics.includes('mcp.server.operation.duration')) return 'no durations were measured';
  return undefined;
}
