// Subjects of the count: calls through a whole Express app, calls through the listener alone, and an app with ready bytes, to subtract.
import { createRequire } from 'node:module';
import { mcpAuth, mcpErrorHandler, mcpListener, mcpRouter } from '../../dist/index.js';
import { createTestIssuer } from '../../dist/testing/index.js';
import { createOurRegistry } from '../work/our-registry.mjs';
import { callAdd, listTools } from '../work/requests.mjs';

// Express from the package's own lockfile, whatever is installed for the contestants.
const express = createRequire(new URL('../../package.json', import.meta.url))('express');

const resource = 'https://api.example.com/mcp';

/** Each subject makes a listener and a request for it; `baseline` names the subject to subtract. */
export const subjects = {
  drained: { make: () => ({ listener: express().use(drained()), request: callAdd('modern', {}) }) },
  'bare node:http': { make: () => ({ listener: drained(), request: callAdd('modern', {}) }) },
  'modern call': { baseline: 'drained', make: () => protectedCall('modern', 'add') },
  'legacy call': { baseline: 'drained', make: () => protectedCall('legacy', 'add') },
  'refused call': { baseline: 'drained', make: () => protectedCall('modern', 'other') },
  'list of 100 tools': {
    baseline: 'drained',
    make: async () => {
      const { app, headers } = await protectedApp('add', 100);
      return { listener: app, request: listTools('modern', headers) };
    },
  },
  'call by the listener': { baseline: 'bare node:http', make: () => protectedCall('modern', 'add', 'listener') },
  'refusal by the listener': { baseline: 'bare node:http', make: () => protectedCall('modern', 'other', 'listener') },
};

async function protectedCall(era, scope, door = 'express') {
  const { app, listener, headers } = await protectedApp(scope, 1);
  return { listener: door === 'listener' ? listener : app, request: callAdd(era, headers) };
}

async function protectedApp(scope, tools) {
  const issuer = await createTestIssuer({ audience: resource });
  const auth = mcpAuth({ resource, issuers: [{ issuer: issuer.issuer, jwks: issuer.jwks }] });
  const router = mcpRouter(createOurRegistry({ tools }));
  const app = express().use(auth).use(router).use(mcpErrorHandler());
  const token = await issuer.token({ scope, expiresIn: 3600 });
  return { app, listener: mcpListener(app, auth, router), headers: { authorization: `Bearer ${token}` } };
}

function drained() {
  const answer = Buffer.from('{}');
  const headers = { 'content-type': 'application/json', 'content-length': answer.length };
  return (request, response) => {
    request.resume().on('end', () => response.writeHead(200, headers).end(answer));
  };
}
