import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import { andThen } from '../../promises/and-then.js';
import { attempt } from '../../promises/attempt.js';
import { authorize } from '../../server/authorization/authorize.js';
import { anyUse } from '../../server/authorization/operation.js';
import type { Authenticated } from './authenticate.js';
import { authenticate } from './authenticate.js';
import { allowOrigin, answerPreflight, isPreflight } from '../fields/cors.js';
import { prepareError } from './error-response.js';
import { exposeAuth } from '../../express/req-auth.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import { publishDecision, publishRefusal } from './publish-decision.js';
import type { RequestState } from './request-identity.js';
import { findRouterBehind } from '../../express/endpoint-behind.js';

/** One request in front of the endpoint. */
interface Passage {
  readonly request: Request;
  readonly response: Response;
  readonly next: NextFunction;
  readonly state: RequestState;
}

/** Stands in front of an endpoint: who is known and holds what it demands of everybody may pass, all others are refused. */
export class AccessGuard {
  readonly #resource: ProtectedResource;
  readonly #middleware: RequestHandler;

  /** @param middleware - the function that Express was given; routers behind it help to refuse */
  constructor(resource: ProtectedResource, middleware: RequestHandler) {
    this.#resource = resource;
    this.#middleware = middleware;
  }

  /** Answers a request for the endpoint, refuses it, or lets it pass. */
  meet(passage: Passage): Promise<void> | void {
    const { request, response, state } = passage;
    // From here on the request is known to be for this endpoint, also in answers to errors.
    state.begin(this.#resource);
    const { cors } = this.#resource;
    if (cors !== undefined) {
      allowOrigin(cors, request, response);
      if (isPreflight(request)) {
        answerPreflight(request, response);
        return;
      }
    }
    const admitted = attempt(
      () => andThen(authenticate(request, this.#resource, state), (found) => this.#admit(found, passage)),
      (error) => {
        this.#refuse(error, passage);
        return false;
      },
    );
    return andThen(admitted, (mayPass) => {
      if (mayPass) passage.next();
    });
  }

  /** @throws what `authorize` throws about the endpoint as a whole */
  #admit({ auth, nextNonce }: Authenticated, { request, response, state }: Passage): boolean {
    state.auth = auth;
    if (nextNonce !== undefined) response.setHeader('DPoP-Nonce', nextNonce);
    if (auth !== undefined) exposeAuth(request, auth);
    publishDecision(state, { stage: 'authentication', outcome: 'accepted' });
    authorize([anyUse], { auth, endpoint: this.#resource.policy });
    return true;
  }

  #refuse(error: unknown, { request, response, next, state }: Passage): void {
    const isAboutScopes = error instanceof InsufficientScopeError;
    const router = isAboutScopes ? findRouterBehind(request, this.#middleware, state) : undefined;
    const refuseHere = (): void => {
      const stage = isAboutScopes ? 'authorization' : 'authentication';
      next(prepareError(publishRefusal(error, stage, state), state));
    };
    if (router === undefined) {
      refuseHere();
      return;
    }
    // It knows which other scopes the message needs. Whatever it does, nobody behind it gets to see this request.
    void router(request, response, (other?: unknown) => {
      if (other === undefined) refuseHere();
      else next(other);
    });
  }
}
