import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { devAuthorizationServer } from 'express-mcp/dev';
import { toolsFromOpenApi } from 'express-mcp/openapi';
import { createApp } from './app.js';
import { confirmedSignIn, createNotesRegistry, scopeHierarchy, scopes } from './mcp.js';
import { NoteStore } from './note-store.js';
import { openApiDocument } from './openapi.js';

export interface RunningNotes {
  /** The MCP endpoint. */
  readonly endpoint: URL;
  /** The authorization server's issuer identifier. */
  readonly issuer: string;
  close(): Promise<void>;
}

/**
 * Starts the notes service with its MCP endpoint, beside an authorization server for development.
 *
 * @param folder - where the notes are
 * @param port - where to listen; 0 for any free port
 */
export async function startNotes(folder: string, port: number): Promise<RunningNotes> {
  const server = createServer();
  // The endpoint's URL has the port in it, and everything else is made from that URL.
  const endpoint = new URL(`http://localhost:${String(await listen(server, port))}/mcp`);
  const resource = endpoint.href;
  const store = await NoteStore.open(folder);
  const authorizationServer = await devAuthorizationServer({
    resource,
    scopes,
    acrValues: [confirmedSignIn],
    stateFile: path.join(path.dirname(folder), `authorization-server-${endpoint.port}.json`),
  });
  const { issuer } = authorizationServer;
  const scopesSupported = Object.keys(scopes);
  const registry = createNotesRegistry(store);
  // The first sign-in asks for reading alone: that clients come back for more is what this example shows.
  const asked = { requiredScopes: ['notes:read'], challengeScopes: [], scopesSupported };
  const mcp = { resource, issuer, ...asked, scopeHierarchy };
  const app = createApp(store, mcp, { registry });
  // Writing has tools that were written for it.
  await toolsFromOpenApi(registry, openApiDocument, { app, select: 'read-only' });
  server.on('request', app);
  return {
    endpoint,
    issuer,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await authorizationServer.close();
      await store.close();
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, 'localhost', resolve);
  });
  return (server.address() as AddressInfo).port;
}
