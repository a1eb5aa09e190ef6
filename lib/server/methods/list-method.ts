import type { CatalogItem } from '../../registry/item.js';
import { isListed } from '../authorize.js';
import type { Call } from '../call.js';
import type { Feature } from '../capabilities.js';
import { buildListPage, entriesOf } from '../list-page.js';
import type { Method } from '../method.js';

/**
 * A method that lists the items of one kind.
 *
 * @param name - the method
 * @param feature - what it belongs to
 * @param member - name of the result's array
 * @param itemsOf - the items, in order
 */
export function listMethod(
  name: string,
  feature: Feature,
  member: string,
  itemsOf: (call: Call) => readonly CatalogItem[],
): Method {
  return {
    name,
    eras: ['legacy', 'modern'],
    feature,
    locate: (call) => ({
      items: [],
      invoke: () => {
        const items = itemsOf(call);
        const isFiltered = items.some(({ access }) => access.visibility !== 'always');
        const listed = isFiltered ? items.filter((item) => isListed(item, call.caller)) : items;
        return buildListPage(call, member, entriesOf(listed, call.revision), isFiltered ? 'private' : 'public');
      },
    }),
  };
}
