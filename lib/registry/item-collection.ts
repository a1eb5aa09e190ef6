import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import type { CatalogItem } from './item.js';

interface Entry<I> {
  item: I;
  enabled: boolean;
}

/**
 * All items of one kind, in the order of registration. Disabled ones keep their place and are otherwise not there.
 */
export class ItemCollection<I extends CatalogItem> {
  readonly #entries = new Map<string, Entry<I>>();
  #enabled: readonly I[] | undefined;

  /** The enabled items. The same array until something changes, so that what is derived from it can be kept. */
  get items(): readonly I[] {
    this.#enabled ??= [...this.#entries.values()].filter(({ enabled }) => enabled).map(({ item }) => item);
    return this.#enabled;
  }

  /** The enabled item of this key. */
  get(key: string): I | undefined {
    const entry = this.#entries.get(key);
    return entry?.enabled === true ? entry.item : undefined;
  }

  /** @throws ConfigurationError `duplicate_name` when the key is taken, also by a disabled item */
  add(item: I): void {
    if (this.#entries.has(item.key)) {
      throw new ConfigurationError(
        'duplicate_name',
        `There is a ${item.kind} ${displayName(item.key)} already. Take another name, or update() the first one.`,
      );
    }
    this.#entries.set(item.key, { item, enabled: true });
    this.#enabled = undefined;
  }

  replace(item: I): void {
    const entry = this.#entries.get(item.key);
    if (entry === undefined) return;
    entry.item = item;
    this.#enabled = undefined;
  }

  setEnabled(key: string, enabled: boolean): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.enabled = enabled;
    this.#enabled = undefined;
  }

  delete(key: string): void {
    this.#entries.delete(key);
    this.#enabled = undefined;
  }
}
