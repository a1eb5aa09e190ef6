import type { CatalogItem } from '../../registry/item.js';
import type { RequestInWork } from '../call/call.js';
import type { Feature } from '../call/server-capabilities.js';
import { pageOfItems } from '../lists/cached-pages.js';
import type { Method } from '../call/method.js';

/**
 * A method that lists the items of one kind.
 *
 * @param name - the method
 * @param feature - what it belongs to
 * @param member - name of the result's array
 * @param itemsOf - the items, in order; the same array until one of them changes
 */
export function listMethod(
  name: string,
  feature: Feature,
  member: string,
  itemsOf: (call: RequestInWork) => readonly CatalogItem[],
): Method {
  return {
    name,
    eras: ['legacy', 'modern'],
    feature,
    locate: (call) => ({
      items: [],
      invoke: () => pageOfItems(call, member, itemsOf(call)),
    }),
  };
}
