import { ProtocolError } from '../../errors/protocol-error.js';
import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import type { ItemAccess } from '../../registry/access.js';
import { authorize } from './authorize.js';
import type { Caller } from './caller.js';
import type { Decision } from './decide-item.js';
import type { OperationItem } from './operation.js';

/** A request for a route of the app's own. */
export interface RouteRequest extends Pick<OperationItem, 'args'> {
  /** Method and path as the app wrote it. */
  readonly name: string;
  /** Scopes that a caller without a token is told to ask for. */
  readonly wantedScopes: readonly string[];
}

/**
 * The decision about routes: whether a caller may pass these guards. A route is guarded because it is not for everyone, so its
 * callers have to be authenticated, also where those of the endpoint do not.
 *
 * @param guards - what each demands
 * @param asked - what is asked for
 * @param caller - who asks
 * @throws UnauthorizedError when the caller is not authenticated, and what {@link authorize} throws; it rejects with it if a function of the app answers
 *   later
 */
export function authorizeRoute(
  guards: readonly ItemAccess[],
  { args, name, wantedScopes }: RouteRequest,
  caller: Caller,
): Eventually<Decision | undefined> {
  if (caller.auth === undefined) throw new UnauthorizedError(wantedScopes);
  const target = { kind: 'route', name } as const;
  const items = guards.map((access) => ({ access, target, args, notFound }));
  const decisions = authorize([{ items, invoke: () => ({}) }], caller);
  return andThen(decisions, ([decision]) => decision);
}

function notFound(): ProtocolError {
  return new ProtocolError('method_not_found');
}
