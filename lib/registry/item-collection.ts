import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import type { CatalogChanges } from './catalog-changes.js';
import type { CatalogItem } from './item.js';

interface Entry<I> {
  item: I;
  isEnabled: boolean;
  /** Places of the same item in registries that include this one. */
  readonly copies: Place<I>[];
}

/** The place of one item in its collection. Once the item is deleted, nothing that is done to its place has an effect. */
export interface Place<I> {
  replace(item: I): void;
  setEnabled(isEnabled: boolean): void;
  delete(): void;
  /** Tells that what the item names changed, though its definition did not. */
  announce(): void;
}

/** Collection of a registry that includes another one, as the items of the other get there. */
export interface Follower<I> {
  /** @throws ConfigurationError when such an item cannot be there */
  check(item: I): void;
  /** @throws ConfigurationError `duplicate_name` */
  assertFree(item: I): void;
  add(item: I, isEnabled: boolean): Place<I>;
}

/**
 * All items of one kind, in the order of registration. Disabled ones keep their place and are otherwise not there.
 */
export class ItemCollection<I extends CatalogItem> {
  readonly #entries = new Map<string, Entry<I>>();
  readonly #changes: CatalogChanges;
  readonly #followers: Follower<I>[] = [];
  #enabled: readonly I[] | undefined;
  #size = 0;
  #wasUsed = false;

  constructor(changes: CatalogChanges) {
    this.#changes = changes;
  }

  /** Whether there ever was an item: what a server could do once, it goes on being able to, with an empty list. */
  get wasUsed(): boolean {
    return this.#wasUsed;
  }

  /** The enabled items. The same array until something changes, so that what is derived from it can be kept. */
  get items(): readonly I[] {
    this.#enabled ??= [...this.#entries.values()].filter(({ isEnabled }) => isEnabled).map(({ item }) => item);
    return this.#enabled;
  }

  /** Number of enabled items. It is known without making the list, which a registration would do for each item before. */
  get size(): number {
    return this.#size;
  }

  /** The enabled item of this key. */
  get(key: string): I | undefined {
    const entry = this.#entries.get(key);
    return entry?.isEnabled === true ? entry.item : undefined;
  }

  /**
   * @param item - the new item
   * @param advice - what a developer can do if the key is taken
   * @throws ConfigurationError `duplicate_name` when the key is taken, also by a disabled item
   */
  assertFree(item: I, advice = 'Take another name, or update() the first one.'): void {
    const { key, kind } = item;
    if (!this.#entries.has(key)) {
      for (const follower of this.#followers) follower.assertFree(item);
      return;
    }
    throw new ConfigurationError('duplicate_name', `There is a ${kind} ${displayName(key)} already. ${advice}`);
  }

  /**
   * Asked before anything changes, so that an item that cannot be everywhere is changed nowhere.
   *
   * @throws ConfigurationError when a registry that includes this one cannot have such an item
   */
  check(item: I): void {
    for (const follower of this.#followers) follower.check(item);
  }

  /** @throws ConfigurationError when the follower cannot have the items that are here */
  assertCanFollow(follower: Follower<I>): void {
    for (const { item } of this.#entries.values()) {
      follower.check(item);
      follower.assertFree(item);
    }
  }

  /** Hands the items on, also those to come, with everything that becomes of them. */
  follow(follower: Follower<I>): void {
    this.#followers.push(follower);
    for (const entry of this.#entries.values()) entry.copies.push(follower.add(entry.item, entry.isEnabled));
  }

  /**
   * @param item - the new item
   * @param isEnabled - whether it is there from the beginning
   * @throws ConfigurationError `duplicate_name` when the key is taken, also by a disabled item
   */
  add(item: I, isEnabled = true): Place<I> {
    const { key } = item;
    this.check(item);
    this.assertFree(item);
    const entry: Entry<I> = { item, isEnabled, copies: [] };
    this.#entries.set(key, entry);
    this.#wasUsed = true;
    const isThere = (): boolean => this.#entries.get(key) === entry && entry.isEnabled;
    /** Does something to the entry, and tells who hears of it before and after. */
    const change = (act: () => void): void => {
      const before = isThere() ? [entry.item] : [];
      act();
      this.#enabled = undefined;
      const after = isThere() ? [entry.item] : [];
      this.#size += after.length - before.length;
      if (before[0] !== after[0]) this.#changes.itemChanged(...before, ...after);
    };
    this.#enabled = undefined;
    if (isEnabled) {
      this.#size += 1;
      this.#changes.itemChanged(item);
    }
    entry.copies.push(...this.#followers.map((follower) => follower.add(item, isEnabled)));
    return {
      replace: (changed) => {
        this.check(changed);
        change(() => {
          entry.item = changed;
        });
        for (const copy of entry.copies) copy.replace(changed);
      },
      setEnabled: (isEnabledNow) => {
        change(() => {
          entry.isEnabled = isEnabledNow;
        });
        for (const copy of entry.copies) copy.setEnabled(isEnabledNow);
      },
      delete: () => {
        change(() => {
          // Another item may have taken the name meanwhile.
          if (this.#entries.get(key) === entry) this.#entries.delete(key);
        });
        for (const copy of entry.copies) copy.delete();
      },
      announce: () => {
        if (isThere()) this.#changes.namesChanged(entry.item);
        for (const copy of entry.copies) copy.announce();
      },
    };
  }
}
