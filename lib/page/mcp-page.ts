import { needsRegistry } from '../registry/needs-registry.js';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { Middleware, Next } from '../http/fields/hosted-request.js';
import { pageAnswer } from '../http/endpoint/page-answer.js';
import type { PageOptions } from '../http/page/page-options.js';
import { pageOptionNames, resolvePageOptions } from '../http/page/page-options.js';
import { registerPage } from '../http/page/registered-pages.js';
import type { AnyRegistry } from '../registry/any-registry.js';
import { Catalog } from '../registry/catalog.js';
import { protocolVersions } from '../server/revisions/revision.js';

/** Options of `mcpPage`. */
export interface McpPageOptions extends PageOptions {
  /** Path of the endpoint. Default: where `mcpAuth` says; `/mcp` without it. */
  readonly path?: string;
}

/**
 * A page for people who open the endpoint in a browser. It shows what the server is, how to connect each client, and the public tools,
 * prompts and resources. It answers GET requests that prefer `text/html`; all others pass.
 *
 * Put it behind the endpoint's `mcpAuth` and in front of the router. `mcpAuth` lets only the page answer browsers without a token.
 *
 * @param registry - made by `createRegistry`
 * @param options - see {@link McpPageOptions}
 * @throws ConfigurationError `missing_option`, `unknown_option` or `invalid_option`
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from 'express-mcp';
 * import { mcpPage } from 'express-mcp/page';
 *
 * const registry = createRegistry({ name: 'notes', version: '1.0.0', title: 'Notes' });
 * const auth = mcpAuth({ resource: 'https://api.example.com/mcp', issuer: 'https://login.example.com' });
 * const app = express();
 * app.use(auth, mcpPage(registry, { description: 'Your notes, for your assistant.' }), mcpRouter(registry));
 * app.use(mcpErrorHandler());
 * ```
 */
export function mcpPage(registry: AnyRegistry, options: McpPageOptions = {}): Middleware {
  if (!((registry as Partial<typeof registry> | undefined)?.catalog instanceof Catalog)) {
    throw needsRegistry('mcpPage', registry);
  }
  assertMembers(options, [...pageOptionNames, 'path'], 'mcpPage');
  const { path } = options;
  if (path !== undefined && !/^\/[^?#\s]*$/.test(path)) {
    throw new ConfigurationError('invalid_option', 'mcpPage: path must be a path such as "/mcp", without query.');
  }
  const answer = pageAnswer(registry.catalog, resolvePageOptions(options, 'mcpPage'), {
    path,
    protocolVersions,
    allowedHosts: undefined,
    allowedOrigins: undefined,
  });

  function mcpPageMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    try {
      if (answer(request, response)) return;
    } catch (error) {
      next(error);
      return;
    }
    next();
  }

  registerPage(mcpPageMiddleware, answer);
  return mcpPageMiddleware;
}
