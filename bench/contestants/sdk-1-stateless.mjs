// The official SDK 1.x without sessions, as its examples show it: a server and a transport per request.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import express from 'express';
import { registerReport, registerWithSdk } from '../work/register-with-sdk.mjs';
import { createSdkVerifier } from '../work/verify-token.mjs';

export const title = 'official SDK 1.x, stateless';
export const eras = ['legacy'];
export const joins = ['tools-call', 'many-tools', 'tools-list', 'progress'];

export function start({ jwks, tools, reports }) {
  const app = express();
  app.use(express.json());
  const auth = requireBearerAuth({ verifier: createSdkVerifier(jwks), requiredScopes: ['add'] });
  app.post('/mcp', auth, async (request, response) => {
    const server = new McpServer({ name: 'bench', version: '1.0.0' });
    registerWithSdk(server, tools);
    if (reports) registerReport(server, ({ sendNotification, _meta }) => ({ notify: sendNotification, meta: _meta }));
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
    response.on('close', () => {
      void transport.close();
      void server.close();
    });
  });
  return app;
}
