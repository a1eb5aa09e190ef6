import type { IncomingMessage, ServerResponse } from 'node:http';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import { UnauthorizedError } from '../errors/unauthorized-error.js';
import { andThen } from '../promises/and-then.js';
import type { NamedAccessMap } from '../registry/named-access.js';
import { compileNames, compileUris } from '../registry/named-access.js';
import { authorize } from '../server/authorization/authorize.js';
import type { Caller } from '../server/authorization/caller.js';
import type { Decision } from '../server/authorization/decide-item.js';
import type { AccessRules } from '../server/authorization/foreign-operations.js';
import { methodOf, foreignOperations } from '../server/authorization/foreign-operations.js';
import { raiseError } from '../http/access/raise-error.js';
import type { Exchange, HostedRequest, Middleware, Next } from '../http/fields/hosted-request.js';
import { isSamePath, mountOf, requestPath } from '../http/fields/request-path.js';
import { explainFailure } from '../http/access/explain-failure.js';
import { publishDecision, publishRefusal } from '../http/access/publish-decision.js';
import { MessageLoad } from '../http/endpoint/message-load.js';
import { readToRefuse } from '../http/endpoint/refused-message.js';
import { readBody } from '../http/endpoint/request-body.js';
import type { LimitOptions } from '../http/endpoint/router-limits.js';
import { resolveLimits } from '../http/endpoint/router-limits.js';
import { defaultMessageBytes } from '../server/limits/message-bytes.js';
import { Limits } from '../server/limits/limits.js';
import type { PrincipalLimit } from '../server/limits/principal-limit.js';
import type { RequestIdentity } from '../http/access/request-identity.js';
import { findIdentity } from '../http/access/request-identity.js';
import { assertCalled } from './assert-called.js';
import { registerEndpoint } from './endpoint-behind.js';
import { defaultPath } from '../http/fields/default-path.js';
import { registerPaths } from './served-paths.js';

/** Scopes that `mcpScopes` enforces, by name. `'*'` is for everything that is not named; without it, such items need none. */
export interface McpScopesOptions {
  /** By name of the tool. */
  readonly tools?: NamedAccessMap;
  /** By name of the prompt. */
  readonly prompts?: NamedAccessMap;
  /** By URI or URI template (RFC 6570) of the resource. */
  readonly resources?: NamedAccessMap;
  /** Path of the endpoint. Default: where `mcpAuth` says; `/mcp` without it. */
  readonly path?: string;
  /** Longest body that is read, in bytes. Default 4 MiB. */
  readonly maxBodyBytes?: number;
  /** Bytes of large messages that are kept until they are answered; see the same limits of `mcpRouter`. */
  readonly limits?: Pick<LimitOptions, 'bytes' | 'bytesPerPrincipal'>;
}

/**
 * Scopes in front of another MCP endpoint, such as the official SDK's transport: reads the message, decides like `mcpRouter`, and lets
 * allowed messages pass. Mount it right in front of the handler: below a path or in a route, it treats every POST as a message. It
 * leaves the parsed message in `req.body`; pass that on to the transport.
 *
 * @param options - see {@link McpScopesOptions}
 * @throws ConfigurationError `unknown_option`, `invalid_option`, `invalid_scope` or `invalid_uri_template`
 *
 * @example
 * ```ts
 * import express from 'express';
 * import { mcpAuth, mcpErrorHandler, mcpScopes } from 'express-mcp';
 *
 * const app = express();
 * app.post(
 *   '/mcp',
 *   mcpAuth({ resource: 'https://api.example.com/mcp', issuer: 'https://login.example.com' }),
 *   mcpScopes({ tools: { delete_note: ['notes:write'], '*': ['notes:read'] } }),
 *   (req, res) => {
 *     res.json({ handledBy: 'transport.handleRequest(req, res, req.body)', body: req.body as unknown });
 *   },
 * );
 * app.use(mcpErrorHandler());
 * ```
 *
 * @see MCP `basic/authorization#scope-challenge-handling`
 */
export function mcpScopes(options: McpScopesOptions): Middleware {
  assertCalled(options, 'mcpScopes', 'mcpScopes({ … })');
  assertMembers(options, ['tools', 'prompts', 'resources', 'path', 'maxBodyBytes', 'limits'], 'mcpScopes');
  const { tools = {}, prompts = {}, resources = {}, path, maxBodyBytes = defaultMessageBytes, limits = {} } = options;
  assertMembers(limits, ['bytes', 'bytesPerPrincipal'], 'mcpScopes limits');
  const rules: AccessRules = {
    tools: compileNames(tools, 'tool'),
    prompts: compileNames(prompts, 'prompt'),
    resources: compileUris(resources),
  };
  if (!(Number.isSafeInteger(maxBodyBytes) && maxBodyBytes >= 1)) {
    throw new ConfigurationError('invalid_option', 'mcpScopes: maxBodyBytes must be a whole number from 1.');
  }
  if (path !== undefined && !/^\/[^?#\s]*$/.test(path)) {
    throw new ConfigurationError('invalid_option', 'mcpScopes: path must be a path such as "/mcp", without query.');
  }

  const { bytes } = new Limits(resolveLimits(limits, 'mcpScopes'));

  function mcpScopesMiddleware(request: IncomingMessage, response: ServerResponse, next: Next): void {
    const identity = findIdentity(request);
    // Only a POST carries messages; what GET and DELETE do is up to the session that was opened by one.
    if (!isOurs(request, identity, path) || request.method !== 'POST') {
      next();
      return;
    }
    if (identity?.refusal !== undefined) {
      next(identity.refusal);
      return;
    }
    const explain = (error: unknown): unknown => explainFailure(error, identity?.resource, () => undefined);
    enforce({ request, response }, identity, { rules, maxBodyBytes, path, bytes }).then(
      () => {
        next();
      },
      (thrown: unknown) =>
        andThen(publishRefusal(explain(thrown), 'authorization', identity, explain), (error) => {
          raiseError(error, { request, response, next }, identity, identity?.chain?.appSeesErrors());
        }),
    );
  }

  // It demands the endpoint's scopes as well, and so can refuse with all of them at once.
  registerEndpoint(mcpScopesMiddleware, ({ resource }) => resource !== undefined);
  registerPaths(mcpScopesMiddleware, { role: 'scopes', endpoint: path });
  return mcpScopesMiddleware;
}

/**
 * Mounted below a path or in a route, everything that arrives there is about to reach the handler behind, whatever any
 * `mcpAuth` took it for. At the root it is the endpoint alone.
 */
function isOurs(request: HostedRequest, identity: RequestIdentity | undefined, path = defaultPath): boolean {
  if (identity?.resource !== undefined || mountOf(request) !== '' || request.route !== undefined) return true;
  return isSamePath(requestPath(request), path);
}

function isInvalidParams(decision: Decision): decision is Decision & { readonly error: ProtocolError } {
  return decision.outcome === 'undecidable' && decision.error instanceof ProtocolError;
}

interface Enforced {
  readonly rules: AccessRules;
  readonly maxBodyBytes: number;
  readonly path: string | undefined;
  readonly bytes: PrincipalLimit | undefined;
}

/**
 * Whether no `mcpAuth` recognised the request as one for the endpoint, though the handler behind is about to get it. This happens for
 * paths that only the route understands (`/%61cme/mcp` for `/:tenant/mcp`), and for others that it matches. An endpoint without a guard
 * names its path.
 */
function isForNoGuard(identity: RequestIdentity | undefined, path: string | undefined): boolean {
  return identity?.isGuarded === true && identity.resource === undefined && path === undefined;
}

/** The message, which is kept until the handler behind has answered it. */
function readMessage(
  { request, response }: Pick<Exchange, 'request' | 'response'>,
  caller: Caller,
  { maxBodyBytes, bytes }: Enforced,
): unknown {
  const load = MessageLoad.begin(request, caller, { bytes });
  if (load !== undefined) {
    response.once('close', () => {
      load.release();
    });
  }
  return readBody(request, maxBodyBytes, load);
}

async function enforce(
  exchange: Pick<Exchange, 'request' | 'response'>,
  identity: RequestIdentity | undefined,
  enforced: Enforced,
): Promise<void> {
  const { request } = exchange;
  const { rules, maxBodyBytes, path, bytes } = enforced;
  if (isForNoGuard(identity, path)) throw new UnauthorizedError([]);
  const caller: Caller = { auth: identity?.auth, endpoint: identity?.resource?.policy };
  const isRefused = identity?.lacksScopes === true;
  // eslint-disable-next-line @typescript-eslint/await-thenable -- see `readBody`
  if (request.readableFlowing === null) await undefined;
  const payload = await (isRefused
    ? readToRefuse(request, caller, maxBodyBytes, { bytes })
    : readMessage(exchange, caller, enforced));
  // The same value for us and for who comes next, or two parsers could be told different things. `_body` is how the
  // parsers of Express 4 know that there is nothing left to read.
  Object.assign(request, { body: payload, _body: true });
  const operations = foreignOperations(payload, rules);
  const decisions = await authorize(operations, caller);
  for (const [index, decision] of decisions.entries()) {
    // The message never becomes a request of ours, so the error is one of HTTP.
    if (isInvalidParams(decision)) throw new ProtocolError('invalid_message', decision.error.message);
    if (decision.outcome === 'undecidable') throw decision.error;
    const target = operations[index]?.items[0]?.target;
    if (target === undefined) continue;
    await publishDecision(identity, { stage: 'authorization', outcome: 'accepted', method: methodOf(payload), target });
  }
}
