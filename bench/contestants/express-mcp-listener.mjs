// The same endpoint in front of Express, as docs/getting-started.md shows it.
import { mcpListener } from '../../dist/index.js';
import { createOurEndpoint } from '../work/our-endpoint.mjs';

export const title = 'express-mcp, mcpListener';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call', 'refused'];

export function start(settings) {
  const { app, auth, router } = createOurEndpoint(settings);
  return mcpListener(app, auth, router);
}
