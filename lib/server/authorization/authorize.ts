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
import { attempt } from '../../promises/attempt.js';
import { gather } from '../../promises/gather.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen, isPromise } from '../../promises/and-then.js';
import type { Caller } from './caller.js';
import { isEnded } from './caller.js';
import type { Decision, MessageDecision, Refusal, Wanted } from './decide-item.js';
import { decideAnyUse, decideItem, isRefusal, scopesOf } from './decide-item.js';
import type { Operation, OperationItem } from './operation.js';

const theEndpoint: RefusedTarget = { kind: 'endpoint' };
const theEndpointAlone: readonly Wanted[] = [undefined];

/** The decisions about the items of one operation. */
type Decided = readonly (Decision | Refusal)[];

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
 * @returns a decision for each operation, in the same order; at once, unless a policy or a scope function answers later. Then the promise
 *   rejects with the errors below.
 * @throws InvalidTokenError when the token ended meanwhile
 * @throws UnauthorizedError when something needs scopes and nobody signed in, though one can
 * @throws AccessDeniedError when a policy refuses, whatever the scopes are
 * @throws InsufficientAuthenticationError when the user has to sign in again, or more strongly
 * @throws InsufficientScopeError when the caller lacks scopes
 */
export function authorize(operations: readonly Operation[], caller: Caller): Eventually<readonly Decision[]> {
  const decided = decideAll(operations, caller);
  return isPromise(decided) ? concludeLater(decided, caller) : conclude(decided, caller);
}

/**
 * Decides as {@link authorize} does, for transports that can tell each message by itself what it lacks.
 *
 * @param mayBeAnswered - whether all of these operations, by their places, can be; asked if the error for all would be 403
 * @returns a decision for each operation; `answered` for one that is refused
 * @throws what `authorize` throws, if one error has to speak for all
 */
export function authorizeEach(
  operations: readonly Operation[],
  caller: Caller,
  mayBeAnswered: (refused: readonly number[]) => Eventually<boolean>,
): Eventually<readonly MessageDecision[]> {
  return andThen(decideAll(operations, caller), (decided) =>
    attempt<readonly MessageDecision[]>(
      () => conclude(decided, caller),
      (error) => {
        if (!isForbidden(error)) throw error;
        const refused = decided.flatMap((ofItems, index) => (ofItems.some(isRefusal) ? [index] : []));
        return andThen(mayBeAnswered(refused), (answered) => {
          if (!answered) throw error;
          return decided.map((ofItems) => concludeAlone(ofItems, caller));
        });
      },
    ),
  );
}

/** Refusals that HTTP answers by 403, and a new sign-in does not have to come first. */
export function isForbidden(error: unknown): error is AccessDeniedError | InsufficientScopeError {
  return error instanceof InsufficientScopeError || error instanceof AccessDeniedError;
}

function concludeAlone(ofItems: Decided, caller: Caller): MessageDecision {
  const refusals: Refusal[] = [];
  const decision = together(ofItems, refusals);
  const [first] = refusals;
  if (first === undefined) return decision;
  return { outcome: 'answered', error: withoutStack(() => oneErrorFor(refusals, first, caller)) };
}

function decideAll(operations: readonly Operation[], caller: Caller): Eventually<readonly Decided[]> {
  rejectEnded(caller);
  return gather(operations.map((operation) => decideOperation(operation, caller)));
}

/**
 * Decides about any use of the endpoint, and nothing in particular. No function of the app is asked, so the answer is there at once.
 *
 * @throws what `authorize` throws about the endpoint as a whole
 */
export function authorizeAnyUse(caller: Caller): void {
  rejectEnded(caller);
  const decided = decideAnyUse(caller);
  if (isRefusal(decided)) throw withoutStack(() => oneErrorFor([decided], decided, caller));
}

/**
 * Decides about what was decided before by the scopes that it needed then.
 *
 * @throws UnauthorizedError or InsufficientScopeError when the caller lacks one of them
 */
export function authorizeScopes(scopes: readonly string[], caller: Caller): void {
  const granted = scopesOf(caller);
  if (scopes.every((scope) => granted.has(scope))) return;
  throw withoutStack(() => refuse(scopes, caller.endpoint?.requirement ?? noRequirement, theEndpoint, caller));
}

function decideOperation({ items }: Operation, caller: Caller): Eventually<Decided> {
  // An operation that names no item is about the endpoint as a whole.
  const wanted = items.length === 0 ? theEndpointAlone : items;
  return gather(wanted.map((item) => decideItem(item, caller)));
}

async function concludeLater(decided: Promise<readonly Decided[]>, caller: Caller): Promise<readonly Decision[]> {
  return conclude(await decided, caller);
}

function conclude(decided: readonly Decided[], caller: Caller): readonly Decision[] {
  const refusals: Refusal[] = [];
  const decisions = decided.map((ofItems) => together(ofItems, refusals));
  const [first] = refusals;
  if (first !== undefined) throw withoutStack(() => oneErrorFor(refusals, first, caller));
  return decisions;
}

/**
 * The decisions about the items of one operation as one: what stands against one of them stands against all.
 *
 * @param refusals - takes up what is refused; the decision counts only when nothing is
 */
function together(decided: Decided, refusals: Refusal[]): Decision {
  const [only, another] = decided;
  if (only !== undefined && another === undefined && !isRefusal(only)) return only;
  const requirements: CompiledRequirement[] = [];
  let against: Decision | undefined;
  for (const each of decided) {
    if (isRefusal(each)) refusals.push(each);
    else if (each.outcome === 'allowed') requirements.push(each.requirement);
    else against ??= each;
  }
  return against ?? { outcome: 'allowed', requirement: requireAll(requirements) };
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

/**
 * Decides once more about an item whose arguments turned out to be others, as a schema with defaults makes them.
 *
 * @throws what `authorize` throws, and what a scope function or a policy throws; the promise rejects with it if one answers later
 */
export function assertStillAllowed(item: OperationItem, caller: Caller): Eventually<void> {
  if (!item.access.dependsOnArguments && item.access.policy === undefined) return;
  return andThen(decideItem(item, caller), (decided) => {
    if (isRefusal(decided)) throw oneErrorFor([decided], decided, caller);
    if (decided.outcome === 'undecidable') throw decided.error;
    if (decided.outcome === 'concealed') throw item.notFound();
  });
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

/** MCP `basic/authorization#token-handling`: an expired token MUST receive a 401, whatever its scopes are. */
function rejectEnded(caller: Caller): void {
  if (isEnded(caller)) throw new InvalidTokenError('The access token expired');
}
