import type { CatalogItem } from './item.js';

/** A list of the protocol that can change. */
export type ChangingList = 'prompts' | 'resources' | 'tools';

/** A change that clients may listen to. */
export type CatalogChange =
  | {
      readonly kind: 'list';
      readonly list: ChangingList;
      /** Each of these sets of scopes makes the changed item visible in the list; undefined if every caller sees it. */
      readonly visibleWith: readonly (readonly string[])[] | undefined;
    }
  | { readonly kind: 'resource'; readonly uri: string };

/** Receives changes, each with its number in its catalog. It must not throw. */
export type ChangeListener = (change: CatalogChange, number: number) => void;

const listOf: Readonly<Record<CatalogItem['kind'], ChangingList>> = {
  tool: 'tools',
  prompt: 'prompts',
  resource: 'resources',
  'resource-template': 'resources',
  // There is no notification for the list of skills. Their files are resources, which come and go with them.
  skill: 'resources',
};

/** Reports changes of a catalog to its listeners. */
export class CatalogChanges {
  /** Names the catalog, to distinguish it from those of other processes. */
  readonly origin: string = crypto.randomUUID();
  readonly #listeners = new Set<ChangeListener>();
  readonly #includedIn = new Set<CatalogChanges>();
  #told = 0;
  #held: Map<string, CatalogChange> | undefined;

  /** @returns a function that removes the listener */
  listen(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** An item was added, removed or replaced. Its visibility may differ before and after, and the callers of both versions are told. */
  itemChanged(...versions: readonly CatalogItem[]): void {
    for (const { kind, access } of versions) {
      const visibleWith = access.visibility === 'always' ? undefined : access.requirement.alternatives;
      this.#tell({ kind: 'list', list: listOf[kind], visibleWith });
    }
  }

  /** The resources of a template changed. Only callers who may read them are told. */
  namesChanged({ kind, access }: CatalogItem): void {
    const visibleWith = access.dependsOnArguments ? undefined : access.requirement.alternatives;
    this.#tell({ kind: 'list', list: listOf[kind], visibleWith });
  }

  /** Also reports changes of resources to the catalog of a registry that includes this one's. Their URIs are the same there. */
  includeIn(changes: CatalogChanges): void {
    this.#includedIn.add(changes);
  }

  /** The contents of a resource changed. */
  resourceUpdated(uri: string): void {
    this.#tell({ kind: 'resource', uri });
    for (const including of this.#includedIn) including.resourceUpdated(uri);
  }

  /** Reports changes inside a function at its end, each only once: many items that change together lead to one notification. */
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
