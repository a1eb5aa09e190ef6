import { defaultPath } from '../http/fields/default-path.js';
import { isSamePath } from '../http/fields/request-path.js';

/** The paths that one of our handlers answers, or would answer if no `mcpAuth` says otherwise. */
export interface ServedPaths {
  /** `guard`: an `mcpAuth`, whose endpoint the handlers behind it serve: an `mcpRouter`, or an `mcpScopes` with what stands behind it. */
  readonly role: 'guard' | 'router' | 'scopes';
  /** Undefined for an endpoint that takes its path from the guard in front of it. */
  readonly endpoint: string | undefined;
  /** The metadata document of a guard. */
  readonly document?: string;
}

const served = new WeakMap<object, ServedPaths>();

/** Makes known which paths a handler answers. */
export function registerPaths(handler: object, paths: ServedPaths): void {
  served.set(handler, paths);
}

/** The paths of a handler, if it is one of ours. */
export function pathsOf(handler: object): ServedPaths | undefined {
  return served.get(handler);
}

/**
 * Tells which paths a row of handlers answers.
 *
 * @param handlers - in their order; those that are not ours answer nothing
 * @returns undefined if none of them is ours
 */
export function servedBy(handlers: readonly object[]): ((path: string) => boolean) | undefined {
  const ours = handlers.flatMap((handler) => served.get(handler) ?? []);
  if (ours.length === 0) return undefined;
  const isGuarded = ours.some(({ role }) => role === 'guard');
  const endpoints = new Set(ours.map(({ endpoint }) => endpoint ?? (isGuarded ? undefined : defaultPath)));
  const documents = new Set(ours.map(({ document }) => document));
  const paths = [...endpoints].filter((path) => path !== undefined);
  return (path) => endpoints.has(path) || documents.has(path) || paths.some((each) => isSamePath(each, path));
}
