// One process of the cluster. All of its settings are in its environment; see main.ts and compose.yaml.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
import { redisStores } from 'express-mcp/redis';
import { createClient } from 'redis';
import { createApp } from '../notes/app.js';
import { scopeHierarchy, scopes } from '../notes/mcp.js';
import { allNotes, createClusterRegistry } from './cluster-registry.js';
import { RedisNotes } from './redis-notes.js';

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set; see examples/cluster/README.md`);
  return value;
}

const name = setting('NODE_NAME');

// As docs/redis.md says.
const client = createClient({
  url: setting('REDIS_URL'),
  disableOfflineQueue: true,
  pingInterval: 2500,
  socket: {
    connectTimeout: 2000,
    socketTimeout: 5000,
    reconnectStrategy: (retries) => Math.min(50 * (retries + 1), 500),
  },
});
client.on('error', (error: unknown) => {
  console.error(`${name}: Redis`, error);
});
await client.connect();

const stores = redisStores(client, { prefix: 'notes' });
const { bus, events, replay, revocation, sessions, tasks } = stores;
const notes = new RedisNotes(client, () => {
  registry.resourceUpdated(allNotes);
});
const registry = createClusterRegistry(notes);
const router = mcpRouter(registry, {
  sessions: true,
  stores: { bus, events, sessions, tasks },
  // Every process must be able to open the state that another one sealed into a question.
  requestStateKey: setting('REQUEST_STATE_KEY'),
});

const app = express();
// nginx is on this machine. Its fields about the client are trusted, those of any other sender are not.
app.set('trust proxy', 'loopback');
app.use((_request, response, next) => {
  response.set('X-Served-By', name);
  next();
});
app.use(
  mcpAuth({
    resource: setting('MCP_RESOURCE'),
    issuer: setting('MCP_ISSUER'),
    requiredScopes: ['notes:read'],
    // Hosts ask for the writing scopes when they are needed.
    challengeScopes: [],
    scopesSupported: Object.keys(scopes),
    scopeHierarchy,
    dpop: 'supported',
    dpopNonceSecret: setting('DPOP_NONCE_SECRET'),
    stores: { replay, revocation },
  }),
  router,
);
// The app that existed before, unchanged. A user who signed in at one process is signed in at all.
app.use(createApp(notes, undefined, { cookieSecret: setting('REQUEST_STATE_KEY') }));
app.use(mcpErrorHandler());

const server = app.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1');
// Longer than nginx's keepalive_timeout: see nginx/endpoint.conf.template.
server.keepAliveTimeout = 35_000;
await once(server, 'listening');
process.send?.({ port: (server.address() as AddressInfo).port });

let isDraining = false;

/** Takes no new connections, ends streams, lets calls finish, and then ends the process. */
async function drain(): Promise<void> {
  if (isDraining) return;
  isDraining = true;
  const closed = new Promise((resolve) => server.close(resolve));
  await router.close();
  // A connection whose answer was just sent only becomes idle after its last byte.
  const timer = setInterval(() => {
    server.closeIdleConnections();
  }, 50);
  await closed;
  clearInterval(timer);
  await stores.close();
  await client.close();
  process.exit(0);
}

process.on('SIGTERM', () => void drain());
// The parent process is gone.
process.on('disconnect', () => void drain());
