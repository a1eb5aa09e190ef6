import type { ItemAccess } from './access.js';

/** What can be used, and what decides whether it may be. */
export interface UsableItem {
  readonly kind: 'method' | 'prompt' | 'resource' | 'resource-template' | 'skill' | 'tool';
  /** What it is found by: a name, a URI or a URI template. */
  readonly key: string;
  readonly access: ItemAccess;
}

/** What can be listed and used: the common part of tools, prompts, resources, resource templates and skills. */
export interface CatalogItem extends UsableItem {
  readonly kind: Exclude<UsableItem['kind'], 'method'>;
  /** Place in the order of registration; lists and cursors follow it. */
  readonly order: number;
  /** The item as lists show it, in the richest form; revisions that know less leave members out. */
  readonly listing: Readonly<Record<string, unknown>>;
}
