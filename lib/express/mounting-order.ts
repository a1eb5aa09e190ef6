import type { IncomingMessage } from 'node:http';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { RequestIdentity } from '../http/access/request-identity.js';
import type { Middleware } from '../http/fields/hosted-request.js';
import { isSamePath } from '../http/fields/request-path.js';
import { appOf, handlersOf } from './handler-stack.js';
import type { ServedPaths } from './served-paths.js';
import { defaultPath } from '../http/fields/default-path.js';
import { pathsOf } from './served-paths.js';

/** One of our handlers in an app. */
interface Mounted extends ServedPaths {
  readonly handler: object;
}

/**
 * Finds out whether an `mcpRouter` stands where its author believes it to be protected. Asked about with its first request, when
 * the app is complete. If the host does not show what is mounted, nothing is found.
 *
 * @param request - the request that the router handles at this moment
 * @param router - the function that the host was given
 * @param identity - what is known of the request; undefined if no `mcpAuth` saw it
 * @returns an error that says what to write instead; undefined if nothing is wrong
 */
export function mistakeInOrder(
  request: IncomingMessage,
  router: Middleware,
  identity: RequestIdentity | undefined,
): ConfigurationError | undefined {
  const handlers = identity?.chain?.handlers ?? handlersOf(appOf(request));
  const ours = handlers.flatMap((handler): readonly Mounted[] => {
    const paths = pathsOf(handler);
    return paths === undefined ? [] : [{ ...paths, handler }];
  });
  const place = ours.findIndex(({ handler }) => handler === router);
  const self = ours[place];
  if (self === undefined) return undefined;
  const [before, behind] = [ours.slice(0, place), ours.slice(place + 1)];
  return (
    twoAtOnce(self, behind) ??
    (identity?.isGuarded === true ? elsewhere(self, before, behind, identity) : tooEarly(self, behind))
  );
}

/** The second of two routers for one endpoint would never be asked. */
function twoAtOnce(self: Mounted, behind: readonly Mounted[]): ConfigurationError | undefined {
  const nextGuard = behind.findIndex(({ role }) => role === 'guard');
  const together = nextGuard === -1 ? behind : behind.slice(0, nextGuard);
  const isTwin = ({ role, endpoint, handler }: Mounted): boolean =>
    role === 'router' && handler !== self.handler && isSamePath(endpoint ?? '', self.endpoint ?? '');
  if (!together.some(isTwin)) return undefined;
  return new ConfigurationError(
    'invalid_option',
    `Two mcpRouter serve the same endpoint${self.endpoint === undefined ? '' : ` "${self.endpoint}"`}, and the second would never be ` +
      'asked. Put everything into one registry, or give each a path: mcpRouter(registry, { path: "…" }).',
  );
}

/** An app that has an `mcpAuth` says that its endpoint is protected. */
function tooEarly({ endpoint }: Mounted, behind: readonly Mounted[]): ConfigurationError | undefined {
  const isFor = ({ role, endpoint: guarded = '' }: Mounted): boolean =>
    role === 'guard' &&
    (isSamePath(guarded, endpoint ?? defaultPath) || (endpoint === undefined && !isServed(guarded, behind)));
  if (!behind.some(isFor)) return undefined;
  return new ConfigurationError(
    'invalid_option',
    'mcpRouter stands before mcpAuth, so that no caller would be asked for a token. Write app.use(mcpAuth({ … }), mcpRouter(registry)).',
  );
}

/**
 * Finds out whether `mcpListener` was given what serves an endpoint without the `mcpAuth` that guards it in the app. Asked about with
 * its first request, when the app is complete.
 *
 * @param app - the app; if it does not show what is mounted, nothing is found
 * @param handlers - what runs in front of it
 * @returns an error that says what to write instead; undefined if nothing is wrong
 */
export function mistakeInListener(app: unknown, handlers: readonly object[]): ConfigurationError | undefined {
  const inApp = handlersOf(app);
  const isOpen = handlers.some((handler) => {
    const paths = pathsOf(handler);
    if (paths === undefined || paths.role === 'guard') return false;
    const { endpoint } = paths;
    const place = inApp.indexOf(handler);
    return inApp.some((other, index) => {
      const guard = pathsOf(other);
      if (guard?.role !== 'guard' || handlers.includes(other)) return false;
      return isSamePath(guard.endpoint ?? '', endpoint ?? defaultPath) || (endpoint === undefined && index < place);
    });
  });
  if (!isOpen || handlers.some((handler) => pathsOf(handler)?.role === 'guard')) return undefined;
  return new ConfigurationError(
    'invalid_option',
    'mcpListener serves the endpoint without the mcpAuth that guards it in the app, so that no caller would be asked for a token. Write ' +
      'mcpListener(app, auth, router).',
  );
}

/** A router that names another path than the `mcpAuth` in front of it, whose own endpoint nothing serves. */
function elsewhere(
  { endpoint }: Mounted,
  before: readonly Mounted[],
  behind: readonly Mounted[],
  { resource }: RequestIdentity,
): ConfigurationError | undefined {
  if (resource !== undefined || endpoint === undefined) return undefined;
  const guard = before.find(
    ({ role, endpoint: guarded = '' }) => role === 'guard' && !isServed(guarded, [...before, ...behind]),
  );
  if (guard === undefined) return undefined;
  return new ConfigurationError(
    'invalid_option',
    `mcpRouter serves "${endpoint}", but the mcpAuth in front of it protects "${guard.endpoint ?? ''}". Leave out the path of mcpRouter, ` +
      `or tell mcpAuth what arrives: mcpAuth({ path: "${endpoint}" }).`,
  );
}

function isServed(path: string, handlers: readonly Mounted[]): boolean {
  return handlers.some(
    ({ role, endpoint }) => role !== 'guard' && (endpoint === undefined || isSamePath(endpoint, path)),
  );
}
