import { InsufficientScopeError } from '../errors/insufficient-scope-error.js';
import type { RefusedTarget } from '../errors/insufficient-scope-error.js';
import { InvalidTokenError } from '../errors/invalid-token-error.js';
import { UnauthorizedError } from '../errors/unauthorized-error.js';
import type { Auth } from '../oauth/auth.js';
import type { CompiledRequirement } from '../oauth/scope-requirement.js';
import { requireAll } from '../oauth/scope-requirement.js';
import type { CatalogItem } from '../registry/item.js';
import type { Operation } from './operation.js';

/** What an authenticating middleware demands of every use of its endpoint. */
export interface EndpointPolicy {
  readonly requirement: CompiledRequirement;
  /** How long after its end a token still counts, in seconds. */
  readonly clockToleranceSeconds: number;
}

/** Who asks, as far as anybody looked. */
export interface Caller {
  /** Undefined when nobody authenticated the caller. */
  readonly auth: Auth | undefined;
  /** Undefined when there is no authorization in front of the endpoint, and so no way to sign in. */
  readonly endpoint: EndpointPolicy | undefined;
}

/** What was decided about one operation. */
export type Decision =
  | { readonly outcome: 'allowed'; readonly requirement: CompiledRequirement }
  | { readonly outcome: 'concealed' }
  | { readonly outcome: 'undecidable'; readonly error: unknown };

interface Refusal {
  readonly outcome: 'refused';
  readonly requirement: CompiledRequirement;
  readonly target: RefusedTarget;
}

const theEndpoint: RefusedTarget = { kind: 'endpoint' };
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
 * @throws InsufficientScopeError when the caller lacks scopes
 */
export function authorize(operations: readonly Operation[], caller: Caller): readonly Decision[] {
  rejectEnded(caller);
  const decisions = operations.map((operation) => decide(operation, caller));
  const refusals = decisions.filter((decision) => decision.outcome === 'refused');
  const [first] = refusals;
  if (first !== undefined) {
    throw refuse([], requireAll(refusals.map(({ requirement }) => requirement)), first.target, caller);
  }
  return decisions.filter((decision) => decision.outcome !== 'refused');
}

function decide(operation: Operation, caller: Caller): Decision | Refusal {
  let requirement: CompiledRequirement;
  try {
    requirement = requirementOf(operation, caller);
  } catch (error) {
    // Scopes that cannot be worked out are scopes that nobody has.
    return { outcome: 'undecidable', error };
  }
  if (requirement.isSatisfiedBy(scopesOf(caller))) return { outcome: 'allowed', requirement };
  if (isConcealed(operation, caller)) return { outcome: 'concealed' };
  return { outcome: 'refused', requirement, target: operation.item?.target ?? theEndpoint };
}

/**
 * Whether lists show an item to the caller.
 *
 * @param item - an item of a list that the caller may see
 * @param caller - who asks
 */
export function isListed({ access }: CatalogItem, caller: Caller): boolean {
  return access.visibility === 'always' || access.requirement.isSatisfiedBy(scopesOf(caller));
}

/**
 * Whether the caller holds what an item needs as far as that does not depend on arguments. For lists that would
 * reveal more than the item's own entry.
 */
export function mayUse({ access }: CatalogItem, caller: Caller): boolean {
  return access.requirement.isSatisfiedBy(scopesOf(caller));
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

function requirementOf({ item }: Operation, { auth, endpoint }: Caller): CompiledRequirement {
  const ofEndpoint = endpoint === undefined ? [] : [endpoint.requirement];
  const ofItem = item === undefined ? [] : [item.access.requirementFor(item.args, auth)];
  return requireAll([...ofEndpoint, ...ofItem]);
}

/** A concealed item is not there for who lacks its scopes; what the endpoint itself demands is no secret. */
function isConcealed({ item }: Operation, caller: Caller): boolean {
  if (item?.access.visibility !== 'concealed') return false;
  return caller.endpoint === undefined || caller.endpoint.requirement.isSatisfiedBy(scopesOf(caller));
}

function scopesOf({ auth }: Caller): ReadonlySet<string> {
  return auth?.effectiveScopes ?? nobody;
}

/** MCP `basic/authorization#token-handling`: an expired token MUST receive a 401, whatever its scopes are. */
function rejectEnded({ auth, endpoint }: Caller): void {
  if (auth?.expiresAt === undefined) return;
  const latest = auth.expiresAt + (endpoint?.clockToleranceSeconds ?? 0);
  if (Date.now() / 1000 >= latest) throw new InvalidTokenError('The access token expired');
}
