// Started by scripts/compatibility.mjs: tries every client and writes docs/compatibility.md.
//   run.ts [--check] [<node> <program of the inspector> <its version>]
// With --check it writes nothing, and fails when the document says something else.
import { isDeepStrictEqual } from 'node:util';
import { format } from 'prettier';
import type { ClientKind } from './driven-client.js';
import { documentedTables, writeTables } from './document.js';
import { clients2 } from './kinds/client-2.js';
import { inspectors } from './kinds/inspector.js';
import { mcpRemotes } from './kinds/mcp-remote.js';
import { sdks1 } from './kinds/sdk-1.js';
import { columnOf, readColumn, renderTables } from './render.js';
import type { Tried } from './try-client.js';
import { tryClient } from './try-client.js';

const isCheck = process.argv.includes('--check');
const [node, program, version] = process.argv.slice(2).filter((argument) => argument !== '--check');
const isComplete = node !== undefined && program !== undefined && version !== undefined;
const kinds = [...clients2, ...sdks1, ...mcpRemotes, ...(isComplete ? inspectors({ node, program, version }) : [])];

const all: Tried[] = [];
// Two at a time, so that the machine is not the reason that something takes too long.
for (let index = 0; index < kinds.length; index += 2) {
  all.push(...(await Promise.all(kinds.slice(index, index + 2).map(tryAloud))));
}

const tables = await pretty(renderTables(all));
const documented = documentedTables();
if (isCheck) {
  const isSame = isComplete
    ? tables === documented
    : all.every((tried) => isDeepStrictEqual(readColumn(documented, tried.name), columnOf(tried)));
  say(isSame ? 'docs/compatibility.md says the same' : `FAIL docs/compatibility.md says otherwise:\n\n${tables}`);
  process.exit(isSame ? 0 : 1);
}
if (!isComplete) {
  say('FAIL docs/compatibility.md is not written without the inspector');
  process.exit(1);
}
writeTables(tables);
process.exit(0);

async function tryAloud(kind: ClientKind): Promise<Tried> {
  const started = performance.now();
  const tried = await tryClient(kind);
  say(`${kind.name}: ${tried.revision}, ${Math.round((performance.now() - started) / 1000)} s`);
  for (const [feature, { cell, why }] of Object.entries(tried.outcomes)) {
    if (cell === 'no') say(`  no ${feature}: ${why ?? ''}`);
  }
  return tried;
}

async function pretty(markdown: string): Promise<string> {
  return (await format(markdown, { parser: 'markdown', printWidth: 120 })).trim();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
