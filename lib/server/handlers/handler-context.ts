import { InsufficientScopeError } from '../../errors/insufficient-scope-error.js';
import type { Auth } from '../../oauth/auth.js';
import { refuseForeignContext } from '../../registry/foreign-habits.js';
import type { CallContext, ClientFacts } from '../../registry/call-context.js';
import type { InputNeeds, InputResponses } from '../../registry/input-required.js';
import { InputRequired } from '../../registry/input-required.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { RequestId } from '../../jsonrpc/message.js';
import type { LogLevel } from '../../registry/log-level.js';
import type { RequestInWork } from '../call/call.js';
import { clientOf } from '../call/client-of.js';
import { requireCapabilities } from '../client-requests/client-capabilities.js';
import type { TimeLimit } from './time-limit.js';
import type { HandlerNotices } from './progress-and-log.js';
import type { InputRound } from '../../registry/input-round.js';
import type { Origin, UsableItem } from '../../registry/item.js';

/**
 * The second argument of a handler. Every member is made when it is read, since most handlers read few. Functions are, too, so that
 * `(args, { progress }) => …` works as well as `ctx.progress()`.
 */
export class HandlerContext implements CallContext {
  static {
    refuseForeignContext(this.prototype);
  }

  readonly #call: RequestInWork;
  readonly #time: Pick<TimeLimit, 'signal'>;
  readonly #round: InputRound;
  readonly #notices: HandlerNotices;
  readonly #origin: Origin | undefined;

  /**
   * @param call - the request
   * @param time - makes its signal
   * @param round - the client's earlier answers
   * @param notices - sends progress and log messages
   * @param origin - registry whose state the handler gets; undefined for the one that is served
   */
  constructor(
    call: RequestInWork,
    time: Pick<TimeLimit, 'signal'>,
    round: InputRound,
    notices: HandlerNotices,
    origin?: Origin,
  ) {
    this.#call = call;
    this.#time = time;
    this.#round = round;
    this.#notices = notices;
    this.#origin = origin;
  }

  /** The same with another `requestState`. */
  withRequestState(requestState: unknown): HandlerContext {
    const { inputResponses } = this.#round;
    return new HandlerContext(this.#call, this.#time, { inputResponses, requestState }, this.#notices, this.#origin);
  }

  /** The same for an item of an included registry. */
  within(origin: Origin): HandlerContext {
    return new HandlerContext(this.#call, this.#time, this.#round, this.#notices, origin);
  }

  /** The same for the handler of an item, whichever registry it belongs to. */
  of({ origins }: Pick<UsableItem, 'origins'>): HandlerContext {
    const own = origins?.at(-1);
    return own === undefined ? this : this.within(own);
  }

  get auth(): Auth | undefined {
    return this.#call.caller.auth;
  }

  get state(): unknown {
    return this.#origin === undefined ? this.#call.endpoint.catalog.state : this.#origin.state;
  }

  get request(): unknown {
    return this.#call.transportRequest;
  }

  get signal(): AbortSignal {
    return this.#time.signal;
  }

  get requestId(): RequestId {
    return this.#call.request.id;
  }

  get sessionId(): string | undefined {
    const { connection, endpoint } = this.#call;
    return endpoint.calls.transport === 'http' ? connection?.id : undefined;
  }

  get protocolVersion(): string {
    return this.#call.revision.version;
  }

  get inputResponses(): InputResponses | undefined {
    return this.#round.inputResponses;
  }

  get requestState(): unknown {
    return this.#round.requestState;
  }

  get client(): ClientFacts {
    return clientOf(this.#call);
  }

  get meta(): CallContext['meta'] {
    const { _meta: meta } = this.#call.request.params;
    return isObject(meta) ? meta : {};
  }

  get requireScopes(): CallContext['requireScopes'] {
    return (...scopes) => {
      const { auth } = this;
      if (auth?.has(...scopes) === true) {
        this.#call.outbox.demand?.(scopes);
        return;
      }
      throw new InsufficientScopeError({ requiredScopes: scopes, grantedScopes: auth?.scopes ?? [] });
    };
  }

  get requireClientCapabilities(): CallContext['requireClientCapabilities'] {
    return (required) => {
      requireCapabilities(this.client.capabilities, required);
    };
  }

  get progress(): CallContext['progress'] {
    return (progress, total, message) => alsoUnawaited(this.#notices.progress(progress, total, message));
  }

  get log(): CallContext['log'] {
    return (level: LogLevel, data, logger) => alsoUnawaited(this.#notices.log(level, data, logger));
  }

  get inputRequired(): CallContext['inputRequired'] {
    return (needs: InputNeeds) => new InputRequired(needs);
  }

  get closeStream(): CallContext['closeStream'] {
    return (retryMs) => {
      this.#call.outbox.closeConnection(retryMs);
    };
  }
}

/** Passes a failure to callers that await. Without one, the rejection must not end the process (Node: unhandled rejections). */
function alsoUnawaited(sent: Promise<void>): Promise<void> {
  sent.catch(() => undefined);
  return sent;
}
