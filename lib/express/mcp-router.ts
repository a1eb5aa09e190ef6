import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { ConfigurationError } from '../errors/configuration-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import { Catalog } from '../registry/catalog.js';
import { Dispatcher } from '../server/dispatcher.js';
import type { Reply } from '../server/reply.js';
import { checkAccept, checkContentType } from './check-content.js';
import { checkMirroredHeaders } from './check-mirrored-headers.js';
import { checkOrigin, isLoopbackAddress } from './check-origin.js';
import { prepareError } from './error-answer.js';
import { publishDecision, publishRefusal } from './publish-decision.js';
import { readMessage } from './read-message.js';
import { isSamePath, requestPath } from './request-path.js';
import type { RequestState } from './request-state.js';
import { findRequestState } from './request-state.js';
import type { McpRouterOptions, ResolvedRouterOptions } from './router-options.js';
import { resolveRouterOptions } from './router-options.js';
import { registerRouter } from './router-behind.js';
import { securityHeaders } from './security-headers.js';

/** The middleware that `mcpRouter` returns. */
export interface McpRouter extends RequestHandler {
  /** Refuses new requests with 503 and resolves when the last running one is answered. */
  close(): Promise<void>;
}

const defaultPath = '/mcp';

// 2025-06-18 basic/transports#protocol-version-header: without the header a server SHOULD assume this revision.
const assumedVersion = '2025-03-26';

/**
 * The MCP endpoint: speaks JSON-RPC 2.0 over Streamable HTTP in every revision, decides scopes before anything runs,
 * validates arguments, and calls tools, prompts and resources. Requests for other paths pass untouched.
 *
 * @param registry - what there is to use, made by `createRegistry`
 * @param options - see {@link McpRouterOptions}
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { createRegistry, mcpErrorHandler, mcpRouter } from 'express-mcp';
 *
 * const registry = createRegistry({ name: 'clock', version: '1.0.0' });
 * registry.tool('now', { description: 'The time' }, () => new Date().toISOString());
 * const app = express();
 * app.use(mcpRouter(registry));
 * app.use(mcpErrorHandler());
 * ```
 *
 * @see MCP `basic/transports/streamable-http`
 */
export function mcpRouter(registry: { readonly catalog: Catalog }, options: McpRouterOptions = {}): McpRouter {
  const resolved = resolveRouterOptions(options);
  const dispatcher = new Dispatcher(assertRegistry(registry), resolved);
  const running = new Set<Promise<void>>();
  let isClosing = false;

  function mcpRouterMiddleware(request: Request, response: Response, next: NextFunction): void {
    const state = findRequestState(request);
    if (!isOurs(request, state, resolved.path)) {
      next();
      return;
    }
    const work = (isClosing ? refuseWork() : serve(request, response, state, dispatcher, resolved))
      .catch((error: unknown) => {
        next(prepareError(publishRefusal(error, 'authorization', state), state));
      })
      .finally(() => running.delete(work));
    running.add(work);
  }

  registerRouter(
    mcpRouterMiddleware,
    ({ resource }) => resource !== undefined && isSamePath(resolved.path ?? resource.path, resource.path),
  );
  return Object.assign(mcpRouterMiddleware, {
    close: async () => {
      isClosing = true;
      await Promise.all(running);
    },
  });
}

/** Where an `mcpAuth` saw the request, it alone says what is the endpoint; an unguarded copy must not appear beside it. */
function isOurs(request: Request, state: RequestState | undefined, path: string | undefined): boolean {
  const own = path ?? (state === undefined ? defaultPath : state.resource?.path);
  return own !== undefined && isSamePath(requestPath(request), own);
}

function refuseWork(): Promise<never> {
  return Promise.reject(new ProtocolError('shutting_down', undefined, { headers: { 'Retry-After': '1' } }));
}

async function serve(
  request: Request,
  response: Response,
  state: RequestState | undefined,
  dispatcher: Dispatcher,
  options: ResolvedRouterOptions,
): Promise<void> {
  const { headers, method, socket } = request;
  // Without sessions there is no stream to GET and nothing to DELETE (RFC 9110 §15.5.6: 405 names what is allowed).
  if (method !== 'POST') throw new ProtocolError('method_not_allowed', undefined, { headers: { Allow: 'POST' } });
  checkOrigin(headers, isLoopbackAddress(socket.localAddress), state?.resource, options);
  checkContentType(headers);
  checkAccept(headers);
  const payload = await readMessage(request, options.maxBodyBytes);
  const reply = await dispatcher.dispatch(payload, {
    caller: { auth: state?.auth, endpoint: state?.resource?.policy },
    versions: {
      header: request.header('mcp-protocol-version'),
      assumed: assumedVersion,
      checkMirrors: (message) => {
        checkMirroredHeaders(headers, message);
      },
    },
    signal: disconnectSignal(response),
    signalMeans: 'disconnected',
    refusalsAre: 'thrown',
    transportRequest: request,
    onDecided: ({ method, target, outcome }) => {
      if (outcome === 'undecidable') return;
      const verdict =
        outcome === 'allowed' ? { outcome: 'accepted' as const } : { outcome: 'refused' as const, code: outcome };
      publishDecision(state, { stage: 'authorization', method, target, ...verdict });
    },
  });
  write(reply, response);
}

function disconnectSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}

function write(reply: Reply, response: Response): void {
  if (response.destroyed) return;
  if (reply.kind === 'accepted') {
    // MCP basic/transports/streamable-http#sending-messages: 202 and no body.
    response.writeHead(202, securityHeaders).end();
    return;
  }
  const length = Buffer.byteLength(reply.text);
  const headers = { ...securityHeaders, 'Content-Type': 'application/json', 'Content-Length': length };
  response.writeHead(reply.status, headers).end(reply.text);
}

function assertRegistry(registry: { readonly catalog: Catalog } | undefined): Catalog {
  if (registry?.catalog instanceof Catalog) return registry.catalog;
  throw new ConfigurationError('missing_option', 'mcpRouter needs a registry: mcpRouter(createRegistry({ … })).');
}
