import { ConfigurationError } from '../errors/configuration-error.js';
import { ProtocolError } from '../errors/protocol-error.js';
import { isObject } from '../jsonrpc/parse-message.js';
import { isShortScope } from '../oauth/scope.js';
import type { Auth } from '../oauth/auth.js';
import { describeRequirement } from '../oauth/describe-requirement.js';
import type { NormalRequirement, ScopeRequirement } from '../oauth/scope-requirement.js';
import { compileRequirement, noRequirement } from '../oauth/scope-requirement.js';
import type { Eventually } from '../promises/and-then.js';
import { andThen } from '../promises/and-then.js';
import type { AuthenticationDefinition, CompiledAuthentication } from './authentication.js';
import { compileAuthentication } from './authentication.js';

/**
 * Scopes that depend on the arguments. It runs before the handler and before the arguments are validated, so treat them as untrusted.
 * (Callers without access must learn nothing about a tool's schema.) It may be async, and has the item's time limit. If it throws,
 * rejects, takes too long or returns an invalid value, the call is refused.
 */
export type ScopeFunction = (
  args: Readonly<Record<string, unknown>>,
  auth: Auth | undefined,
) => Eventually<ScopeRequirement>;

/**
 * Visibility of an item in lists. `always`: to every caller, so that a client can ask for the scopes. `granted`: only to callers who
 * hold them; calls of others are refused with 403. `concealed`: for callers without them the item does not exist.
 */
export type Visibility = 'always' | 'concealed' | 'granted';

/** The question that a policy decides. */
export interface PolicyQuestion {
  /**
   * `use`: may the caller do this? `list`: is the item shown in lists? Then there are no arguments, and both `false` and a text hide
   * it. Lists are only decided with `visibility: 'granted'` or `'concealed'`.
   */
  readonly purpose: 'list' | 'use';
}

/**
 * Decides by anything but scopes: tenant, role, time, rows of a database. It runs before the handler and before the arguments are
 * validated, whether or not the token has the scopes; treat the arguments as untrusted. True lets the call pass. False refuses it, and
 * so does a text, which becomes the client's reason. It may be async, and has the item's time limit. If it throws, rejects, takes too
 * long or returns an invalid value, the call is refused.
 */
export type Policy = (
  args: Readonly<Record<string, unknown>>,
  auth: Auth | undefined,
  question: PolicyQuestion,
) => Eventually<boolean | string>;

/** The access rules of a definition. */
export interface AccessDefinition {
  /** Scopes that a caller must hold. Default: only those that the endpoint demands. */
  readonly scopes?: ScopeFunction | ScopeRequirement;
  /** Default `always`. */
  readonly visibility?: Visibility;
  /** How strongly and how recently the user must have signed in (RFC 9470). Default: any sign-in. */
  readonly authentication?: AuthenticationDefinition;
  /** A policy that decides, too. Callers whom it refuses are not asked for scopes, since more of them would not help. */
  readonly policy?: Policy;
}

/** Access to one item, compiled at registration. */
export interface ItemAccess {
  /** The developer's rules, for a registry that includes the item and adds to them. */
  readonly said: AccessDefinition;
  readonly visibility: Visibility;
  /** The part of the requirement that does not depend on arguments. */
  readonly requirement: NormalRequirement;
  /**
   * The same in words, or that it depends on the arguments. Made at registration: later changes to an array change neither the rules
   * nor their description.
   */
  readonly description: string;
  /** Whether a function decides, so that the scopes are only known at a call. */
  readonly dependsOnArguments: boolean;
  readonly authentication: CompiledAuthentication | undefined;
  readonly policy: Policy | undefined;
  /** Time limit of a policy or a scope function, in milliseconds; undefined if the item has none of its own. */
  readonly timeoutMs: number | undefined;
  /** The requirement for one call. */
  requirementFor(args: Readonly<Record<string, unknown>>, auth: Auth | undefined): Eventually<NormalRequirement>;
}

const visibilities: readonly unknown[] = ['always', 'granted', 'concealed'];

/**
 * Compiles the access rules of one item.
 *
 * @param definition - what the developer wrote
 * @param owner - its owner, for messages, such as `tool "add"`
 * @param timeoutMs - the item's time limit, if it has one
 * @throws ConfigurationError `invalid_scope` or `invalid_option`
 */
export function compileAccess(definition: AccessDefinition, owner: string, timeoutMs?: number): ItemAccess {
  const { scopes = [], visibility = 'always', authentication, policy } = definition;
  if (!visibilities.includes(visibility)) {
    throw new ConfigurationError('invalid_option', `${owner}: visibility must be 'always', 'granted' or 'concealed'.`);
  }
  if (policy !== undefined && typeof policy !== 'function') {
    throw new ConfigurationError('invalid_option', `${owner}: policy must be a function.`);
  }
  const common = {
    visibility,
    policy,
    timeoutMs,
    authentication: authentication === undefined ? undefined : compileAuthentication(authentication, owner),
  };
  if (typeof scopes !== 'function') {
    const requirement = compileRequirement(scopes, owner);
    return {
      ...common,
      said: saidIn(definition),
      requirement,
      description: describeRequirement(scopes),
      dependsOnArguments: false,
      requirementFor: () => requirement,
    };
  }
  if (visibility !== 'always') {
    throw new ConfigurationError(
      'invalid_option',
      `${owner}: scopes that depend on the arguments cannot decide what is listed. ` +
        "Leave visibility at 'always', or give fixed scopes.",
    );
  }
  const compile = (found: ScopeRequirement): NormalRequirement => compileForArguments(found, owner);
  return {
    ...common,
    said: saidIn(definition),
    requirement: noRequirement,
    description: 'depends on arguments',
    dependsOnArguments: true,
    requirementFor: (args, auth) => andThen(scopes(args, auth), compile),
  };
}

const members = ['scopes', 'visibility', 'authentication', 'policy'] as const;

/** A copy of the access rules in a definition, which were checked, so that later changes have no effect. */
function saidIn(definition: AccessDefinition): AccessDefinition {
  const said = members.filter((member) => definition[member] !== undefined);
  return Object.fromEntries(said.map((member) => [member, copyOf(definition[member])]));
}

function copyOf(rule: unknown): unknown {
  if (Array.isArray(rule)) return rule.map(copyOf);
  if (!isObject(rule)) return rule;
  return Object.fromEntries(Object.entries(rule).map(([name, part]) => [name, copyOf(part)]));
}

/**
 * Compiles the scopes that a function made of arguments. Invalid scopes, too many of them, or an empty choice are the caller's mistake.
 * Any other result that is not a requirement is the developer's mistake.
 *
 * @throws ProtocolError `invalid_params` for the caller's mistake
 * @throws ConfigurationError `invalid_scope` for the developer's
 */
function compileForArguments(found: ScopeRequirement, owner: string): NormalRequirement {
  const isRequirement = checkParts(found);
  try {
    return compileRequirement(found, owner);
  } catch (error) {
    throw isRequirement ? noScopeForThese() : error;
  }
}

// Few enough to decide quickly, and more than any call needs.
const maxPartsOfRequirement = 200;

/**
 * Checks each part before all of them are combined, which takes longer.
 *
 * @returns whether each is a text, an array, or a combination of some
 */
function checkParts(found: unknown): boolean {
  const waiting = [found];
  let isRequirement = true;
  // The list grows during the loop.
  for (const part of waiting) {
    const parts = partsOf(part);
    const isTooMuch = waiting.length + (parts?.length ?? 0) > maxPartsOfRequirement;
    if (isTooMuch || (typeof part === 'string' && !isShortScope(part))) throw noScopeForThese();
    if (parts === undefined && typeof part !== 'string') isRequirement = false;
    waiting.push(...(parts ?? []));
  }
  return isRequirement;
}

/** Undefined for a value without parts. */
function partsOf(part: unknown): readonly unknown[] | undefined {
  if (Array.isArray(part)) return part as readonly unknown[];
  if (!isObject(part)) return undefined;
  const combined = [part['anyOf'], part['allOf']].filter((each) => Array.isArray(each));
  return combined.length === 0 ? undefined : combined.flat();
}

function noScopeForThese(): ProtocolError {
  return new ProtocolError('invalid_params', 'Invalid params: no scope can stand for these arguments');
}
