import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Middleware, Next } from '../http/fields/hosted-request.js';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { retryAfterSeconds } from '../errors/retry-after.js';
import type { Readiness } from '../http/endpoint/readiness.js';
import { readinessOf } from '../http/endpoint/readiness.js';
import { securityFields } from '../http/fields/response-fields.js';

/** A part that knows whether it is ready: what `mcpAuth` and `mcpRouter` return, or one of your own. */
export interface ReadinessSource {
  ready(): Promise<Readiness>;
}

/** Options of `mcpReadiness`. */
export interface McpReadinessOptions {
  /**
   * Names of dependencies that may fail without the process being taken out of service, such as `bus`. They are still named in the
   * answer. Default none.
   */
  readonly tolerate?: readonly string[];
}

/**
 * A handler for readiness probes. It answers 200 if all dependencies can be reached, else 503. The body names each dependency with its
 * state, but without reasons. Do not use it for liveness probes: a restart repairs neither an issuer nor Redis.
 *
 * @param sources - what `mcpAuth` and `mcpRouter` returned
 * @param options - see {@link McpReadinessOptions}
 * @throws ConfigurationError `missing_option`, `unknown_option` or `invalid_option`
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { createRegistry, mcpAuth, mcpErrorHandler, mcpReadiness, mcpRouter } from 'express-mcp';
 *
 * const auth = mcpAuth({ resource: 'https://api.example.com/mcp', issuer: 'https://login.example.com' });
 * const router = mcpRouter(createRegistry({ name: 'notes', version: '1.0.0' }));
 * const app = express();
 * app.get('/ready', mcpReadiness([auth, router]));
 * app.use(auth, router, mcpErrorHandler());
 * ```
 */
export function mcpReadiness(sources: readonly ReadinessSource[], options: McpReadinessOptions = {}): Middleware {
  assertMembers(options, ['tolerate'], 'mcpReadiness');
  if (!isListOfSources(sources)) {
    throw new ConfigurationError(
      'missing_option',
      'mcpReadiness needs what to ask: mcpReadiness([auth, router]), with what mcpAuth() and mcpRouter() returned.',
    );
  }
  const { tolerate = [] } = options;
  if (!Array.isArray(tolerate) || !tolerate.every((name) => typeof name === 'string')) {
    throw new ConfigurationError(
      'invalid_option',
      'mcpReadiness: tolerate must be an array of names, such as ["bus"].',
    );
  }
  const tolerated = new Set(tolerate);

  return function mcpReadinessHandler(_request: IncomingMessage, response: ServerResponse, next: Next): void {
    Promise.all(sources.map((source) => source.ready())).then((found) => {
      answer(response, found, tolerated);
    }, next);
  };
}

function isListOfSources(sources: unknown): sources is readonly ReadinessSource[] {
  const hasReady = (source: unknown): boolean =>
    typeof (source as Partial<ReadinessSource> | null | undefined)?.ready === 'function';
  return Array.isArray(sources) && sources.every(hasReady);
}

function answer(response: ServerResponse, found: readonly Readiness[], tolerated: ReadonlySet<unknown>): void {
  const isReady = found.every(({ dependencies }) => {
    const needed = Object.entries(dependencies).filter(([name]) => !tolerated.has(name));
    return readinessOf(Object.fromEntries(needed)).isReady;
  });
  const dependencies = together(found);
  const body = JSON.stringify({ status: isReady ? 'ready' : 'not_ready', dependencies });
  const headers = {
    ...securityFields,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...(isReady ? {} : { 'Retry-After': String(retryAfterSeconds.outageEnds) }),
  };
  response.writeHead(isReady ? 200 : 503, headers).end(body);
}

/** Where two endpoints have a dependency of the same name, the one that is worse off counts. */
function together(found: readonly Readiness[]): Readiness['dependencies'] {
  const all: Record<string, Readiness['dependencies'][string]> = {};
  for (const [name, status] of found.flatMap(({ dependencies }) => Object.entries(dependencies))) {
    if (all[name] === undefined || all[name] === 'ok') all[name] = status;
  }
  return all;
}
