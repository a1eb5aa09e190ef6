// The process that is besieged: an endpoint of the built package with everything that callers can fill, all of it with defaults.
import { createServer } from 'node:http';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
import { templates } from './templates.mjs';

const { issuer, jwks, resource, introspectionIssuer } = JSON.parse(process.argv[2]);

const registry = createRegistry({ name: 'besieged', version: '1.0.0' });
const anything = { type: 'object' };
registry.tool('quick', {}, () => 'quick');
registry.tool('hold', { inputSchema: anything }, (_args, ctx) =>
  new Promise((resolve) => setTimeout(resolve, 3000, 'held')).then(() => (ctx.signal.aborted ? 'left' : 'held')),
);
registry.tool('long', { inputSchema: anything }, ({ length }) => 'x'.repeat(Math.min(Number(length), 4 * 1024 * 1024)));
registry.tool('stream', { inputSchema: anything }, async ({ length }, ctx) => {
  await ctx.progress(1);
  return 'x'.repeat(Math.min(Number(length), 4 * 1024 * 1024));
});
registry.tool('ask', { inputSchema: anything }, ({ text }, ctx) =>
  ctx.requestState === undefined ? ctx.inputRequired({ requests: {}, state: String(text) }) : 'answered',
);
registry.tool(
  'job',
  { inputSchema: anything, task: { support: 'required', ttlSeconds: 600 } },
  async ({ ms, length }) => {
    await new Promise((resolve) => setTimeout(resolve, Math.min(Number(ms), 60_000)));
    return 'x'.repeat(Math.min(Number(length), 1024 * 1024));
  },
);
registry.tool(
  'different',
  { inputSchema: { type: 'object', properties: { list: { type: 'array', uniqueItems: true } } } },
  () => 'different',
);
registry.tool(
  'pattern',
  { inputSchema: { type: 'object', properties: { text: { type: 'string', pattern: '^[a-z0-9._-]+@[a-z0-9.-]+$' } } } },
  () => 'matched',
);
for (const template of templates) registry.resourceTemplate(template, {}, ({ uri }) => uri);

const statuses = new Map();
const app = express();
app.use((_request, response, next) => {
  response.once('finish', () => statuses.set(response.statusCode, (statuses.get(response.statusCode) ?? 0) + 1));
  next();
});
app.use(
  mcpAuth({
    resource,
    allowAnonymous: true,
    issuers: [
      { issuer, jwks },
      { issuer: introspectionIssuer.issuer, introspection: introspectionIssuer.introspection },
    ],
  }),
  mcpRouter(registry, { sessions: true, onError: () => undefined }),
  mcpErrorHandler(),
);
const server = createServer(app);
// A machine that stands still for some seconds must not make a kept connection look idle.
server.keepAliveTimeout = 60_000;

const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const peak = { rss: 0, heap: 0, external: 0 };
const look = () => {
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  peak.rss = Math.max(peak.rss, rss);
  peak.heap = Math.max(peak.heap, heapUsed);
  peak.external = Math.max(peak.external, external, arrayBuffers);
};
setInterval(look, 20);

let busyness = performance.eventLoopUtilization();

process.on('message', (wanted) => {
  if (wanted === 'utilization') {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, busyness);
    busyness = now;
    process.send({ utilization });
    return;
  }
  look();
  process.send({ peak: { ...peak }, delayMs: delay.max / 1e6, statuses: Object.fromEntries(statuses) });
  Object.assign(peak, { rss: 0, heap: 0, external: 0 });
  delay.reset();
  statuses.clear();
});
process.on('disconnect', () => process.exit());
server.listen(Number(new URL(resource).port), '127.0.0.1', 4096, () => process.send({ isReady: true }));
