// A program, not a helper: a separate process that serves tasks in Redis (see task-process.ts).
import { appendFileSync, existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createRegistry } from '../../lib/index.js';
import { redisStores } from '../../lib/redis/index.js';
import { clientsOfServer } from './redis-clients.js';
import { RunningEndpoint } from './running-endpoint.js';
import { askFor } from './task-client.js';

const [port = '', clientName = '', folder = ''] = process.argv.slice(2);

/** An action in the real world, logged each time that it happens. */
function effect(what: string): void {
  appendFileSync(path.join(folder, 'effects'), `${what} in ${process.pid}\n`);
}

const inputSchema = { type: 'object', properties: { key: { type: 'string' } }, required: ['key'] } as const;
const registry = createRegistry({ name: 'jobs', version: '1.0.0' });

for (const [name, repeatable] of [
  ['once', false],
  ['again', true],
] as const) {
  registry.tool(name, { inputSchema, task: { support: 'required', repeatable } }, async ({ key }, ctx) => {
    ctx.signal.addEventListener('abort', () => {
      effect(`aborted ${key}`);
    });
    effect(`begun ${key}`);
    const mayEnd = path.join(folder, `${key}.${process.pid}`);
    while (!existsSync(mayEnd) && !ctx.signal.aborted) await pause(10);
    effect(`ended ${key}`);
    return `done in ${process.pid}`;
  });
}
registry.tool('ask', { inputSchema, task: 'required' }, ({ key }, ctx) => {
  if (ctx.inputResponses === undefined) {
    return ctx.inputRequired({ requests: { who: askFor('Who?') }, state: process.pid });
  }
  effect(`answered ${key}`);
  const answer = JSON.stringify(ctx.inputResponses['who']);
  return `${answer} asked in ${String(ctx.requestState)}, answered in ${process.pid}`;
});

// Abandoned tasks are searched for every 15 seconds, and leases are renewed. Here a second is a tenth of one, so that tests need not
// wait.
const { setInterval: every } = globalThis;
globalThis.setInterval = ((callback: () => void, ms: number) => every(callback, ms / 10)) as typeof setInterval;

const [, openClient] = clientsOfServer.find(([name]) => name === clientName) ?? [];
if (openClient === undefined) throw new Error(`There is no client ${clientName}`);
const { client } = await openClient(Number(port));
const { bus, tasks } = redisStores(client);
const endpoint = await RunningEndpoint.start(registry, { stores: { bus, tasks } });
process.stdout.write(`${endpoint.url}\n`);
