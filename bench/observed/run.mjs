// npm run bench:observed [-- --runs=3]: measures the cost of observing calls, in instructions of a call. It compares no listeners, a
// subscriber of the tracing channel, and OpenTelemetry's SDK with exporters that drop everything. Fails if one exceeds its limit.
import { parseArgs } from 'node:util';
import { median } from '../harness/statistics.mjs';
import { countCalls } from '../instructions/count-calls.mjs';
import { assertEmulator } from '../../tools/instructions/emulator.mjs';
import { createTestIssuer } from '../../dist/testing/index.js';
import { callAdd } from '../work/requests.mjs';

/** Allowed extra cost of an observed call. */
const allowed = { channel: 0.05, opentelemetry: 0.35 };

const { values: options } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
assertEmulator();
const issuer = await createTestIssuer({ audience: 'https://api.example.com/mcp' });
const headers = { authorization: `Bearer ${await issuer.token({ scope: 'add', expiresIn: 36_000 })}` };

let unwatched;
let missed = 0;
console.log(`Instructions of a call in user mode, median of ${options.runs} processes, Node ${process.version}`);
for (const watched of ['nobody', 'channel', 'opentelemetry']) {
  const counts = [];
  for (let run = 0; run < Number(options.runs); run += 1) {
    counts.push(
      await countCalls({
        title: watched,
        file: new URL('watched-app.mjs', import.meta.url).href,
        settings: { issuer: issuer.issuer, jwks: issuer.jwks, watched },
        headers,
        request: callAdd('modern', headers),
      }),
    );
  }
  unwatched ??= median(counts);
  const more = median(counts) / unwatched - 1;
  const isMissed = more > (allowed[watched] ?? 0);
  if (isMissed) missed += 1;
  const bar = allowed[watched] === undefined ? '' : ` (at most ${allowed[watched] * 100} %)`;
  const figures = counts.map((count) => Math.round(count).toLocaleString('en')).join(', ');
  console.log(`${isMissed ? '✗' : '✓'} ${watched.padEnd(14)} ${figures}: ${(more * 100).toFixed(1)} % more${bar}`);
}
process.exit(Math.min(missed, 1));
