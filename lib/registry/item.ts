import type { ItemAccess } from './access.js';

/** What can be listed and used: the common part of tools, prompts, resources and resource templates. */
export interface CatalogItem {
  readonly kind: 'prompt' | 'resource' | 'resource-template' | 'tool';
  /** What it is found by: a name, a URI or a URI template. */
  readonly key: string;
  /** Place in the order of registration; lists and cursors follow it. */
  readonly order: number;
  readonly access: ItemAccess;
  /** The item as lists show it, in the richest form; revisions that know less leave members out. */
  readonly listing: Readonly<Record<string, unknown>>;
}
