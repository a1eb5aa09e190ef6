// Without mcpAuth and sign-in: shows the router's part of the cost.
import express from 'express';
import { mcpErrorHandler, mcpRouter } from '../../dist/index.js';
import { createOurRegistry } from '../work/our-registry.mjs';

export const title = 'express-mcp, no auth';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call'];

export function start({ tools }) {
  const app = express();
  app.use(mcpRouter(createOurRegistry({ tools, isOpen: true }), { allowedHosts: ['127.0.0.1'] }));
  app.use(mcpErrorHandler());
  return app;
}
