import express from 'express';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../dist/index.js';
import { issuerUrl, resource } from './issuer.mjs';
import { createOurRegistry } from './our-registry.mjs';

/**
 * An app with our endpoint in it, and what stands in it, for the listener.
 *
 * @param {{ jwks: object, tools: number, mixedScopes?: boolean, reports?: boolean, sessions?: boolean, dpop?: string }} settings
 */
export function createOurEndpoint({ jwks, tools, mixedScopes, reports, sessions = false, dpop = 'off' }) {
  const registry = createOurRegistry({ tools, mixedScopes, reports });
  const auth = mcpAuth({ resource, issuers: [{ issuer: issuerUrl, jwks }], dpop });
  // All sessions of a measurement are one caller's.
  const router = mcpRouter(registry, { sessions, limits: { sessionsPerPrincipal: false } });
  const app = express().use(auth).use(router).use(mcpErrorHandler());
  return { registry, app, auth, router };
}
