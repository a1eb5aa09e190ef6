import type { ItemAccess } from './access.js';
import type { CallMiddleware } from './call-middleware.js';

/** A registry that an item came from by `registry.include`. */
export interface Origin {
  /** The value of `ctx.state` for handlers of this registry. */
  readonly state: unknown;
  /** Middleware around its handlers, the outermost first. */
  readonly middleware: readonly CallMiddleware[];
  /** The key of the item in it. */
  readonly key: string;
}

/** An item that can be used, with its access rules. */
export interface UsableItem {
  readonly kind: 'method' | 'prompt' | 'resource' | 'resource-template' | 'skill' | 'tool';
  /** Its key: a name, a URI or a URI template. */
  readonly key: string;
  readonly access: ItemAccess;
  /** Registries that it came from, the one that registered it last; undefined for an item of the registry itself. */
  readonly origins?: readonly Origin[];
}

/** An item that can be listed and used: the common part of tools, prompts, resources, resource templates and skills. */
export interface CatalogItem extends UsableItem {
  readonly kind: Exclude<UsableItem['kind'], 'method'>;
  /** Place in the order of registration; lists and cursors follow it. */
  readonly order: number;
  /** The item as lists show it, with all members; older revisions leave some out. */
  readonly listing: Readonly<Record<string, unknown>>;
}
