import type { Eventually } from '../../promises/and-then.js';
import { andThen, isPromise } from '../../promises/and-then.js';
import { gather } from '../../promises/gather.js';
import type { PolicyQuestion } from '../../registry/access.js';
import type { Catalog } from '../../registry/catalog.js';
import type { CatalogChange } from '../../registry/catalog-changes.js';
import type { CatalogItem } from '../../registry/item.js';
import { askPolicy } from './ask-app.js';
import type { Caller } from './caller.js';
import { isEnded } from './caller.js';
import type { Decision, Refusal } from './decide-item.js';
import { decideItem, holdsScopesToSee, scopesOf } from './decide-item.js';
import type { OperationItem } from './operation.js';

/** Hears why the app could not say whether a caller may use something. The caller may not, and is told nothing. */
export type FailureListener = (error: unknown, target: string | undefined) => void;

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
export function mayUse(item: CatalogItem, caller: Caller, report: FailureListener): Eventually<boolean> {
  const { access, key: name } = item;
  const asked = { access, target: { kind: 'endpoint', name }, args: noArguments } as const;
  return andThen(decideItem(asked, caller, toList), (decided) => {
    // A function that needs arguments cannot be blamed for failing without any.
    if (!access.dependsOnArguments) reportFailure(decided, asked, report);
    return decided.outcome === 'allowed';
  });
}

/** Whether an item exists for the caller: a concealed one only exists for callers whom its scopes and its policy allow. */
export function isThere(
  item: Omit<OperationItem, 'notFound'>,
  caller: Caller,
  report: FailureListener,
): Eventually<boolean> {
  if (!holdsScopesToSee(item.access, caller)) return false;
  if (item.access.visibility !== 'concealed' || item.access.policy === undefined) return true;
  return andThen(decideItem(item, caller), (decided) => {
    reportFailure(decided, item, report);
    return decided.outcome !== 'concealed';
  });
}

/**
 * Whether the caller may hear of a change. Changes of a list need access to see the changed item, changes of a resource need access to
 * read it. Decided before every notification, since tokens end and policies change.
 */
export function mayHear(
  change: CatalogChange,
  caller: Caller,
  catalog: Catalog,
  report: FailureListener,
): Eventually<boolean> {
  if (isEnded(caller)) return false;
  if (change.kind === 'list') {
    const scopes = scopesOf(caller);
    return change.visibleWith?.some((set) => set.every((scope) => scopes.has(scope))) ?? true;
  }
  const { uri } = change;
  const found = catalog.findResource(uri);
  if (found === undefined) return false;
  const target = { kind: 'resource', name: uri } as const;
  // Reading has the same rule: the first template that matches must not bypass the needs of the others.
  const all = [found, ...catalog.otherTemplatesFor(uri, found)];
  const may = gather(
    all.map(({ item, variables = {} }) =>
      mayStillUse({ access: item.access, target, args: variables }, caller, report),
    ),
  );
  return andThen(may, (answers) => answers.every(Boolean));
}

/** Whether the caller may use an item at this moment, for news that is told long after it was asked for. */
export function mayStillUse(
  item: Omit<OperationItem, 'notFound'>,
  caller: Caller,
  report: FailureListener,
): Eventually<boolean> {
  if (isEnded(caller)) return false;
  return andThen(decideItem(item, caller), (decided) => {
    reportFailure(decided, item, report);
    return decided.outcome === 'allowed';
  });
}

function reportFailure(
  decided: Decision | Refusal,
  { target }: Pick<OperationItem, 'target'>,
  report: FailureListener,
): void {
  if ('error' in decided && decided.error !== undefined) report(decided.error, target.name);
}
