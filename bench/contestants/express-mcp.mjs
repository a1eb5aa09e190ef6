import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../dist/index.js';
import { createOurRegistry } from '../work/our-registry.mjs';
import { issuerUrl, resource } from '../work/issuer.mjs';

export const title = 'express-mcp';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call', 'many-tools', 'tokens', 'first-use', 'tools-list', 'listing-mixed', 'refused'];

export function start({ jwks, tools, mixedScopes, dpop = 'off' }) {
  const app = express();
  app.use(mcpAuth({ resource, issuers: [{ issuer: issuerUrl, jwks }], dpop }));
  app.use(mcpRouter(createOurRegistry({ tools, mixedScopes })));
  app.use(mcpErrorHandler());
  return app;
}
