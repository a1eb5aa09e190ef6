import type { ItemAccess } from './access.js';
import type { CallMiddleware } from './call-middleware.js';

/** A registry that an item came from by `registry.include`. */
export interface Origin {
  /** What handlers of this registry find as `ctx.state`. */
  readonly state: unknown;
  /** What stands around its handlers, the outermost first. */
  readonly middleware: readonly CallMiddleware[];
  /** What the item is found by in it. */
  readonly key: string;
}

/** What can be used, and what decides whether it may be. */
export interface UsableItem {
  readonly kind: 'method' | 'prompt' | 'resource' | 'resource-template' | 'skill' | 'tool';
  /** What it is found by: a name, a URI or a URI template. */
  readonly key: string;
  readonly access: ItemAccess;
  /** Registries that it came from, the one that it was registered in last; undefined for an item of the registry itself. */
  readonly origins?: readonly Origin[];
}

/** What can be listed and used: the common part of tools, prompts, resources, resource templates and skills. */
export interface CatalogItem extends UsableItem {
  readonly kind: Exclude<UsableItem['kind'], 'method'>;
  /** Place in the order of registration; lists and cursors follow it. */
  readonly order: number;
  /** The item as lists show it, in the richest form; revisions that know less leave members out. */
  readonly listing: Readonly<Record<string, unknown>>;
}
