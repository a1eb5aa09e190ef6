import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isExpressApp } from '../express/protected-routes.js';
import type { ScopeHierarchyDefinition } from '../oauth/scope-hierarchy.js';
import type { AnyRegistry } from '../registry/any-registry.js';
import { UsageError } from './usage-error.js';

/** The exports of a user's module. */
export interface LoadedRegistry {
  readonly registry: AnyRegistry;
  /** The hierarchy of `mcpAuth`, if the module exports it as `scopeHierarchy`. */
  readonly scopeHierarchy: ScopeHierarchyDefinition | undefined;
  /** The Express app, or a list of apps, if the module exports it as `app` or, beside `registry`, as its default. */
  readonly app: object | undefined;
}

type ImportModule = (url: string) => Promise<unknown>;

/**
 * Imports a module of the user and finds its registry.
 *
 * @param file - path of the module
 * @param folder - where a relative path starts from
 * @param importModule - how modules are imported
 * @throws UsageError if there is no such file, it cannot be imported, or it exports no registry
 */
export async function loadRegistry(
  file: string,
  folder: string,
  importModule: ImportModule = (url) => import(url),
): Promise<LoadedRegistry> {
  const location = path.resolve(folder, file);
  if (!existsSync(location)) throw new UsageError(`There is no file ${location}.`);
  const exported = membersOf(await importOrExplain(location, importModule));
  // The exports of a CommonJS module are the default export; the compiler puts `default` and `registry` inside it.
  const inner = membersOf(exported['default']);
  const registry = [exported['default'], exported['registry'], inner['default'], inner['registry']].find(isRegistry);
  if (registry === undefined) throw new UsageError(noRegistry(location));
  const scopeHierarchy = (exported['scopeHierarchy'] ?? inner['scopeHierarchy']) as
    ScopeHierarchyDefinition | undefined;
  const app = [exported['app'], inner['app'], exported['default'], inner['default']].find(areExpressApps);
  return { registry, scopeHierarchy, app };
}

async function importOrExplain(location: string, importModule: ImportModule): Promise<unknown> {
  try {
    return await importModule(pathToFileURL(location).href);
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new UsageError(`${location} cannot be imported.${typeScriptHint(location)}\n\n${reason}`);
  }
}

function typeScriptHint(location: string): string {
  if (!/\.[cm]?tsx?$/.test(location)) return '';
  return (
    ' Node imports TypeScript by itself from 22.18 on, and only some of it. With tsx installed: ' +
    "NODE_OPTIONS='--import tsx' npx express-mcp scopes …"
  );
}

/** The app of another framework has no routes with `auth.protect`. */
function areExpressApps(value: unknown): value is object {
  return Array.isArray(value) ? value.length > 0 && value.every(isExpressApp) : isExpressApp(value);
}

/** Not `instanceof`: the module may use another copy of this package than npx does. */
function isRegistry(value: unknown): value is AnyRegistry {
  const catalog = membersOf(membersOf(value)['catalog']);
  return ['tools', 'prompts', 'resources', 'resourceTemplates'].every((name) =>
    Array.isArray(membersOf(catalog[name])['items']),
  );
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function noRegistry(location: string): string {
  return (
    `${location} exports no registry. Make the one that createRegistry() returns its default export, or export it as ` +
    '`registry`. Where a function makes it, a small module that calls it will do: ' +
    '`export default createNotesRegistry(store);`'
  );
}
