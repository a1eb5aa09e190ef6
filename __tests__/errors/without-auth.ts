import type { RequestHandler } from 'express';
import express from 'express';
import type { Test } from 'supertest';
import request from 'supertest';
import { createRegistry, mcpErrorHandler, mcpRouter } from '../../lib/index.js';

/** Lists the tools of an open endpoint, behind middleware of the app. */
export function withoutAuth(before: readonly RequestHandler[]): Test {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('add', {}, () => 'done');
  const app = express();
  app.use(...[...before, mcpRouter(registry)]);
  app.use(mcpErrorHandler());
  return request(app)
    .post('/mcp')
    .set('Accept', 'application/json, text/event-stream')
    .send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
}
