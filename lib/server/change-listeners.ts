import type { CatalogChange, ChangingList } from '../registry/catalog-changes.js';

/** Hears of a change. */
export type HearChange = (change: CatalogChange) => void;

/** What a listener wants to hear of; it must not change. */
export interface ChangeInterest {
  readonly lists: ReadonlySet<ChangingList>;
  /** Of these resources; of all, where what is wanted does change, or is sorted out later. */
  readonly uris: ReadonlySet<string> | 'all';
}

const everything: ChangeInterest = { lists: new Set(['tools', 'prompts', 'resources']), uris: 'all' };

// No URI is empty.
const allResources = '';

/** Who listens to what, so that a change costs as much as there are who hear of it, however many there are who do not. */
export class ChangeListeners {
  readonly #ofLists = new Map<ChangingList, Set<HearChange>>();
  readonly #ofResources = new Map<string, Set<HearChange>>();
  #size = 0;

  /** How many listen. */
  get size(): number {
    return this.#size;
  }

  /**
   * @param listener - another one each time
   * @returns a function that ends it
   */
  add(listener: HearChange, { lists, uris }: ChangeInterest = everything): () => void {
    this.#size += 1;
    let isOver = false;
    const wanted = uris === 'all' ? [allResources] : uris;
    for (const list of lists) enter(this.#ofLists, list, listener);
    for (const uri of wanted) enter(this.#ofResources, uri, listener);
    return () => {
      if (isOver) return;
      isOver = true;
      // Those that were forgotten all at once stop afterwards, too.
      this.#size = Math.max(0, this.#size - 1);
      for (const list of lists) leave(this.#ofLists, list, listener);
      for (const uri of wanted) leave(this.#ofResources, uri, listener);
    };
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
    this.#size = 0;
  }
}

function tellAll(listeners: Iterable<HearChange> | undefined, change: CatalogChange): void {
  for (const listener of listeners ?? []) listener(change);
}

function enter<K>(places: Map<K, Set<HearChange>>, key: K, listener: HearChange): void {
  const listeners = places.get(key);
  if (listeners === undefined) places.set(key, new Set([listener]));
  else listeners.add(listener);
}

function leave<K>(places: Map<K, Set<HearChange>>, key: K, listener: HearChange): void {
  const listeners = places.get(key);
  if (listeners?.delete(listener) === true && listeners.size === 0) places.delete(key);
}
