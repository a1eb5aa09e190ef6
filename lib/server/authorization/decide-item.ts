import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import type { CompiledRequirement } from '../../oauth/scope-requirement.js';
import { noRequirement, requireAll } from '../../oauth/scope-requirement.js';
import { isPromise } from '../../promises/and-then.js';
import type { Eventually } from '../../promises/and-then.js';
import type { ItemAccess, PolicyQuestion } from '../../registry/access.js';
import type { CompiledAuthentication } from '../../registry/authentication.js';
import { askForScopes, askPolicy } from './ask-app.js';
import type { Caller } from './caller.js';
import type { OperationItem } from './operation.js';

/** A decision about one operation. */
export type Decision =
  | { readonly outcome: 'allowed'; readonly requirement: CompiledRequirement }
  /** `error` is set if the item is hidden because its policy failed; it is for the app, not for the caller. */
  | { readonly outcome: 'concealed'; readonly error?: unknown }
  | { readonly outcome: 'undecidable'; readonly error: unknown };

/** A decision about one message of a request. */
export type MessageDecision =
  | Decision
  /** It is refused, in its own answer. */
  | { readonly outcome: 'answered'; readonly error: ExpressMcpError };

/** A refusal of one operation; one error is made for all of them. */
export type Refusal =
  | { readonly outcome: 'denied'; readonly target: RefusedTarget; readonly reason: string | undefined }
  | {
      readonly outcome: 'refused';
      readonly requirement: CompiledRequirement;
      /** Set if the sign-in does not suffice, whatever the scopes are. */
      readonly authentication: CompiledAuthentication | undefined;
      readonly target: RefusedTarget;
    };

/** The item of an operation; undefined for the endpoint as a whole. */
export type Wanted = Pick<OperationItem, 'access' | 'args' | 'target'> | undefined;

const theEndpoint: RefusedTarget = { kind: 'endpoint' };
const nobody: ReadonlySet<string> = new Set();
const toUse: PolicyQuestion = Object.freeze({ purpose: 'use' });

/** The scopes that a caller holds, including those that the hierarchy adds. */
export function scopesOf({ auth }: Caller): ReadonlySet<string> {
  return auth?.effectiveScopes ?? nobody;
}

/** Whether a decision is a refusal. */
export function isRefusal(decided: Decision | Refusal): decided is Refusal {
  return decided.outcome === 'refused' || decided.outcome === 'denied';
}

/** Decides about use of the endpoint in general. */
export function decideAnyUse(caller: Caller): Decision | Refusal {
  return byScopes(caller.endpoint?.requirement ?? noRequirement, undefined, caller);
}

/**
 * Decides about one item. It never throws and never rejects: if no decision is possible, the caller may not use the item.
 *
 * @param item - undefined for the endpoint as a whole
 * @param caller - who wants to use it
 * @param question - the facts for a policy
 * @returns the decision, at once unless a function of the app answers later
 */
export function decideItem(item: Wanted, caller: Caller, question = toUse): Eventually<Decision | Refusal> {
  try {
    const judged = judge(item, caller, question);
    return isPromise(judged) ? decideLater(judged, item, caller) : judged;
  } catch (error) {
    return withoutAnswer(error, item, caller);
  }
}

async function decideLater(
  judged: Promise<Decision | Refusal>,
  item: Wanted,
  caller: Caller,
): Promise<Decision | Refusal> {
  try {
    return await judged;
  } catch (error) {
    return withoutAnswer(error, item, caller);
  }
}

/** Callers who may not use the endpoint learn nothing about the item, and no caller learns that a concealed one exists. */
function withoutAnswer(error: unknown, item: Wanted, caller: Caller): Decision | Refusal {
  const outcome = item?.access.visibility === 'concealed' ? 'concealed' : 'undecidable';
  return refusalByEndpoint(caller) ?? { outcome, error };
}

function judge(item: Wanted, caller: Caller, question: PolicyQuestion): Eventually<Decision | Refusal> {
  if (item === undefined) return decideAnyUse(caller);
  const ofEndpoint = caller.endpoint?.requirement ?? noRequirement;
  const ofItem = askForScopes(item, caller);
  if (isPromise(ofItem)) return judgeLater(ofItem, item, caller, question);
  return judgeItem(ofEndpoint.isNothing ? ofItem : requireAll([ofEndpoint, ofItem]), item, caller, question);
}

async function judgeLater(
  ofItem: Promise<CompiledRequirement>,
  item: NonNullable<Wanted>,
  caller: Caller,
  question: PolicyQuestion,
): Promise<Decision | Refusal> {
  const ofEndpoint = caller.endpoint?.requirement ?? noRequirement;
  return judgeItem(requireAll([ofEndpoint, await ofItem]), item, caller, question);
}

function judgeItem(
  requirement: CompiledRequirement,
  item: NonNullable<Wanted>,
  caller: Caller,
  question: PolicyQuestion,
): Eventually<Decision | Refusal> {
  if (!holdsScopesToSee(item.access, caller)) return refusalByEndpoint(caller) ?? { outcome: 'concealed' };
  const { policy } = item.access;
  // Callers who have not signed in are told to first, so that the policy knows the caller.
  const isKnown = caller.auth !== undefined || requirement.isSatisfiedBy(nobody);
  if (policy === undefined || !isKnown) return byScopes(requirement, item, caller);
  const verdict = askPolicy(policy, item, caller, question);
  return isPromise(verdict)
    ? byPolicyLater(verdict, requirement, item, caller)
    : byPolicy(verdict, requirement, item, caller);
}

async function byPolicyLater(
  verdict: Promise<boolean | string>,
  ...rest: [CompiledRequirement, NonNullable<Wanted>, Caller]
): Promise<Decision | Refusal> {
  return byPolicy(await verdict, ...rest);
}

function byPolicy(
  verdict: boolean | string,
  requirement: CompiledRequirement,
  item: NonNullable<Wanted>,
  caller: Caller,
): Decision | Refusal {
  if (verdict === true) return byScopes(requirement, item, caller);
  if (item.access.visibility === 'concealed') return refusalByEndpoint(caller) ?? { outcome: 'concealed' };
  return { outcome: 'denied', target: item.target, reason: verdict === '' || verdict === false ? undefined : verdict };
}

function byScopes(requirement: CompiledRequirement, item: Wanted, caller: Caller): Decision | Refusal {
  const authentication = insufficientAuthentication(item?.access, caller);
  if (authentication === undefined && requirement.isSatisfiedBy(scopesOf(caller))) {
    return { outcome: 'allowed', requirement };
  }
  return { outcome: 'refused', requirement, authentication, target: item?.target ?? theEndpoint };
}

/** Undefined if the caller holds the scopes that the endpoint demands for every use. */
function refusalByEndpoint(caller: Caller): Refusal | undefined {
  const requirement = caller.endpoint?.requirement;
  if (requirement === undefined || requirement.isSatisfiedBy(scopesOf(caller))) return undefined;
  return { outcome: 'refused', requirement, authentication: undefined, target: theEndpoint };
}

/** A concealed item does not exist for callers who lack its own scopes; even a challenge must not name them. */
export function holdsScopesToSee({ visibility, requirement }: ItemAccess, caller: Caller): boolean {
  return visibility !== 'concealed' || requirement.isSatisfiedBy(scopesOf(caller));
}

/** The missing kind of sign-in; undefined if the caller's suffices. */
function insufficientAuthentication(
  access: ItemAccess | undefined,
  { auth, endpoint }: Caller,
): CompiledAuthentication | undefined {
  const authentication = access?.authentication;
  if (authentication === undefined) return undefined;
  const isEnough = auth !== undefined && authentication.isSatisfiedBy(auth, endpoint?.clockToleranceSeconds ?? 0);
  return isEnough ? undefined : authentication;
}
