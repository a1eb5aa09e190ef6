import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type * as OidcProvider from 'oidc-provider';
import type Provider from 'oidc-provider';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { DevAuthorizationServerOptions } from './dev-options.js';
import { resolveDevOptions } from './dev-options.js';
import { handleInteraction, isInteraction } from './interactions.js';
import { providerConfiguration } from './provider-configuration.js';
import { withoutNotices } from './without-notices.js';

/** A running authorization server for development. */
export interface DevAuthorizationServer {
  /** Issuer identifier, for `mcpAuth({ issuer })`; also the address. */
  readonly issuer: string;
  /** Stops it. What it knew is forgotten. */
  close(): Promise<void>;
}

/**
 * Starts a real authorization server for development and tests, on `oidc-provider`: metadata (RFC 8414, OpenID Connect),
 * client registration (RFC 7591), authorization code with PKCE (RFC 7636), resource indicators (RFC 8707), JWT access
 * tokens (RFC 9068), refresh, and pages to sign in and to consent. Anybody gets in under any name, and everything is
 * forgotten when it stops.
 *
 * @param options - see {@link DevAuthorizationServerOptions}
 * @returns the server, when it listens
 * @throws ConfigurationError `not_for_production` when `NODE_ENV` is `production`, `missing_peer` without `oidc-provider`,
 *   or what is wrong with the options
 *
 * @example
 * ```ts
 * import { devAuthorizationServer } from 'express-mcp/dev';
 *
 * const server = await devAuthorizationServer({
 *   resource: 'http://localhost:3000/mcp',
 *   scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' },
 * });
 * console.log(server.issuer); // http://localhost:…
 * await server.close();
 * ```
 */
export async function devAuthorizationServer(options: DevAuthorizationServerOptions): Promise<DevAuthorizationServer> {
  if (process.env['NODE_ENV'] === 'production') {
    throw new ConfigurationError(
      'not_for_production',
      'devAuthorizationServer lets anybody in and is for development only. In production use a real authorization server.',
    );
  }
  const resolved = resolveDevOptions(options);
  const oidcProvider = await withoutNotices(importProvider);
  const server = createServer();
  const issuer = await listen(server, resolved.host, resolved.port);
  const provider = await withoutNotices(
    () => new oidcProvider.Provider(issuer, providerConfiguration(resolved, oidcProvider.errors.InvalidTarget)),
  );
  serve(server, provider, resolved.scopes);
  return {
    issuer,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function importProvider(): Promise<typeof OidcProvider> {
  try {
    return await import('oidc-provider');
  } catch (cause) {
    throw new ConfigurationError(
      'missing_peer',
      'devAuthorizationServer needs oidc-provider. Run: npm install --save-dev oidc-provider',
      { cause },
    );
  }
}

/** The issuer's URL has the port in it, so the port must be known before there is a provider. */
async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return `http://${host}:${String(address.port)}`;
}

function serve(server: Server, provider: Provider, sentences: ReadonlyMap<string, string>): void {
  const handle = provider.callback();
  server.on('request', (request, response) => {
    // RFC 8414 §3.1: the same document, at the place where OAuth clients look for it first.
    if (request.url === '/.well-known/oauth-authorization-server') request.url = '/.well-known/openid-configuration';
    const answered = isInteraction(request)
      ? handleInteraction(provider, sentences, request, response)
      : handle(request, response);
    answered.catch(() => {
      if (!response.headersSent) response.writeHead(400, { 'Content-Type': 'text/plain' });
      response.end('This page is out of date. Go back to the application and start again.');
    });
  });
}
