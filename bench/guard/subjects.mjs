// What is counted: calls through a whole Express app, and an app that answers with ready bytes, to subtract.
import { createRequire } from 'node:module';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../dist/index.js';
import { createTestIssuer } from '../../dist/testing/index.js';
import { createOurRegistry } from '../work/our-registry.mjs';
import { callAdd, listTools } from '../work/requests.mjs';

// Express as the package's own lockfile has it, whatever is installed for the contestants.
const express = createRequire(new URL('../../package.json', import.meta.url))('express');

const resource = 'https://api.example.com/mcp';

/** Each subject makes a listener and the request that it is called with. */
export const subjects = {
  drained: async () => ({ listener: drained(), request: callAdd('modern', {}) }),
  'modern call': async () => protectedCall('modern', 'add'),
  'legacy call': async () => protectedCall('legacy', 'add'),
  'refused call': async () => protectedCall('modern', 'other'),
  'list of 100 tools': async () => {
    const { listener, headers } = await protectedApp('add', 100);
    return { listener, request: listTools('modern', headers) };
  },
};

async function protectedCall(era, scope) {
  const { listener, headers } = await protectedApp(scope, 1);
  return { listener, request: callAdd(era, headers) };
}

async function protectedApp(scope, tools) {
  const issuer = await createTestIssuer({ audience: resource });
  const app = express();
  app.use(mcpAuth({ resource, issuers: [{ issuer: issuer.issuer, jwks: issuer.jwks }] }));
  app.use(mcpRouter(createOurRegistry({ tools })));
  app.use(mcpErrorHandler());
  const token = await issuer.token({ scope, expiresIn: 3600 });
  return { listener: app, headers: { authorization: `Bearer ${token}` } };
}

function drained() {
  const answer = Buffer.from('{}');
  const headers = { 'content-type': 'application/json', 'content-length': answer.length };
  return express().use((request, response) => {
    request.resume().on('end', () => response.writeHead(200, headers).end(answer));
  });
}
