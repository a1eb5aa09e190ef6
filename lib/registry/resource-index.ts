import { normalizeUri } from './equivalent-uri.js';
import type { ItemCollection } from './item-collection.js';
import type { McpResource } from './resource.js';

/** Finds resources by every URI that is equivalent to theirs. */
export class ResourceIndex {
  readonly #resources: ItemCollection<McpResource>;
  #indexed: readonly McpResource[] | undefined;
  /** Null if several resources have equivalent URIs. */
  #byUri: ReadonlyMap<string, McpResource | null> = new Map();

  constructor(resources: ItemCollection<McpResource>) {
    this.#resources = resources;
  }

  /**
   * The resource that was registered with a URI, or else with an equivalent one (RFC 3986 §6.2). If a URI is equivalent to several
   * registered ones, it names none of them.
   *
   * @param uri - as a client sent it
   */
  find(uri: string): McpResource | undefined {
    return this.#resources.get(uri) ?? this.#equivalents().get(normalizeUri(uri)) ?? undefined;
  }

  #equivalents(): ReadonlyMap<string, McpResource | null> {
    const { items } = this.#resources;
    if (items === this.#indexed) return this.#byUri;
    const byUri = new Map<string, McpResource | null>();
    for (const item of items) {
      const uri = normalizeUri(item.key);
      byUri.set(uri, byUri.has(uri) ? null : item);
    }
    this.#indexed = items;
    this.#byUri = byUri;
    return byUri;
  }
}
