import { isPromise } from '../../promises/and-then.js';
import type { Eventually } from '../../promises/and-then.js';
import { within } from '../../promises/within.js';
import { BrokenContractError } from '../../oauth/broken-contract-error.js';
import type { NormalRequirement } from '../../oauth/scope-requirement.js';
import type { ItemAccess, Policy, PolicyQuestion } from '../../registry/access.js';
import type { Caller } from './caller.js';

// For items without a limit, if the router has none either.
const defaultTimeoutMs = 30_000;

/** Facts for the decisions of the app's functions. */
export interface Asked {
  readonly access: ItemAccess;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Asks for the scopes that an item needs.
 *
 * @throws what a scope function throws; later, Error if it takes too long
 */
export function askForScopes({ access, args }: Asked, caller: Caller): Eventually<NormalRequirement> {
  const requirement = access.requirementFor(args, caller.auth);
  return isPromise(requirement) ? inTime(requirement, 'The function scopes', access, caller) : requirement;
}

/**
 * Asks an item's policy.
 *
 * @param policy - the item's
 * @param question - the facts
 * @returns true, or the refusal: a text for the client, or false
 * @throws what the policy throws; BrokenContractError for an invalid answer; later, Error if it takes too long
 */
export function askPolicy(
  policy: Policy,
  { access, args }: Asked,
  caller: Caller,
  question: PolicyQuestion,
): Eventually<boolean | string> {
  const verdict = policy(args, caller.auth, question);
  return isPromise(verdict)
    ? inTime(verdict, 'The policy', access, caller).then(assertVerdict)
    : assertVerdict(verdict);
}

function inTime<T>(answer: PromiseLike<T>, what: string, access: ItemAccess, caller: Caller): Promise<T> {
  const milliseconds = access.timeoutMs ?? caller.timeoutMs ?? defaultTimeoutMs;
  return within(milliseconds, Promise.resolve(answer), `${what} did not answer`);
}

/** An invalid answer must not count as a yes. */
function assertVerdict(verdict: unknown): boolean | string {
  if (typeof verdict === 'boolean' || typeof verdict === 'string') return verdict;
  throw new BrokenContractError('A policy must return true, false, or a text that says why not');
}
