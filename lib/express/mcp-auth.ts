import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import { InsufficientScopeError } from '../errors/insufficient-scope-error.js';
import { authorize } from '../server/authorize.js';
import type { Auth } from '../oauth/auth.js';
import type { Operation } from '../server/operation.js';
import type { McpAuthOptions } from './auth-options.js';
import { authenticate } from './authenticate.js';
import { allowOrigin, answerPreflight, isPreflight } from './cors.js';
import { prepareError } from './error-answer.js';
import type { ProtectedResource } from './protected-resource.js';
import { answerMetadataRequest } from './protected-resource-metadata-route.js';
import { placeOfRequest } from './place-of-request.js';
import { publishDecision, publishRefusal } from './publish-decision.js';
import type { Readiness } from './readiness.js';
import { checkDependencies, checkOf } from './readiness.js';
import { requestPath } from './request-path.js';
import type { RequestState } from './request-state.js';
import { requestState, unknownState } from './request-state.js';
import { resolveAuthOptions } from './resolve-auth-options.js';
import { findRouterBehind } from './router-behind.js';

/** The middleware that `mcpAuth` returns. */
export interface McpAuth extends RequestHandler {
  /**
   * Answers the metadata document only. Mount it at the root of the app when the middleware itself is mounted under a
   * path, where requests for the document never arrive.
   */
  readonly metadata: RequestHandler;
  /**
   * Whether tokens can be decided about: `keys` of the issuers were fetched and are not too old (or where to introspect is known), and
   * `replay` and `revocation` stores answer. See `mcpReadiness`.
   */
  ready(): Promise<Readiness>;
}

/** Nothing in particular: any use of the endpoint. */
const theEndpoint: Operation = { items: [], invoke: () => ({}) };

/**
 * An OAuth 2.1 resource server in front of an MCP endpoint: verifies the access token, sets `req.auth`, and serves the
 * protected resource metadata document (RFC 9728). Every request that is not for the endpoint or the document passes
 * untouched.
 *
 * @param options - see {@link McpAuthOptions}; without, `MCP_RESOURCE` and `MCP_ISSUER` are read from the environment
 * @throws ConfigurationError `missing_option`, `unknown_option`, `invalid_option`, `invalid_scope` or `scope_cycle`
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
 *
 * const registry = createRegistry({ name: 'notes', version: '1.0.0' });
 * const app = express();
 * app.use(mcpAuth({ resource: 'https://api.example.com/mcp', issuer: 'https://login.example.com' }), mcpRouter(registry));
 * app.use(mcpErrorHandler());
 * ```
 *
 * @see RFC 6750, RFC 9068, RFC 9728; MCP `basic/authorization`
 */
export function mcpAuth(options: McpAuthOptions = {}): McpAuth {
  const resource = resolveAuthOptions(options, process.env);

  async function mcpAuthMiddleware(request: Request, response: Response, next: NextFunction): Promise<void> {
    const state = requestState(request);
    const place = placeOfRequest(request, resource);
    if (place === 'metadata') answerMetadataRequest(resource, request, response, next);
    else if (place === 'misplaced') next(misplaced(request.baseUrl, resource));
    else if (place === 'other' || (await protect(request, response, next, state))) next();
  }

  /** Whether the request may go on; if not, it is answered or refused already. */
  async function protect(
    request: Request,
    response: Response,
    next: NextFunction,
    state: RequestState,
  ): Promise<boolean> {
    // From here on the request is known to be for this endpoint, also in answers to errors.
    Object.assign(state, { ...unknownState, resource });
    if (resource.cors !== undefined) {
      allowOrigin(resource.cors, request, response);
      if (isPreflight(request)) {
        answerPreflight(request, response);
        return false;
      }
    }
    try {
      const { auth, nextNonce } = await authenticate(request, resource, state);
      state.auth = auth;
      if (nextNonce !== undefined) response.setHeader('DPoP-Nonce', nextNonce);
      // The name and the members that the official SDK's transports and handlers look for.
      if (auth !== undefined) (request as { auth?: Auth }).auth = auth;
      publishDecision(state, { stage: 'authentication', outcome: 'accepted' });
      authorize([theEndpoint], { auth, endpoint: resource.policy });
      return true;
    } catch (error) {
      refuse(error, request, response, next, state);
      return false;
    }
  }

  function refuse(error: unknown, request: Request, response: Response, next: NextFunction, state: RequestState): void {
    const isAboutScopes = error instanceof InsufficientScopeError;
    const router = isAboutScopes ? findRouterBehind(request, mcpAuthMiddleware, state) : undefined;
    const refuseHere = (): void => {
      const stage = isAboutScopes ? 'authorization' : 'authentication';
      next(prepareError(publishRefusal(error, stage, state), state));
    };
    if (router === undefined) {
      refuseHere();
      return;
    }
    // It knows which other scopes the message needs. Whatever it does, nobody behind it gets to see this request.
    void router(request, response, (other?: unknown) => {
      if (other === undefined) refuseHere();
      else next(other);
    });
  }

  function mcpMetadataMiddleware(request: Request, response: Response, next: NextFunction): void {
    if (requestPath(request) === resource.metadataPath) answerMetadataRequest(resource, request, response, next);
    else next();
  }

  return Object.assign(mcpAuthMiddleware, { metadata: mcpMetadataMiddleware, ready: () => readinessFor(resource) });
}

function readinessFor({ verifier, revocation, replay }: ProtectedResource): Promise<Readiness> {
  return checkDependencies({ keys: checkOf(verifier), replay: checkOf(replay), revocation: checkOf(revocation) });
}

/** Nothing could ever be protected from there, and nobody would notice. */
function misplaced(mount: string, { path }: ProtectedResource): ConfigurationError {
  return new ConfigurationError(
    'invalid_option',
    `mcpAuth is mounted at ${displayName(mount)}, where no request for its endpoint "${path}" arrives. Mount it at the ` +
      `root of the app, or say what arrives here: mcpAuth({ path: "…" }).`,
  );
}
