// One of the processes that share an endpoint, forked by group.mjs. SCALING_SETTINGS has its settings.
import express from 'express';
import { createClient } from 'redis';
import { issuerUrl, resource } from '../../bench/work/issuer.mjs';
import { add, inputSchema, outputSchema } from '../../bench/work/tools.mjs';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../dist/index.js';
import { redisStores } from '../../dist/redis/index.js';

const {
  jwks,
  port,
  redisUrl,
  dpop = false,
  revocation = false,
  keepAliveSeconds = 15,
} = JSON.parse(process.env.SCALING_SETTINGS);

// As docs/redis.md says.
const client = createClient({
  url: redisUrl,
  disableOfflineQueue: true,
  pingInterval: 2500,
  socket: {
    connectTimeout: 2000,
    socketTimeout: 5000,
    reconnectStrategy: (retries) => Math.min(50 * (retries + 1), 500),
  },
});
client.on('error', (error) => console.error('Redis', error));
await client.connect();
const stores = redisStores(client, { prefix: 'scaling' });

const registry = createRegistry({ name: 'scaling', version: '1.0.0' });
registry.tool('add', { scopes: ['add'], inputSchema, outputSchema }, add);
registry.tool('report', { inputSchema: { type: 'object' } }, async ({ events }, ctx) => {
  for (let count = 1; count <= events; count += 1) await ctx.progress(count);
  return 'reported';
});
registry.tool('work', { task: { support: 'required', ttlSeconds: 60 } }, () => 'worked');
registry.resource('scaling://watched', {}, () => 'watched');

const app = express();
app.use(
  mcpAuth({
    resource,
    issuers: [{ issuer: issuerUrl, jwks }],
    dpop: dpop ? 'supported' : 'off',
    // Every caller of a measurement is cached, as in a process that is large enough for its callers.
    cache: { entries: 100_000 },
    stores: { ...(dpop ? { replay: stores.replay } : {}), ...(revocation ? { revocation: stores.revocation } : {}) },
  }),
);
const { bus, events, sessions, tasks } = stores;
const options = {
  sessions: true,
  stores: { bus, events, sessions, tasks },
  tasks: { maxRunning: 100_000 },
  keepAliveSeconds,
  // All subscribers of a measurement are one principal.
  limits: { callsPerPrincipal: false, calls: false, streamsPerPrincipal: false, streams: false },
};
app.use(mcpRouter(registry, options));
app.use(mcpErrorHandler());
app.listen(port, '127.0.0.1', 8192, () => process.send({ kind: 'ready' }));

process.on('disconnect', () => process.exit());
process.on('message', ({ kind, id }) => {
  if (kind === 'change') registry.resourceUpdated('scaling://watched');
  if (kind === 'unwatched') registry.resourceUpdated(`scaling://unwatched/${id}`);
  // Garbage is not a cost of the retained state.
  if (kind === 'collect') globalThis.gc();
  const { user, system } = process.cpuUsage();
  const { heapUsed, rss } = process.memoryUsage();
  process.send({ kind: 'done', id, cpu: user + system, heap: heapUsed, resident: rss });
});
