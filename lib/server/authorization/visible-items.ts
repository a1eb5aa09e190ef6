import type { Eventually } from '../../promises/and-then.js';
import { andThen, isPromise } from '../../promises/and-then.js';
import type { PolicyQuestion } from '../../registry/access.js';
import type { Catalog } from '../../registry/catalog.js';
import type { CatalogChange } from '../../registry/catalog-changes.js';
import type { CatalogItem } from '../../registry/item.js';
import { askPolicy } from './ask-app.js';
import type { Caller } from './caller.js';
import { isEnded } from './caller.js';
import { decideItem, holdsScopesToSee, scopesOf } from './decide-item.js';
import type { OperationItem } from './operation.js';

const toList: PolicyQuestion = Object.freeze({ purpose: 'list' });
const noArguments = Object.freeze({});

/**
 * Whether lists show an item to the caller: by its scopes, then by its policy.
 *
 * @param item - an item of a list that the caller may see
 * @param caller - who asks
 * @throws what a policy throws or rejects with; the item is not shown then
 */
export function isListed({ access }: Pick<CatalogItem, 'access'>, caller: Caller): Eventually<boolean> {
  const { policy, requirement, visibility } = access;
  if (visibility === 'always') return true;
  if (!requirement.isSatisfiedBy(scopesOf(caller))) return false;
  if (policy === undefined) return true;
  const verdict = askPolicy(policy, { access, args: noArguments }, caller, toList);
  return isPromise(verdict) ? verdict.then(isYes) : verdict === true;
}

function isYes(verdict: boolean | string): boolean {
  return verdict === true;
}

/**
 * Whether the caller may use an item whatever the arguments are. For lists that would reveal more than the item's own entry. An item
 * that depends on arguments is asked about without any, and reveals nothing when it cannot say.
 */
export function mayUse({ access }: CatalogItem, caller: Caller): Eventually<boolean> {
  const item = { access, target: { kind: 'endpoint' }, args: noArguments } as const;
  return andThen(decideItem(item, caller, toList), isAllowed);
}

/** Whether an item is there for the caller at all: a concealed one is so only for callers whom its scopes and its policy allow. */
export function isThere(item: Omit<OperationItem, 'notFound'>, caller: Caller): Eventually<boolean> {
  if (!holdsScopesToSee(item.access, caller)) return false;
  if (item.access.visibility !== 'concealed' || item.access.policy === undefined) return true;
  return andThen(decideItem(item, caller), ({ outcome }) => outcome !== 'concealed');
}

/**
 * Whether the caller may hear that something changed: of a list, callers who can see the item that changed; of a resource, callers who
 * may read it. Asked before every notification, since tokens end and policies change their minds.
 */
export function mayHear(change: CatalogChange, caller: Caller, catalog: Catalog): Eventually<boolean> {
  if (isEnded(caller)) return false;
  if (change.kind === 'list') {
    const scopes = scopesOf(caller);
    return change.visibleWith?.some((set) => set.every((scope) => scopes.has(scope))) ?? true;
  }
  const found = catalog.findResource(change.uri);
  if (found === undefined) return false;
  const target = { kind: 'resource', name: change.uri } as const;
  return mayStillUse({ access: found.item.access, target, args: found.variables ?? {} }, caller);
}

/** Whether the caller may use an item at this moment, for news that is told long after it was asked for. */
export function mayStillUse(item: Omit<OperationItem, 'notFound'>, caller: Caller): Eventually<boolean> {
  return !isEnded(caller) && andThen(decideItem(item, caller), isAllowed);
}

function isAllowed({ outcome }: { readonly outcome: string }): boolean {
  return outcome === 'allowed';
}
