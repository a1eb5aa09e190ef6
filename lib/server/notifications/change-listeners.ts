import type { CatalogChange, ChangingList } from '../../registry/catalog-changes.js';

/** A listener to changes. */
export interface ChangeListener {
  hear(change: CatalogChange): void;
}

/** The changes that a listener wants; it must not change. */
export interface ChangeInterest {
  readonly lists: ReadonlySet<ChangingList>;
  /** URIs of resources; `all` if the set does change and is filtered later. */
  readonly resources: ReadonlySet<string> | 'all';
}

const everything: ChangeInterest = { lists: new Set(['tools', 'prompts', 'resources']), resources: 'all' };

// No URI is empty.
const allResources = '';

/**
 * Index of listeners by list and URI: announcing a change costs time proportional to its listeners only. Listeners are stored as they
 * are, and name their interest again when they stop, because there may be a million of them.
 */
export class ChangeListeners {
  readonly #ofLists = new Map<ChangingList, Set<ChangeListener>>();
  readonly #ofResources = new Map<string, Set<ChangeListener>>();

  /** All listeners. */
  get all(): ReadonlySet<ChangeListener> {
    const sets = [...this.#ofLists.values(), ...this.#ofResources.values()];
    return new Set(sets.flatMap((listeners) => [...listeners]));
  }

  add(listener: ChangeListener, interest = everything): void {
    for (const list of interest.lists) enter(this.#ofLists, list, listener);
    for (const uri of urisOf(interest)) enter(this.#ofResources, uri, listener);
  }

  /** @param interest - the one that it was added with */
  remove(listener: ChangeListener, interest = everything): void {
    for (const list of interest.lists) leave(this.#ofLists, list, listener);
    for (const uri of urisOf(interest)) leave(this.#ofResources, uri, listener);
  }

  tell(change: CatalogChange): void {
    if (change.kind === 'list') {
      tellAll(this.#ofLists.get(change.list), change);
    } else {
      tellAll(this.#ofResources.get(allResources), change);
      tellAll(this.#ofResources.get(change.uri), change);
    }
  }

  clear(): void {
    this.#ofLists.clear();
    this.#ofResources.clear();
  }
}

function urisOf({ resources }: ChangeInterest): Iterable<string> {
  return resources === 'all' ? [allResources] : resources;
}

function tellAll(listeners: Iterable<ChangeListener> | undefined, change: CatalogChange): void {
  for (const listener of listeners ?? []) listener.hear(change);
}

function enter<K>(places: Map<K, Set<ChangeListener>>, key: K, listener: ChangeListener): void {
  const listeners = places.get(key);
  if (listeners === undefined) places.set(key, new Set([listener]));
  else listeners.add(listener);
}

function leave<K>(places: Map<K, Set<ChangeListener>>, key: K, listener: ChangeListener): void {
  const listeners = places.get(key);
  if (listeners?.delete(listener) === true && listeners.size === 0) places.delete(key);
}
