// The official SDK 2.x, as its documentation shows it: createMcpHandler, which serves both eras, behind its Express helper.
import { createMcpExpressApp, requireBearerAuth } from '@modelcontextprotocol/express';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { registerReport, registerWithSdk } from '../work/register-with-sdk.mjs';
import { createSdkVerifier } from '../work/verify-token.mjs';

export const title = 'official SDK 2.x, createMcpHandler';
export const eras = ['legacy', 'modern'];
export const joins = ['tools-call', 'many-tools', 'tools-list', 'progress', 'subscriptions'];
let handler;

export function start({ jwks, tools, reports }) {
  handler = createMcpHandler(() => {
    const server = new McpServer({ name: 'bench', version: '1.0.0' });
    registerWithSdk(server, tools);
    if (reports) registerReport(server, partsOf);
    return server;
  });
  const handle = toNodeHandler(handler);
  const app = createMcpExpressApp();
  const auth = requireBearerAuth({ verifier: createSdkVerifier(jwks), requiredScopes: ['add'] });
  app.post('/mcp', auth, (request, response) => void handle(request, response, request.body));
  return app;
}

/** A change that all listeners to the list of tools hear of. */
export function change() {
  handler.notify.toolsChanged();
}

const partsOf = ({ mcpReq }) => ({ notify: (notification) => mcpReq.notify(notification), meta: mcpReq._meta });
