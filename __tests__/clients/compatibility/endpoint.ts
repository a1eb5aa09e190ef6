import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { RequestHandler } from 'express';
import express from 'express';
import type { ProtocolVersion } from 'express-mcp';
import { mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
import { devAuthorizationServer } from 'express-mcp/dev';
import { createTestIssuer } from 'express-mcp/testing';
import { createEndpointRegistry } from './endpoint-registry.js';

/** One request, as the app saw it. */
export interface SeenRequest {
  readonly httpMethod: string;
  readonly path: string;
  /** The session that it belongs to. */
  readonly session: string | undefined;
  /** The event after which the client wants to resume a stream. */
  readonly lastEventId: string | undefined;
  /** Undefined until it is answered. */
  status: number | undefined;
  challenge: string | undefined;
}

/** A protected endpoint on its own port, for one client. */
export interface Endpoint {
  readonly url: URL;
  /** All requests to the app, in order. */
  readonly requests: readonly SeenRequest[];
  /** Names of the calls of `wait` that the client cancelled. */
  readonly calledOff: ReadonlySet<string>;
  /** Signs a token for clients that cannot sign in. */
  token(scope: string): Promise<string>;
  /** Changes the contents of `example://note`. */
  changeNote(): void;
  /** Changes the contents of `tools/list`. */
  changeTools(): void;
  close(): Promise<void>;
}

/** The scope of the endpoint, and that of the tool `write`. */
export const scopes = ['mcp', 'notes:write'];

/**
 * Starts an endpoint, with an authorization server beside it.
 *
 * @param protocolVersions - the revisions that it speaks; default all
 */
export async function startEndpoint(protocolVersions?: readonly ProtocolVersion[]): Promise<Endpoint> {
  const app = express();
  const server = app.listen(0, 'localhost');
  await once(server, 'listening');
  const url = new URL(`http://localhost:${(server.address() as AddressInfo).port}/mcp`);
  const resource = url.href;
  const authorizationServer = await devAuthorizationServer({ resource, scopes });
  const { issuer, jwks, token } = await createTestIssuer({ audience: resource });
  const requests: SeenRequest[] = [];
  const { registry, calledOff, changeTools } = createEndpointRegistry();
  const router = mcpRouter(registry, { sessions: true, ...(protocolVersions && { protocolVersions }) });
  app.use(
    recordInto(requests),
    mcpAuth({
      resource,
      // Clients sign in at the first one; the other signs tokens for those that cannot.
      issuers: [{ issuer: authorizationServer.issuer }, { issuer, jwks }],
      requiredScopes: ['mcp'],
    }),
    router,
    mcpErrorHandler(),
  );

  return {
    url,
    requests,
    calledOff,
    token: (scope) => token({ scope, expiresIn: 3600 }),
    changeNote: () => {
      registry.resourceUpdated('example://note');
    },
    changeTools,
    close: async () => {
      await Promise.race([router.close(), wait(1000)]);
      await stop(server);
      await authorizationServer.close();
    },
  };
}

function recordInto(requests: SeenRequest[]): RequestHandler {
  return (request, response, next) => {
    const seen: SeenRequest = {
      httpMethod: request.method,
      path: request.path,
      session: request.get('mcp-session-id'),
      lastEventId: request.get('last-event-id'),
      status: undefined,
      challenge: undefined,
    };
    requests.push(seen);
    response.on('finish', () => {
      seen.status = response.statusCode;
      seen.challenge = response.get('www-authenticate');
    });
    next();
  };
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
