import type { IncomingMessage } from 'node:http';
import { InvalidRequestError } from '../../errors/invalid-request-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import type { Auth } from '../../oauth/auth.js';
import { noRequirement } from '../../oauth/scope-requirement.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import { attempt } from '../../promises/attempt.js';
import type { ItemAccess } from '../../registry/access.js';
import { askForScopes } from '../../server/authorization/ask-app.js';
import { authorizeRoute } from '../../server/authorization/authorize-route.js';
import type { Caller } from '../../server/authorization/caller.js';
import type { Exchange, HostedRequest } from '../fields/hosted-request.js';
import { pathnameOf } from '../fields/request-path.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import type { Authenticated } from './authenticate.js';
import { authenticate } from './authenticate.js';
import { explainFailure } from './explain-failure.js';
import { inTime } from './hook-timeout.js';
import { publishDecision, publishRefusal } from './publish-decision.js';
import { raiseError } from './raise-error.js';
import { isSettledBeforehand } from './settled-beforehand.js';
import type { RequestIdentity } from './request-identity.js';

/** One request for a route. */
interface Passage extends Exchange {
  readonly identity: RequestIdentity;
  /** Method and path as the app wrote it, such as `DELETE /api/notes/:id`. */
  readonly route: string;
}

/**
 * Protects a route of the app with the tokens and the decision of the endpoint, but only with the route's own demands. It does not read
 * the body.
 */
export class RouteGuard {
  readonly #resource: ProtectedResource;
  readonly #access: ItemAccess;
  readonly #admitted: (request: IncomingMessage, auth: Auth) => void;

  /** @param admitted - makes the caller known in the host's own way */
  constructor(
    resource: ProtectedResource,
    access: ItemAccess,
    admitted: (request: IncomingMessage, auth: Auth) => void,
  ) {
    this.#resource = resource;
    this.#access = access;
    this.#admitted = admitted;
  }

  /** Refuses a request, or lets it pass. */
  meet(passage: Passage): Promise<void> | void {
    // The app's routes decide which methods exist.
    const methods = passage.request.headers['access-control-request-method'] ?? '';
    if (isSettledBeforehand(passage, this.#resource.cors, methods)) return;
    const admitted = attempt(
      () => andThen(this.#authenticate(passage), () => this.#admit(passage)),
      (thrown) => this.#refuse(thrown, passage),
    );
    return andThen(admitted, (mayPass) => {
      if (mayPass) passage.next();
    });
  }

  #refuse(thrown: unknown, passage: Passage): Eventually<false> {
    const { identity } = passage;
    const explain = (failure: unknown): unknown => explainFailure(failure, this.#resource, () => undefined);
    const stage = identity.auth === undefined ? 'authentication' : 'authorization';
    return andThen(publishRefusal(explain(thrown), stage, identity, explain), (refusal) => {
      identity.refusal = refusal;
      raiseError(refusal, passage, identity);
      return false;
    });
  }

  /** A request that passes several guards is authenticated once, because a DPoP proof counts only once (RFC 9449 §11.1). */
  #authenticate({ request, response, identity }: Passage): Eventually<void> {
    if (identity.resource === this.#resource && identity.auth !== undefined) return;
    identity.begin(this.#resource);
    const authenticated = andThen(this.#scopesWithoutCaller(request), (scopes) => {
      identity.wantedScopes = scopes;
      return inTime(authenticate(request, this.#resource, identity, () => publicUrlOf(request, this.#resource)));
    });
    return andThen(authenticated, ({ auth, nextNonce }: Authenticated) => {
      identity.auth = auth;
      if (nextNonce !== undefined) response.setHeader('DPoP-Nonce', nextNonce);
      if (auth !== undefined) this.#admitted(request, auth);
      return publishDecision(identity, { stage: 'authentication', outcome: 'accepted' });
    });
  }

  /** @throws what `authorizeRoute` throws about the route, or rejects with it if a function of the app answers later */
  #admit({ request, identity, route }: Passage): Eventually<boolean> {
    const { auth, wantedScopes = [] } = identity;
    const { clockToleranceSeconds } = this.#resource.policy;
    const decided = authorizeRoute(
      [this.#access],
      { name: route, args: argumentsOf(request), wantedScopes },
      { auth, endpoint: { requirement: noRequirement, clockToleranceSeconds } },
    );
    return andThen(decided, (decision) => {
      if (decision?.outcome === 'undecidable') throw ofHttp(decision.error);
      const target = { kind: 'route', name: route } as const;
      const accepted = publishDecision(identity, { stage: 'authorization', outcome: 'accepted', target });
      return andThen(accepted, () => decision?.outcome === 'allowed');
    });
  }

  /** The scopes that a client without a token is told to ask for; none if they depend on the caller. */
  #scopesWithoutCaller(request: IncomingMessage): Eventually<readonly string[]> {
    const asked = { access: this.#access, args: argumentsOf(request) };
    return attempt<readonly string[]>(
      () => andThen(askForScopes(asked, unknownCaller), (requirement) => requirement.scopesToAskFor(new Set())),
      () => [],
    );
  }
}

/**
 * The public URL of a route (RFC 9449 §4.3 step 9). It consists of the resource's origin, the prefix that a proxy strips, and the path
 * as it was sent. `Host` and forwarded header fields do not count.
 */
function publicUrlOf({ originalUrl, url }: HostedRequest, resource: ProtectedResource): URL {
  const { origin, pathname } = resource.url;
  const prefix = pathname.endsWith(resource.path) ? pathname.slice(0, pathname.length - resource.path.length) : '';
  return new URL(origin + prefix + pathnameOf(originalUrl ?? url));
}

/** Turns errors about a request that can name no scope into "malformed", in the words of HTTP. */
function ofHttp(error: unknown): unknown {
  return error instanceof ProtocolError ? new InvalidRequestError('No scope can stand for this request') : error;
}

const unknownCaller: Caller = { auth: undefined, endpoint: undefined };

/** Functions of a route get the request, as those of a tool get its arguments. */
function argumentsOf(request: IncomingMessage): Readonly<Record<string, unknown>> {
  return request as unknown as Readonly<Record<string, unknown>>;
}
