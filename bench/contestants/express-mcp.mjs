import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../dist/index.js';
import { createOurRegistry } from '../work/our-registry.mjs';
import { issuerUrl, resource } from '../work/issuer.mjs';

export const title = 'express-mcp';
export const eras = ['legacy', 'modern'];
export const joins = [
  'tools-call',
  'many-tools',
  'tokens',
  'first-use',
  'tools-list',
  'listing-mixed',
  'refused',
  'progress',
  'subscriptions',
  'sessions',
];
let registry;

export function start({ jwks, tools, mixedScopes, reports, sessions = false, dpop = 'off' }) {
  registry = createOurRegistry({ tools, mixedScopes, reports });
  const app = express();
  app.use(mcpAuth({ resource, issuers: [{ issuer: issuerUrl, jwks }], dpop }));
  // All sessions of a measurement are one caller's.
  app.use(mcpRouter(registry, { sessions, limits: { sessionsPerPrincipal: false } }));
  app.use(mcpErrorHandler());
  return app;
}

/** What everybody hears of who listens to the list of tools. */
export function change() {
  registry.tool('new', { description: 'Appears and goes' }, () => 'new').remove();
}
