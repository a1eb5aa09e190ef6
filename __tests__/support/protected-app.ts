import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { DevAuthorizationServer } from '../../lib/dev/index.js';
import { devAuthorizationServer } from '../../lib/dev/index.js';

export interface ProtectedApp {
  readonly url: URL;
  readonly authorizationServer: DevAuthorizationServer;
  /** Status and challenge of every answer of the MCP endpoint, in order. */
  readonly answers: { readonly status: number; readonly challenge: string | undefined }[];
  close(): Promise<void>;
}

/** An app with a protected endpoint, on a real port, beside a real authorization server. */
export async function startProtectedApp(): Promise<ProtectedApp> {
  const app: Express = express();
  const server: Server = app.listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = new URL(`http://localhost:${String((server.address() as AddressInfo).port)}/mcp`);
  const resource = url.href;
  const authorizationServer = await devAuthorizationServer({ resource, scopes: ['mcp', 'notes:read', 'notes:write'] });
  const answers: ProtectedApp['answers'] = [];

  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('whoami', {}, (_args, ctx) => ctx.auth?.subject);
  registry.tool('read', { scopes: ['notes:read'] }, (_args, ctx) => `scopes: ${ctx.auth?.scopes.join(' ') ?? ''}`);
  registry.tool('write', { scopes: ['notes:read', 'notes:write'] }, () => 'written');
  registry.prompt('summary', { scopes: ['notes:read'] }, () => 'Summarise');
  registry.resource('notes://all', { scopes: ['notes:read'] }, () => 'all notes');

  app.use((_req, res, next) => {
    res.on('finish', () => {
      answers.push({ status: res.statusCode, challenge: res.get('www-authenticate') });
    });
    next();
  });
  app.use(mcpAuth({ resource, issuer: authorizationServer.issuer, requiredScopes: ['mcp'] }), mcpRouter(registry));
  app.use(mcpErrorHandler());

  return {
    url,
    authorizationServer,
    answers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await authorizationServer.close();
    },
  };
}
