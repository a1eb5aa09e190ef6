import type { Eventually } from '../../promises/and-then.js';
import { attempt } from '../../promises/attempt.js';
import { gather } from '../../promises/gather.js';
import type { CatalogItem } from '../../registry/item.js';
import { isListed } from '../authorization/visible-items.js';
import type { RequestInWork } from '../call/call.js';
import { maskError } from '../reporting/internal-error.js';

/**
 * Which items a list shows to the caller. All policies are asked at once, each one time. An item whose policy fails is not shown, and the
 * first failure is reported.
 *
 * @param items - items of the list
 * @param call - the list request
 * @returns for each item whether it is shown; at once, unless a policy answers later
 */
export function whichAreListed(items: readonly CatalogItem[], call: RequestInWork): Eventually<readonly boolean[]> {
  let isReported = false;
  const hide = (error: unknown, item: CatalogItem): boolean => {
    if (!isReported) maskError(error, call, item.key);
    isReported = true;
    return false;
  };
  return gather(
    items.map((item) =>
      attempt<boolean>(
        () => isListed(item, call.caller),
        (error) => hide(error, item),
      ),
    ),
  );
}
