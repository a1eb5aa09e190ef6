import type { CatalogItem } from './item.js';
import type { ItemCollection, Place } from './item-collection.js';
import type { ItemHandle } from './item-handle.js';

/** The place of an item that was compiled from a definition, members of which can be changed. */
export interface DefinedPlace extends Omit<Place<CatalogItem>, 'replace'> {
  readonly update: (changes: object) => void;
}

/**
 * Puts an item into a collection.
 *
 * @param collection - where it goes
 * @param source - what it is compiled from
 * @param compile - compiles it, now and after each change
 * @throws ConfigurationError when the definition is wrong or the key is taken
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

/** What the developer gets of a place. */
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
