// What an engineer writes by hand who needs no token and trusts the arguments. Everything is compared with this.
import express from 'express';
import { add, callResponse, listResponse } from '../work/tools.mjs';

export const title = 'bare Express, by hand, no auth';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call', 'many-tools', 'tools-list'];

export function start({ tools }) {
  const app = express();
  app.use(express.json());
  app.post('/mcp', ({ body }, response) => {
    if (body.method === 'tools/call') response.json(callResponse(body, add(body.params.arguments)));
    else response.json(listResponse(body, tools));
  });
  return app;
}
