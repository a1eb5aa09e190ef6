import type { CatalogItem } from './item.js';
import type { ItemCollection, Place } from './item-collection.js';
import type { ItemHandle } from './item-handle.js';

/** The place of an item that was compiled from a changeable definition. */
export interface DefinedPlace extends Omit<Place<CatalogItem>, 'replace'> {
  readonly update: (changes: object) => void;
}

/**
 * Puts an item into a collection.
 *
 * @param collection - the collection
 * @param source - has the definition
 * @param compile - compiles it, now and after each change
 * @throws ConfigurationError if the definition is wrong or the key is taken
 */
export function placeDefined<I extends CatalogItem, Source extends { readonly definition: object }>(
  collection: ItemCollection<I>,
  source: Source,
  compile: (source: Source) => I,
): DefinedPlace {
  let current = source;
  const place = collection.add(compile(source));
  return {
    ...place,
    update: (changes) => {
      const changed = { ...current, definition: { ...current.definition, ...changes } };
      place.replace(compile(changed));
      current = changed;
    },
  };
}

/** The handle that a developer gets for a place. */
export function handleOf<Definition>(place: DefinedPlace): ItemHandle<Definition> {
  return {
    update: (changes) => {
      place.update(changes);
    },
    remove: () => {
      place.delete();
    },
    enable: () => {
      place.setEnabled(true);
    },
    disable: () => {
      place.setEnabled(false);
    },
  };
}
