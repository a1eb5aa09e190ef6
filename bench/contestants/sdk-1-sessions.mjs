// The official SDK 1.x with sessions, as its examples show it: a server and a transport per session.
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import express from 'express';
import { openSession } from '../work/open-session.mjs';
import { registerWithSdk } from '../work/register-with-sdk.mjs';
import { createSdkVerifier } from '../work/verify-token.mjs';

export const title = 'official SDK 1.x, one session';
export const eras = ['legacy'];
export const joins = ['tools-call', 'sessions'];
export const connect = openSession;

export function start({ jwks, tools }) {
  const transports = new Map();
  const app = express();
  app.use(express.json());
  const auth = requireBearerAuth({ verifier: createSdkVerifier(jwks), requiredScopes: ['add'] });
  app.post('/mcp', auth, async (request, response) => {
    const transport = transports.get(request.headers['mcp-session-id']) ?? (await openTransport());
    await transport.handleRequest(request, response, request.body);
  });

  async function openTransport() {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => transports.set(id, transport),
    });
    const server = new McpServer({ name: 'bench', version: '1.0.0' });
    registerWithSdk(server, tools);
    await server.connect(transport);
    return transport;
  }
  return app;
}
