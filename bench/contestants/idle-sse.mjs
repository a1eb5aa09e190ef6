// A hand-written server for streams that are mostly silent: a set of responses and one interval for all of them.
import express from 'express';
import { sseHeaders, writeEvent } from '../work/sse.mjs';

export const title = 'Express SSE, by hand, no auth';
export const eras = ['modern'];
export const joins = ['subscriptions'];

const keepAliveMs = 15_000;
const streams = new Map();
const metaOf = (id) => ({ 'io.modelcontextprotocol/subscriptionId': id });

export function start() {
  const app = express();
  app.use(express.json());
  app.post('/mcp', ({ body }, response) => {
    const { id, params } = body;
    streams.set(response, id);
    response.on('close', () => streams.delete(response));
    response.writeHead(200, sseHeaders);
    writeEvent(response, {
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { _meta: metaOf(id), notifications: params.notifications },
    });
  });
  setInterval(() => {
    for (const response of streams.keys()) response.write(': keep-alive\n\n');
  }, keepAliveMs).unref();
  return app;
}

/** A change that all listeners hear of. */
export function change() {
  for (const [response, id] of streams) {
    writeEvent(response, {
      jsonrpc: '2.0',
      method: 'notifications/tools/list_changed',
      params: { _meta: metaOf(id) },
    });
  }
}
