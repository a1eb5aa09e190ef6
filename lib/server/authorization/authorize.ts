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
 * Decides whether the caller may do all of this. Every method passes through here before its handler runs. Afterwards only
 * `ctx.requireScopes` compares scopes.
 *
 * The end of a token is checked before its scopes. A refusal refuses all operations of one request together, with one error. It names
 * every scope that any of them needs (MCP `basic/authorization#runtime-insufficient-scope-errors`: all scopes required SHOULD be in a
 * single challenge).
 *
 * @param operations - of one request or one batch
 * @param caller - who sent them
 * @returns a decision for each operation, in the same order; at once, unless a policy or a scope function answers later. Then the
 *   promise rejects with the errors below.
 * @throws InvalidTokenError if the token ended meanwhile
 * @throws UnauthorizedError if scopes are needed and the caller did not sign in, but could
 * @throws AccessDeniedError if a policy refuses, whatever the scopes are
 * @throws InsufficientAuthenticationError if the user has to sign in again, or more strongly
 * @throws InsufficientScopeError if the caller lacks scopes
 */
export function authorize(operations: readonly Operation[], caller: Caller): Eventually<readonly Decision[]> {
  const decided = decideAll(operations, caller);
  return isPromise(decided) ? concludeLater(decided, caller) : conclude(decided, caller);
}

/**
 * Decides as {@link authorize} does, for transports that can answer each message with its own refusal.
 *
 * @param mayBeAnswered - whether all of these operations, by their places, can be; asked if the error for all would be 403
 * @returns a decision for each operation; `answered` for a refused one
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

/** Refusals that HTTP answers by 403, without a new sign-in before. */
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
 * Decides about use of the endpoint in general. It calls no functions of the app, so it returns at once.
 *
 * @throws what `authorize` throws about the endpoint as a whole
 */
export function authorizeAnyUse(caller: Caller): void {
  rejectEnded(caller);
  const decided = decideAnyUse(caller);
  if (isRefusal(decided)) throw withoutStack(() => oneErrorFor([decided], decided, caller));
}

/**
 * Checks the scopes that an earlier decision needed.
 *
 * @throws UnauthorizedError or InsufficientScopeError if the caller lacks one of them
 */
export function authorizeScopes(scopes: readonly string[], caller: Caller): void {
  const granted = scopesOf(caller);
  if (scopes.every((scope) => granted.has(scope))) return;
  throw withoutStack(() => refuse(scopes, caller.endpoint?.requirement ?? noRequirement, theEndpoint, caller));
}

function decideOperation({ items }: Operation, caller: Caller): Eventually<Decided> {
  // An operation without items concerns the endpoint as a whole.
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
 * Combines the decisions about the items of one operation: a refusal of one refuses all.
 *
 * @param refusals - receives the refusals; the decision only counts without any
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

/** Order: denied by policy, then authentication too weak, then missing scopes. */
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
 * Decides again about an item whose arguments changed, as a schema with defaults changes them.
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
 * The error for scopes that only the handler knew, with those that the operation needs anyway.
 *
 * @param scopes - demanded by the handler
 * @param requirement - of the operation
 */
export function refuse(
  scopes: readonly string[],
  requirement: CompiledRequirement,
  target: RefusedTarget,
  caller: Caller,
): InsufficientScopeError | UnauthorizedError {
  const granted = scopesOf(caller);
  const requiredScopes = [...new Set([...requirement.scopesToAskFor(granted), ...scopes])];
  // RFC 6750 §3.1: a caller without credentials is told to sign in, not that scopes are missing.
  if (caller.auth === undefined && caller.endpoint !== undefined) return new UnauthorizedError(requiredScopes);
  return new InsufficientScopeError({ requiredScopes, grantedScopes: caller.auth?.scopes ?? [], target });
}

/** MCP `basic/authorization#token-handling`: an expired token MUST receive a 401, whatever its scopes are. */
function rejectEnded(caller: Caller): void {
  if (isEnded(caller)) throw new InvalidTokenError('The access token expired');
}
