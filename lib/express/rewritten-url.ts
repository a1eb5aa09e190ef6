import type { IncomingMessage } from 'node:http';
import { requestTarget } from '../http/access/request-target.js';
import type { ProtectedResource } from '../http/resource/protected-resource.js';

/** A path that no route of an app has. */
const nowhere = '/%00express-mcp';

/** The parsed URL that hosts keep on a request (npm `parseurl`, which Express, connect and serve-static share). */
interface ParsedUrl {
  pathname?: string | null;
}

/** A request with what `parseurl` keeps on it. */
interface ParsedRequest extends IncomingMessage {
  _parsedUrl?: ParsedUrl;
}

/** Endpoints whose guards let a request pass, since it was for something else. */
const passed = new WeakMap<IncomingMessage, ProtectedResource[]>();

/**
 * Keeps a request that a guard let pass from becoming one for its endpoint. Middleware behind may rewrite `req.url`, and the endpoint's
 * handler would then run without a caller. Express parses the URL before it looks for the next handler. A URL that leads to the
 * endpoint by then leads nowhere, so the app answers 404.
 *
 * @param request - was not for the endpoint when its guard saw it
 * @param resource - the endpoint
 */
export function watchRewriting(request: IncomingMessage, resource: ProtectedResource): void {
  const known = passed.get(request);
  if (known !== undefined) {
    known.push(resource);
    return;
  }
  const resources = [resource];
  passed.set(request, resources);
  let parsed = (request as ParsedRequest)._parsedUrl;
  Object.defineProperty(request, '_parsedUrl', {
    configurable: true,
    enumerable: true,
    get: () => parsed,
    set: (value: ParsedUrl | undefined) => {
      // Kept first: code that reads the path meanwhile gets this one.
      parsed = value;
      if (value === undefined || !leadsToOneOf(resources, request)) return;
      value.pathname = nowhere;
      warn();
    },
  });
}

function leadsToOneOf(resources: readonly ProtectedResource[], request: IncomingMessage): boolean {
  return resources.some((resource) => requestTarget(request, resource, () => false) === 'endpoint');
}

let isWarned = false;

function warn(): void {
  if (isWarned) return;
  isWarned = true;
  process.emitWarning(
    'req.url was rewritten to the endpoint of an mcpAuth that had let the request pass, so the request was answered by 404. Mount the ' +
      'middleware that rewrites before mcpAuth, or mcpAuth with the handler: app.use("/mcp", auth, handler).',
    { code: 'EXPRESS_MCP_REWRITTEN' },
  );
}
