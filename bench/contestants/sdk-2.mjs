// The official SDK 2.x, as its documentation shows it: createMcpHandler, which serves both eras, behind its Express helper.
import { createMcpExpressApp, requireBearerAuth } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { registerWithSdk } from '../work/register-with-sdk.mjs';
import { createSdkVerifier } from '../work/verify-token.mjs';

export const title = 'official SDK 2.x, createMcpHandler';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call', 'many-tools', 'tools-list'];

export function start({ jwks, tools }) {
  const handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bench', version: '1.0.0' });
    registerWithSdk(server, tools);
    return server;
  });
  const handle = toNodeHandler(handler);
  const app = createMcpExpressApp();
  const auth = requireBearerAuth({ verifier: createSdkVerifier(jwks), requiredScopes: ['add'] });
  app.post('/mcp', auth, (request, response) => void handle(request, response, request.body));
  return app;
}
