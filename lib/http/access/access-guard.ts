import type { IncomingMessage, ServerResponse } from 'node:http';
import { ExpressMcpError } from '../../errors/express-mcp-error.js';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import { readableError } from '../../errors/readable-error.js';
import { UnauthorizedError } from '../../errors/unauthorized-error.js';
import type { Auth } from '../../oauth/auth.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen, isPromise } from '../../promises/and-then.js';
import { attempt } from '../../promises/attempt.js';
import { authorizeAnyUse } from '../../server/authorization/authorize.js';
import { endpointMethods } from '../fields/cors.js';
import type { Exchange, Middleware } from '../fields/hosted-request.js';
import { asksForPage } from '../page/asks-for-page.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import type { Authenticated } from './authenticate.js';
import { authenticate } from './authenticate.js';
import type { ListenersBehind } from './explain-failure.js';
import { explainFailure } from './explain-failure.js';
import { inTime } from './hook-timeout.js';
import { publishDecision, publishRefusal } from './publish-decision.js';
import { raiseError } from './raise-error.js';
import { isSettledBeforehand } from './settled-beforehand.js';
import type { RequestIdentity } from './request-identity.js';

/** Abilities of a host that the guard needs and that Node's HTTP lacks. */
export interface GuardHost {
  /** The endpoint behind the guard that would answer this request and knows which other scopes its message needs. */
  endpointBehind(request: IncomingMessage, identity: RequestIdentity): Middleware | undefined;
  /**
   * Answers a request with the page behind the guard, if there is one for it.
   *
   * @returns whether it was answered
   */
  answerWithPage(request: IncomingMessage, response: ServerResponse, identity: RequestIdentity): boolean;
  /** The app's listeners to errors and problems, as the endpoint behind the guard was given them. */
  listenersBehind(request: IncomingMessage, identity: RequestIdentity): ListenersBehind | undefined;
  /**
   * Tells the endpoint behind the guard about a request that never gets there, for its records of calls.
   *
   * @returns when the request can be answered; at once without listeners
   */
  recordRefusal(request: IncomingMessage, identity: RequestIdentity, error: unknown): Promise<void> | undefined;
  /** Whether error handling of the app could see a refusal by the guard. */
  seesErrors(request: IncomingMessage, identity: RequestIdentity): boolean;
  /** Makes the caller known in the host's own way. */
  admitted(request: IncomingMessage, auth: Auth): void;
}

/** One request in front of the endpoint. */
interface Passage extends Exchange {
  readonly identity: RequestIdentity;
}

/** Stands in front of an endpoint: lets callers pass who are known and hold the endpoint's scopes, and refuses all others. */
export class AccessGuard {
  readonly #resource: ProtectedResource;
  readonly #host: GuardHost;

  constructor(resource: ProtectedResource, host: GuardHost) {
    this.#resource = resource;
    this.#host = host;
  }

  /** Answers a request for the endpoint, refuses it, or lets it pass. */
  meet(passage: Passage): Promise<void> | void {
    const { request, identity } = passage;
    if (isSettledBeforehand(passage, this.#resource.cors, endpointMethods)) return;
    // From here on the request is known to be for this endpoint, also in answers to errors.
    identity.begin(this.#resource);
    const admitted = attempt(
      () => andThen(inTime(authenticate(request, this.#resource, identity)), (found) => this.#admit(found, passage)),
      (error) => andThen(this.#refuse(readableError(error), passage), () => false),
    );
    return andThen(admitted, (mayPass) => {
      if (mayPass) passage.next();
    });
  }

  /** @throws what `authorize` throws about the endpoint as a whole, and what the app's listener throws, or rejects with it */
  #admit({ auth, nextNonce }: Authenticated, { request, response, identity }: Passage): Eventually<boolean> {
    identity.auth = auth;
    if (nextNonce !== undefined) response.setHeader('DPoP-Nonce', nextNonce);
    if (auth !== undefined) {
      this.#resource.problems.tokenAccepted();
      this.#host.admitted(request, auth);
    }
    return andThen(publishDecision(identity, { stage: 'authentication', outcome: 'accepted' }), () => {
      authorizeAnyUse({ auth, endpoint: this.#resource.policy });
      return true;
    });
  }

  #refuse(thrown: unknown, passage: Passage): Eventually<void> {
    if (thrown instanceof UnauthorizedError && this.#showPage(passage)) return;
    const { request, response, identity } = passage;
    const explain = (failure: unknown): unknown =>
      explainFailure(failure, this.#resource, () => this.#host.listenersBehind(request, identity));
    const error = explain(thrown);
    const isAboutScopes = error instanceof InsufficientScopeError;
    const endpoint = isAboutScopes ? this.#host.endpointBehind(request, identity) : undefined;
    const refuseHere = (): Eventually<void> => {
      const stage = isAboutScopes ? 'authorization' : 'authentication';
      return andThen(publishRefusal(error, stage, identity, explain), (refusal) => {
        identity.refusal = refusal;
        if (refusal instanceof ExpressMcpError) this.#resource.decisions.count(refusal.code);
        return andThen(this.#host.recordRefusal(request, identity, refusal), () => {
          this.#raise(refusal, passage);
        });
      });
    };
    if (endpoint === undefined) return refuseHere();
    identity.lacksScopes = true;
    // The endpoint knows which other scopes the message needs. In any case, no handler behind it sees this request.
    endpoint(request, response, (other?: unknown) => {
      if (other === undefined) {
        const refused = refuseHere();
        if (isPromise(refused)) refused.catch(passage.next);
        return;
      }
      this.#raise(other, passage);
    });
  }

  #raise(refusal: unknown, passage: Passage): void {
    const { request, identity } = passage;
    identity.refusal = refusal;
    raiseError(refusal, passage, identity, this.#host.seesErrors(request, identity));
  }

  /** A browser without credentials may see what the endpoint is, if the app has a page for that. */
  #showPage({ request, response, next, identity }: Passage): boolean {
    if (!asksForPage(request)) return false;
    try {
      return this.#host.answerWithPage(request, response, identity);
    } catch (error) {
      identity.refusal = error;
      next(error);
      return true;
    }
  }
}
