import type { Catalog } from './catalog.js';

/** Registry that `createRegistry` made, whatever its handlers share. */
export abstract class AnyRegistry {
  readonly #catalog: Catalog;

  /** @internal */
  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  /**
   * Compiled side of the registry, for the transports.
   *
   * @internal
   */
  get catalog(): Catalog {
    return this.#catalog;
  }
}
