// A hand-written server without tokens and validation. All others are compared with it.
import express from 'express';
import { sseHeaders, writeEvent } from '../work/sse.mjs';
import { add, callResponse, listResponse, report, steps } from '../work/tools.mjs';

export const title = 'bare Express, by hand, no auth';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call', 'many-tools', 'tools-list', 'progress'];

export function start({ tools, reports }) {
  const app = express();
  app.use(express.json());
  if (reports) app.post('/mcp', answerWithProgress);
  app.post('/mcp', ({ body }, response) => {
    if (body.method === 'tools/call') response.json(callResponse(body, add(body.params.arguments)));
    else response.json(listResponse(body, tools));
  });
  return app;
}

/** Eleven events: ten steps and the answer. */
async function answerWithProgress({ body }, response) {
  const { progressToken } = body.params._meta;
  response.writeHead(200, sseHeaders);
  const result = await report(body.params.arguments, (progress) => {
    const params = { progressToken, progress, total: steps };
    writeEvent(response, { jsonrpc: '2.0', method: 'notifications/progress', params });
  });
  writeEvent(response, callResponse(body, result));
  response.end();
}
