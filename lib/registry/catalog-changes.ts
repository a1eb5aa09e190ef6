import type { CatalogItem } from './item.js';

/** A list of the protocol that can change. */
export type ChangingList = 'prompts' | 'resources' | 'tools';

/** Something that clients may want to hear of. */
export type CatalogChange =
  | {
      readonly kind: 'list';
      readonly list: ChangingList;
      /** Sets of scopes with any of which one sees the item that changed in the list; undefined when everybody does. */
      readonly visibleWith: readonly (readonly string[])[] | undefined;
    }
  | { readonly kind: 'resource'; readonly uri: string };

/** Hears of changes, and which one of its catalog's each is. It must not throw. */
export type ChangeListener = (change: CatalogChange, number: number) => void;

const listOf: Readonly<Record<CatalogItem['kind'], ChangingList>> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  'resource-template': 'resources',
  // There is no message for the list of skills. Their files are resources, which come and go with them.
  skill: 'resources',
};

/** Tells whoever listens what changes in a catalog. */
export class CatalogChanges {
  /** Names the catalog among those of other processes. */
  readonly origin: string = crypto.randomUUID();
  readonly #listeners = new Set<ChangeListener>();
  readonly #includedIn = new Set<CatalogChanges>();
  #told = 0;
  #held: Map<string, CatalogChange> | undefined;

  /** @returns a function that ends it */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** An item came, went, or became another: before and after, who sees it may differ, and both have to hear of it. */
  itemChanged(...versions: readonly CatalogItem[]): void {
    for (const { kind, access } of versions) {
      const visibleWith = access.visibility === 'always' ? undefined : access.requirement.alternatives;
      this.#tell({ kind: 'list', list: listOf[kind], visibleWith });
    }
  }

  /** What a template names changed, for callers who may read what it names: nobody else is shown it. */
  namesChanged({ kind, access }: CatalogItem): void {
    const visibleWith = access.dependsOnArguments ? undefined : access.requirement.alternatives;
    this.#tell({ kind: 'list', list: listOf[kind], visibleWith });
  }

  /** Tells the catalog of a registry that includes this one's when resources change. Their URIs are the same there. */
  includeIn(changes: CatalogChanges): void {
    this.#includedIn.add(changes);
  }

  /** What a resource contains changed. */
  resourceUpdated(uri: string): void {
    this.#tell({ kind: 'resource', uri });
    for (const including of this.#includedIn) including.resourceUpdated(uri);
  }

  /** Tells what changes in here at the end, and each change once: of many items that change together, nobody needs to hear singly. */
  together(act: () => void): void {
    if (this.#held !== undefined) {
      act();
      return;
    }
    let whole = (): void => {
      this.#holdWhile(act);
    };
    for (const including of this.#includedIn) {
      const inner = whole;
      whole = () => {
        including.together(inner);
      };
    }
    whole();
  }

  #holdWhile(act: () => void): void {
    const held = new Map<string, CatalogChange>();
    this.#held = held;
    try {
      act();
    } finally {
      this.#held = undefined;
      for (const change of held.values()) this.#tell(change);
    }
  }

  #tell(change: CatalogChange): void {
    if (this.#held !== undefined) {
      this.#held.set(JSON.stringify(change), change);
      return;
    }
    const number = ++this.#told;
    for (const listener of this.#listeners) listener(change, number);
  }
}
