import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CatalogChanges } from '../../lib/registry/catalog-changes.js';
import { ItemCollection } from '../../lib/registry/item-collection.js';
import type { Place } from '../../lib/registry/item-collection.js';
import type { CatalogItem } from '../../lib/registry/item.js';

const access = { visibility: 'always' };
const itemOf = (key: string) => ({ key, kind: 'tool', access }) as unknown as CatalogItem;

it('a collection knows how many items are enabled, whatever was done to them', () => {
  const step = fc.record({ act: fc.constantFrom('add', 'hide', 'show', 'replace', 'delete'), at: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const collection = new ItemCollection(new CatalogChanges());
      const places: Place<CatalogItem>[] = [];
      for (const { act, at } of steps) {
        const place = places[at % Math.max(1, places.length)];
        if (act === 'add') places.push(collection.add(itemOf(`item ${String(places.length)}`), at % 3 !== 0));
        else if (act === 'replace') place?.replace(itemOf(`item ${String(at % places.length)}`));
        else if (act === 'delete') place?.delete();
        else place?.setEnabled(act === 'show');
        expect(collection.size).toBe(collection.items.length);
      }
    }),
  );
});
