import { AccessDeniedError } from '../../errors/access-denied-error.js';
import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { InsufficientAuthenticationError } from '../../errors/insufficient-authentication-error.js';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import { InvalidTokenError } from '../../errors/invalid-token-error.js';
import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import { withoutStack } from '../../errors/without-stack.js';
import type { CompiledRequirement } from '../../oauth/scope-requirement.js';
import { noRequirement, requireAll } from '../../oauth/scope-requirement.js';
import type { ItemAccess } from '../../registry/access.js';
import type { CompiledAuthentication } from '../../registry/authentication.js';
import type { Catalog } from '../../registry/catalog.js';
import type { CatalogChange } from '../../registry/catalog-changes.js';
import type { CatalogItem } from '../../registry/item.js';
import type { Caller } from './caller.js';
import { endOf } from './caller.js';
import type { Operation, OperationItem } from './operation.js';

/** What was decided about one operation. */
export type Decision =
  | { readonly outcome: 'allowed'; readonly requirement: CompiledRequirement }
  | { readonly outcome: 'concealed' }
  | { readonly outcome: 'undecidable'; readonly error: unknown };

/** What was decided against one operation, for all of which one error speaks. */
type Refusal =
  | { readonly outcome: 'denied'; readonly target: RefusedTarget; readonly reason: string | undefined }
  | {
      readonly outcome: 'refused';
      readonly requirement: CompiledRequirement;
      /** Given when the sign-in does not suffice, whatever the scopes are. */
      readonly authentication: CompiledAuthentication | undefined;
      readonly target: RefusedTarget;
    };

const theEndpoint: RefusedTarget = { kind: 'endpoint' };
const theEndpointAlone: readonly Wanted[] = [undefined];
const nobody: ReadonlySet<string> = new Set();

/**
 * THE decision: whether the caller may do all of this. Every method passes through here before anything is invoked,
 * and nothing else in the package compares scopes to decide about a call.
 *
 * A token's end comes before its scopes. What is refused is refused for all operations of one request together, with
 * one error that names every scope that any of them needs (MCP `basic/authorization#runtime-insufficient-scope-errors`:
 * all scopes required SHOULD be in a single challenge).
 *
 * @param operations - everything that one request (or one batch) wants
 * @param caller - who asks
 * @returns a decision for each operation, in the same order
 * @throws InvalidTokenError when the token ended meanwhile
 * @throws UnauthorizedError when something needs scopes and nobody signed in, though one can
 * @throws AccessDeniedError when a policy refuses, whatever the scopes are
 * @throws InsufficientAuthenticationError when the user has to sign in again, or more strongly
 * @throws InsufficientScopeError when the caller lacks scopes
 */
export function authorize(operations: readonly Operation[], caller: Caller): readonly Decision[] {
  rejectEnded(caller);
  const refusals: Refusal[] = [];
  const decisions = operations.map((operation) => decideOperation(operation, caller, refusals));
  const [first] = refusals;
  if (first !== undefined) throw withoutStack(() => oneErrorFor(refusals, first, caller));
  return decisions;
}

/**
 * @param refusals - takes up what is refused; the decision counts only when nothing is
 */
function decideOperation({ items }: Operation, caller: Caller, refusals: Refusal[]): Decision {
  const allowed: Decision[] = [];
  // An operation that names no item is about the endpoint as a whole.
  for (const item of items.length === 0 ? theEndpointAlone : items) {
    const decided = decide(item, caller);
    if (isRefusal(decided)) refusals.push(decided);
    else allowed.push(decided);
  }
  return together(allowed);
}

/** The decisions about the items of one operation as one: what stands against one of them stands against all. */
function together(decisions: readonly Decision[]): Decision {
  const [only, another] = decisions;
  if (only !== undefined && another === undefined) return only;
  const requirements: CompiledRequirement[] = [];
  for (const decision of decisions) {
    if (decision.outcome !== 'allowed') return decision;
    requirements.push(decision.requirement);
  }
  return { outcome: 'allowed', requirement: requireAll(requirements) };
}

function isRefusal(decided: Decision | Refusal): decided is Refusal {
  return decided.outcome === 'refused' || decided.outcome === 'denied';
}

/** What no scope can mend comes first, and what a new sign-in is needed for before what it brings. */
function oneErrorFor(refusals: readonly Refusal[], first: Refusal, caller: Caller): ExpressMcpError {
  const denied = refusals.find((each) => each.outcome === 'denied');
  if (denied !== undefined) return new AccessDeniedError(denied.target, denied.reason);
  const lacking = refusals.filter((each) => each.outcome === 'refused');
  const requirement = requireAll(lacking.map((each) => each.requirement));
  const tooWeak = lacking.find(({ authentication }) => authentication !== undefined);
  const { target } = tooWeak ?? first;
  const error = refuse([], requirement, target, caller);
  if (tooWeak?.authentication === undefined || !(error instanceof InsufficientScopeError)) return error;
  const { requiredScopes, grantedScopes } = error;
  return new InsufficientAuthenticationError({ ...tooWeak.authentication, requiredScopes, grantedScopes, target });
}

/** What is wanted; undefined for the endpoint as a whole. */
type Wanted = Pick<OperationItem, 'access' | 'args' | 'target'> | undefined;

function decide(item: Wanted, caller: Caller): Decision | Refusal {
  try {
    return judge(item, caller);
  } catch (error) {
    // What cannot be worked out is what nobody may; who may not use the endpoint learns nothing about it.
    return refusalByEndpoint(caller) ?? { outcome: 'undecidable', error };
  }
}

/** Undefined when the caller holds what the endpoint demands of everybody. */
function refusalByEndpoint(caller: Caller): Refusal | undefined {
  const requirement = caller.endpoint?.requirement;
  if (requirement === undefined || requirement.isSatisfiedBy(scopesOf(caller))) return undefined;
  return { outcome: 'refused', requirement, authentication: undefined, target: theEndpoint };
}

function judge(item: Wanted, caller: Caller): Decision | Refusal {
  const target = item?.target ?? theEndpoint;
  const requirement = requirementOf(item, caller);
  const hasScopes = requirement.isSatisfiedBy(scopesOf(caller));
  if (isConcealed(item, caller)) return refusalByEndpoint(caller) ?? { outcome: 'concealed' };
  // Who has not signed in yet is told to; afterwards the policy knows whom it is about.
  const verdict =
    hasScopes || caller.auth !== undefined ? (item?.access.policy?.(item.args, caller.auth) ?? true) : true;
  if (verdict !== true) return { outcome: 'denied', target, reason: verdict || undefined };
  const authentication = insufficientAuthentication(item?.access, caller);
  if (hasScopes && authentication === undefined) return { outcome: 'allowed', requirement };
  return { outcome: 'refused', requirement, authentication, target };
}

/** What kind of sign-in is missing; undefined when the caller's suffices. */
function insufficientAuthentication(
  access: ItemAccess | undefined,
  { auth, endpoint }: Caller,
): CompiledAuthentication | undefined {
  const authentication = access?.authentication;
  const isEnough = auth !== undefined && authentication?.isSatisfiedBy(auth, endpoint?.clockToleranceSeconds ?? 0);
  return isEnough === true ? undefined : authentication;
}

/**
 * Whether lists show an item to the caller.
 *
 * @param item - an item of a list that the caller may see
 * @param caller - who asks
 */
export function isListed({ access }: Pick<CatalogItem, 'access'>, caller: Caller): boolean {
  return access.visibility === 'always' || access.requirement.isSatisfiedBy(scopesOf(caller));
}

/**
 * Whether the caller may use an item whatever the arguments are. For lists that would reveal more than the item's own
 * entry; what depends on arguments is asked about without any, and reveals nothing when it cannot say.
 */
export function mayUse({ access }: CatalogItem, caller: Caller): boolean {
  return decide({ access, target: theEndpoint, args: {} }, caller).outcome === 'allowed';
}

/** Whether an item is there for the caller at all, which a concealed one is only for who holds its scopes. */
export function isThere({ access }: Pick<CatalogItem, 'access'>, caller: Caller): boolean {
  return access.visibility !== 'concealed' || access.requirement.isSatisfiedBy(scopesOf(caller));
}

/**
 * Whether the caller may hear that something changed: of a list, who can see the item that changed; of a resource, who may read
 * it. Asked before every notification, since tokens end and policies change their minds.
 */
export function mayHear(change: CatalogChange, caller: Caller, catalog: Catalog): boolean {
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

/** Whether the caller may use an item at this moment, for what is told long after it was asked for. */
export function mayStillUse(item: Omit<OperationItem, 'notFound'>, caller: Caller): boolean {
  return !isEnded(caller) && decide(item, caller).outcome === 'allowed';
}

/**
 * Decides once more about an item whose arguments turned out to be others, as a schema with defaults makes them.
 *
 * @throws what `authorize` throws, and what a scope function or a policy throws
 */
export function assertStillAllowed(item: OperationItem, caller: Caller): void {
  if (!item.access.dependsOnArguments && item.access.policy === undefined) return;
  const decided = decide(item, caller);
  if (isRefusal(decided)) throw oneErrorFor([decided], decided, caller);
  if (decided.outcome === 'undecidable') throw decided.error;
}

/**
 * The error for scopes that only the handler knew of, made complete with what the operation needs anyway.
 *
 * @param scopes - what the handler demands
 * @param requirement - what the operation needed before
 */
export function refuse(
  scopes: readonly string[],
  requirement: CompiledRequirement,
  target: RefusedTarget,
  caller: Caller,
): InsufficientScopeError | UnauthorizedError {
  const granted = scopesOf(caller);
  const requiredScopes = [...new Set([...requirement.scopesToAskFor(granted), ...scopes])];
  // RFC 6750 §3.1: who sent no credentials is told to sign in, not that the scope is insufficient.
  if (caller.auth === undefined && caller.endpoint !== undefined) return new UnauthorizedError(requiredScopes);
  return new InsufficientScopeError({ requiredScopes, grantedScopes: caller.auth?.scopes ?? [], target });
}

function requirementOf(item: Wanted, { auth, endpoint }: Caller): CompiledRequirement {
  const ofEndpoint = endpoint?.requirement ?? noRequirement;
  if (item === undefined) return ofEndpoint;
  const ofItem = item.access.requirementFor(item.args, auth);
  return ofEndpoint.isNothing ? ofItem : requireAll([ofEndpoint, ofItem]);
}

/** A concealed item is not there for who lacks its own scopes; not even a challenge may name them. */
function isConcealed(item: Wanted, caller: Caller): boolean {
  return item !== undefined && !isThere(item, caller);
}

function scopesOf({ auth }: Caller): ReadonlySet<string> {
  return auth?.effectiveScopes ?? nobody;
}

/** MCP `basic/authorization#token-handling`: an expired token MUST receive a 401, whatever its scopes are. */
function rejectEnded(caller: Caller): void {
  if (isEnded(caller)) throw new InvalidTokenError('The access token expired');
}

function isEnded(caller: Caller): boolean {
  return Date.now() >= endOf(caller);
}
