import { channel } from 'node:diagnostics_channel';
import { AccessDeniedError } from '../../errors/access-denied-error.js';
import { plainName } from '../../errors/display-name.js';
import type { ErrorCode } from '../../errors/error-table.js';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { InsufficientAuthenticationError } from '../../errors/insufficient-authentication-error.js';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import { LimitError } from '../../errors/limit-error.js';
import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen, isPromise } from '../../promises/and-then.js';
import { attempt } from '../../promises/attempt.js';
import { within } from '../../promises/within.js';
import type { AccessDecision, DecisionListener } from '../resource/access-decision.js';
import { hookTimeoutMs } from './hook-timeout.js';
import type { RequestIdentity } from './request-identity.js';

/** The facts that only the place of a decision knows. */
export type DecisionFacts = Partial<AccessDecision> & Pick<AccessDecision, 'outcome' | 'stage'>;

const decisions = channel('express-mcp:decision');

/** Whether decisions have a listener. Without one, their texts need not be made. */
export function hasDecisionListeners(identity: RequestIdentity | undefined): boolean {
  return identity?.resource?.onDecision !== undefined || decisions.hasSubscribers;
}

/**
 * Tells the app's listener and the subscribers of the diagnostics channel `express-mcp:decision`.
 *
 * @param identity - what is known about the request
 * @param facts - the decision
 * @returns when it is recorded: at once, unless the app's listener is async
 * @throws what the app's listener throws; later, Error if it takes too long
 */
export function publishDecision(identity: RequestIdentity | undefined, facts: DecisionFacts): Eventually<void> {
  if (!hasDecisionListeners(identity)) return;
  const { subject, clientId, issuer, scopes } = identity?.auth ?? {};
  const decision: AccessDecision = Object.freeze({
    resource: identity?.resource?.identifier,
    scheme: identity?.scheme,
    subject,
    clientId,
    issuer,
    method: undefined,
    target: undefined,
    code: undefined,
    reason: undefined,
    cause: undefined,
    requiredScopes: undefined,
    grantedScopes: scopes,
    ...facts,
    ...boundedTexts(facts),
  });
  decisions.publish(decision);
  const onDecision = identity?.resource?.onDecision;
  if (onDecision !== undefined) return putOnRecord(decision, onDecision);
}

// In UTF-16 units. Some URIs in use are that long.
const maxTextLength = 2048;

/** Cleans texts that callers wrote, so that no name, URI or reason can forge a log line or fill the log. */
function boundedTexts({ method, target, reason }: DecisionFacts): Partial<AccessDecision> {
  return {
    method: method === undefined ? undefined : plainName(method, maxTextLength),
    reason: reason === undefined ? undefined : plainName(reason, maxTextLength),
    target: target?.name === undefined ? target : { ...target, name: plainName(target.name, maxTextLength) },
  };
}

/** Errors of listeners. A listener that failed is not told that the request was refused because of it. */
const failures = new WeakSet();

function putOnRecord(decision: AccessDecision, onDecision: DecisionListener): Eventually<void> {
  try {
    const recorded = onDecision(decision);
    if (isPromise(recorded)) return untilRecorded(recorded);
  } catch (error) {
    throw noted(error);
  }
}

async function untilRecorded(recorded: PromiseLike<unknown>): Promise<void> {
  try {
    await within(hookTimeoutMs, Promise.resolve(recorded), 'onDecision did not answer');
  } catch (error) {
    throw noted(error);
  }
}

function noted(error: unknown): unknown {
  if (error instanceof Error) failures.add(error);
  return error;
}

/**
 * Publishes a refusal. Errors that are no refusal, such as a malformed request, pass unpublished.
 *
 * @param error - the error that was thrown
 * @param stage - where
 * @param identity - what is known about the request
 * @param explain - turns an error of the app's listener into one for callers
 * @returns the error to answer with: the same, or one for the listener that failed
 */
export function publishRefusal(
  error: unknown,
  stage: AccessDecision['stage'],
  identity: RequestIdentity | undefined,
  explain: (failure: unknown) => unknown,
): Eventually<unknown> {
  if (!isPublished(error)) return error;
  if (!hasDecisionListeners(identity) || (error.cause instanceof Error && failures.has(error.cause))) return error;
  const facts: DecisionFacts = { stage: error instanceof LimitError ? 'limits' : stage, ...factsOf(error) };
  return attempt<unknown>(() => andThen(publishDecision(identity, facts), () => error), explain);
}

/**
 * Publishes the refusal of a call that is answered by a result, with the same facts as one that is thrown.
 *
 * @param error - why it is refused
 * @param identity - what is known about the request
 * @throws what the app's listener throws; later, Error if it takes too long
 */
export function publishAnsweredRefusal(
  error: ExpressMcpError,
  identity: RequestIdentity | undefined,
): Eventually<void> {
  return publishDecision(identity, { stage: 'authorization', ...factsOf(error) });
}

function factsOf(error: ExpressMcpError): Omit<DecisionFacts, 'stage'> {
  const { code, message: reason, cause } = error;
  const isAboutScopes = error instanceof InsufficientScopeError || error instanceof InsufficientAuthenticationError;
  return {
    outcome: 'refused',
    code,
    reason,
    cause,
    ...(isAboutScopes || error instanceof AccessDeniedError ? { target: error.target } : {}),
    ...(error instanceof LimitError ? { method: error.method, target: error.target } : {}),
    ...(isAboutScopes || error instanceof UnauthorizedError ? { requiredScopes: error.requiredScopes } : {}),
  };
}

/** Whether decisions tell of an error. */
export function isPublished(error: unknown): error is ExpressMcpError {
  return error instanceof ExpressMcpError && !unpublishedCodes.has(error.code);
}

/** Codes that tell about the form of a request or the state of the server, not about a caller or a call. */
const unpublishedCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'method_not_allowed',
  'not_acceptable',
  'unsupported_media_type',
  'shutting_down',
  'storage_unavailable',
]);
