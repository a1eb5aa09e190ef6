import type { RequestListener } from 'node:http';
import type { Auth } from '../../oauth/auth.js';
import { createAuth } from '../../oauth/auth.js';
import { ScopeHierarchy } from '../../oauth/scope-hierarchy.js';
import type { AnyRegistry } from '../../registry/any-registry.js';
import type { Channel } from './channel.js';
import { findIssuer } from './find-issuer.js';
import type { TokenSource } from './http-channel.js';
import { HttpChannel } from './http-channel.js';
import { InProcessServer } from './in-process-server.js';
import { StdioChannel } from './stdio-channel.js';
import type { TestClientOptions } from './test-client-options.js';
import { hasCaller } from './test-client-options.js';

/**
 * Opens the way to a registry, as `serveStdio` does.
 *
 * @param registry - made by `createRegistry`
 * @param options - who calls
 */
export function openRegistry(registry: AnyRegistry, options: TestClientOptions): Channel {
  const { scopes = [], subject = 'user-1', clientId = 'client-1', claims = {}, scopeHierarchy } = options;
  const hierarchy = new ScopeHierarchy(scopeHierarchy);
  const callerWith = (held: readonly string[]): Auth =>
    createAuth(
      {
        subject,
        clientId,
        scopes: held,
        claims: { sub: subject, client_id: clientId, scope: held.join(' '), ...claims },
      },
      { token: '', hierarchy },
    );
  return new StdioChannel(registry, { scopes, callerWith: hasCaller(options) ? callerWith : () => undefined });
}

/**
 * Opens the way to an app, with tokens of an issuer that it trusts.
 *
 * @param app - as Node's HTTP server calls it
 * @param options - who calls, and where
 * @throws ConfigurationError `invalid_option` when the app trusts no issuer that could sign here
 */
export async function openApp(app: RequestListener, options: TestClientOptions): Promise<Channel> {
  const { path = '/mcp', headers = {}, scopes = [] } = options;
  const server = new InProcessServer(app);
  return new HttpChannel(server, { path, headers, scopes, tokens: await tokensFor(server, options) });
}

async function tokensFor(server: InProcessServer, options: TestClientOptions): Promise<TokenSource> {
  const { token, subject, clientId, claims } = options;
  if (token !== undefined) return () => Promise.resolve(token);
  if (!hasCaller(options)) return () => undefined;
  const { issuer, audience } = await findIssuer(server, options);
  const about = {
    ...(audience === undefined ? {} : { audience }),
    ...(subject === undefined ? {} : { subject }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(claims === undefined ? {} : { claims }),
  };
  return (scope) => issuer.token({ ...about, scope });
}
