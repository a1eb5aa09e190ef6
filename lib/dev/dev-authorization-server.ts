import { createServer } from 'node:http';
import type * as OidcProvider from 'oidc-provider';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { DevAuthorizationServerOptions } from './dev-options.js';
import { resolveDevOptions } from './dev-options.js';
import { pageForUnknownAddress } from './pages/provider-pages.js';
import { providerConfiguration } from './provider/provider-configuration.js';
import { withoutNotices } from './provider/without-notices.js';
import { refuseProduction } from './refuse-production.js';
import { requestListener } from './request-listener.js';
import { openState } from './state/open-state.js';

/** A running authorization server for development. */
export interface DevAuthorizationServer {
  /** Issuer identifier, for `mcpAuth({ issuer })`; also the address. */
  readonly issuer: string;
  /** Stops it. Without a state file, everything is forgotten. */
  close(): Promise<void>;
}

/**
 * Starts a real authorization server for development and tests, on `oidc-provider`. It accepts any name at sign-in, and only answers
 * requests to this machine's own names.
 *
 * It has metadata (RFC 8414, OpenID Connect), client registration (RFC 7591), client ID metadata documents, and the authorization code
 * with PKCE (RFC 7636). It has client credentials, refresh, resource indicators (RFC 8707) and JWT access tokens (RFC 9068). Its pages
 * are for sign-in, consent and the confirmation of a sign-in (RFC 9470).
 *
 * Port, keys, clients and sessions are stored in a file, so that clients stay signed in when the app restarts.
 *
 * @param options - see {@link DevAuthorizationServerOptions}
 * @returns the server, when it listens
 * @throws ConfigurationError `not_for_production` if `NODE_ENV` is `production` or `prod`, `missing_peer` without `oidc-provider`, or
 *   the code for a wrong option
 *
 * @example
 * ```ts
 * import { devAuthorizationServer } from 'express-mcp/dev';
 *
 * const server = await devAuthorizationServer({
 *   resource: 'http://localhost:3000/mcp',
 *   scopes: { 'notes:read': 'Read your notes', 'notes:write': 'Change your notes' },
 *   stateFile: false,
 * });
 * console.log(server.issuer); // http://localhost:…
 * await server.close();
 * ```
 */
export async function devAuthorizationServer(options: DevAuthorizationServerOptions): Promise<DevAuthorizationServer> {
  refuseProduction();
  const resolved = resolveDevOptions(options);
  const oidcProvider = await withoutNotices(importProvider);
  const server = createServer();
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  try {
    const { state, port } = await openState(server, resolved);
    const issuer = `http://${resolved.host}:${String(port)}`;
    const provider = await withoutNotices(
      () => new oidcProvider.Provider(issuer, providerConfiguration(resolved, state, oidcProvider)),
    );
    provider.use(pageForUnknownAddress);
    server.on('request', requestListener(provider, resolved));
    return { issuer, close };
  } catch (error) {
    await close();
    throw error;
  }
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
