// The process of one node: a small app of the built package, with the shared state in Redis.
import { createServer } from 'node:http';
import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
import { redisStores } from 'express-mcp/redis';
import { Ledger } from './ledger.mjs';
import { Meter } from './measure.mjs';
import { openRedisClient } from './redis-client.mjs';
import { createTools } from './tools.mjs';

const settings = JSON.parse(process.argv[2]);
const { name, port, resource, issuer, jwks, requestStateKey } = settings;

const { client, close: closeClient } = await openRedisClient(settings.redisClient, settings.redisPort);
const stores = redisStores(client, { prefix: 'endurance' });
const { revocation, sessions, events, tasks } = stores;
const meter = new Meter();
const router = mcpRouter(createTools(new Ledger(settings.ledger, name), name, settings.taskSeconds), {
  sessions: { idleSeconds: 600, resumeSeconds: 60 },
  keepAliveSeconds: 2,
  requestStateKey,
  stores: { bus: meter.counting(stores.bus), sessions, events, ...(tasks === undefined ? {} : { tasks }) },
  tasks: { maxRunning: 1000 },
  ...settings.routerOptions,
});

const app = express();
app.use(meter.middleware);
app.use(
  mcpAuth({ resource, issuers: [{ issuer, jwks }], ...(settings.revocation ? { stores: { revocation } } : {}) }),
  router,
  mcpErrorHandler(),
);
const server = createServer(app);
server.listen(port, '127.0.0.1', () => process.send({ port }));

process.on('message', async () => process.send(await meter.measure()));
// The parent is gone without sending an order to end.
process.on('disconnect', () => process.exit());
process.once('SIGTERM', async () => {
  await router.close();
  await new Promise((resolve) => server.close(resolve));
  await stores.close();
  closeClient();
  process.exit();
});
