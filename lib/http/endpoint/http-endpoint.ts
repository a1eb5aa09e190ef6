import type { ServerResponse } from 'node:http';
import { LimitError } from '../../errors/limit-error.js';
import { ProtocolError } from '../../errors/protocol-error.js';
import { isPromise } from '../../promises/and-then.js';
import type { Catalog } from '../../registry/catalog.js';
import { tasksExtension } from '../../registry/task-support.js';
import type { Caller } from '../../server/authorization/caller.js';
import { authorizeAnyUse } from '../../server/authorization/authorize.js';
import { Dispatcher } from '../../server/dispatch/dispatcher.js';
import type { Session } from '../../server/sessions/session.js';
import type { LastingStream } from '../../server/transport/outgoing-reply.js';
import type { EndpointStats, ObservableEndpoint } from '../../server/calls/endpoint-stats.js';
import { announceEndpoint, withdrawEndpoint } from '../../server/calls/endpoint-stats.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import { checkAcceptsJson, checkContentType, readAccept } from '../fields/content-negotiation.js';
import type { HostedRequest } from '../fields/hosted-request.js';
import { leaveUnread } from '../fields/unread-body.js';
import { checkOrigin } from './origin-and-host.js';
import { Disconnect } from '../streams/disconnect.js';
import { OpenStreams } from '../streams/open-streams.js';
import { endpointStats } from './endpoint-stats.js';
import { knownPayloadOf } from './known-requests.js';
import { MessageLoad } from './message-load.js';
import { PostedMessage, refusedMessage } from './posted-message.js';
import type { Readiness } from './readiness.js';
import { checkDependencies, checkOf, readinessOf } from './readiness.js';
import { readToRefuse } from './refused-message.js';
import { readBody } from './request-body.js';
import { isPublished } from '../access/publish-decision.js';
import type { RequestIdentity } from '../access/request-identity.js';
import type { AnswerStream } from '../streams/answer-stream.js';
import { ConnectionStream } from '../streams/answer-stream.js';
import type { ResolvedRouterOptions } from './router-options.js';
import { WorkInProgress } from './work-in-progress.js';
import { SessionMethods } from './session-methods.js';
import { lastOfConnection, shuttingDown } from './shutting-down.js';
import { SseResponse } from '../streams/sse-response.js';
import type { Reader } from './write-reply.js';
import { finishReply, writeReply } from './write-reply.js';

/** The answer that ends a stream, and what is kept until then. */
interface LastingAnswer {
  readonly outbox: AnswerStream;
  readonly response: ServerResponse;
  readonly reader: Reader;
  readonly load: MessageLoad | undefined;
}

/** Facts about a request from the guard in front, if there is one. */
type Identity = RequestIdentity | undefined;

/** One MCP endpoint over Streamable HTTP: takes its requests, and writes the dispatcher's answers. */
export class HttpEndpoint implements ObservableEndpoint {
  readonly name: string;
  readonly path: string | undefined;
  readonly #options: ResolvedRouterOptions;
  readonly #dispatcher: Dispatcher;
  readonly #sessions: SessionMethods | undefined;
  readonly #streams: OpenStreams;
  readonly #running = new WorkInProgress();
  #isClosing = false;
  /** The resource that the guard in front protects, once a request came through it. */
  #resource: ProtectedResource | undefined;

  constructor(catalog: Catalog, options: ResolvedRouterOptions) {
    this.#options = options;
    this.name = catalog.serverInfo.name;
    this.path = options.path;
    this.#dispatcher = new Dispatcher(catalog, options);
    const { bytes, hits } = this.#dispatcher.endpoint.limits;
    this.#streams = new OpenStreams(options.keepAliveSeconds, options.limits.bufferedBytes, bytes, hits);
    const { sessions } = options;
    this.#sessions = sessions === undefined ? undefined : new SessionMethods(this.#dispatcher, options, sessions);
    announceEndpoint(this);
  }

  /** @throws the reason of a refusal, or the error that occurred */
  serve(request: HostedRequest, response: ServerResponse, identity: RequestIdentity | undefined): Promise<void> {
    try {
      if (this.#isClosing) throw shuttingDown();
      checkOrigin(request, identity?.resource, this.#options);
    } catch (error) {
      return this.#refuse(request, identity, error);
    }
    this.#running.begin();
    const caller = this.#callerOf(identity);
    if (request.method === 'POST') return this.#answer(request, response, identity, caller);
    return this.#serveSession(request, response, caller)
      .catch((error: unknown) => this.#refuse(request, identity, error))
      .finally(() => {
        this.#running.end();
      });
  }

  async #refuse(request: HostedRequest, identity: Identity, error: unknown, body?: unknown): Promise<never> {
    if (isPublished(error) && !(error instanceof LimitError)) this.#dispatcher.endpoint.decisions.count(error.code);
    await this.recordRefusal(request, identity, error, body);
    throw error;
  }

  /**
   * Tells the listeners of calls about a request that is refused before dispatch, here or by the guard in front.
   *
   * @param error - the reason for the refusal
   * @param body - its JSON value, if it was read
   * @returns when the request can be answered; undefined without listeners
   */
  recordRefusal(
    request: HostedRequest,
    identity: RequestIdentity | undefined,
    error: unknown,
    body?: unknown,
  ): Promise<void> | undefined {
    this.#resource ??= identity?.resource;
    if (request.method !== 'POST' || !this.#dispatcher.endpoint.calls.isActive) return undefined;
    return this.#record(request, identity, error, body);
  }

  async #record(request: HostedRequest, identity: Identity, error: unknown, body: unknown): Promise<void> {
    const payload = body === undefined ? await knownPayloadOf(request) : { read: body };
    if (payload === undefined) return;
    this.#dispatcher.refuse(payload, refusedMessage(request, this.#callerOf(identity)), error);
  }

  #callerOf(identity: RequestIdentity | undefined): Caller {
    const { auth, recheck, resource } = identity ?? {};
    this.#resource ??= resource;
    const endpointId = resource?.identifier ?? this.#dispatcher.endpoint.name;
    return { auth, endpoint: resource?.policy, endpointId, recheck, timeoutMs: this.#options.timeoutMs };
  }

  /** See `McpRouter`. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#streams.close();
    // Answers would arrive as new requests, which are refused from now on.
    this.#dispatcher.endpoint.pending.giveUp();
    await this.#running.whenDone();
    this.#sessions?.close();
    await this.#dispatcher.close(this.#options.taskGraceSeconds);
    withdrawEndpoint(this);
  }

  /** See `McpRouter`. */
  stats(): EndpointStats {
    const held = { requests: this.#running.count, streams: this.#streams.size };
    return endpointStats(this.#dispatcher.endpoint, { options: this.#options, resource: this.#resource, ...held });
  }

  /** See `McpRouter`. */
  async ready(): Promise<Readiness> {
    const { dependencies } = await this.#dependencies();
    // Checked after the others, to notice a router that was closed meanwhile.
    return readinessOf({ router: this.#isClosing ? 'closing' : 'ok', ...dependencies });
  }

  #dependencies(): Promise<Readiness> {
    const { sessions, stores } = this.#options;
    const hasTasks = this.#dispatcher.endpoint.catalog.extensions.has(tasksExtension);
    return checkDependencies({
      bus: checkOf(stores.bus),
      sessions: sessions === undefined ? undefined : checkOf(stores.sessions),
      events: sessions === undefined ? undefined : checkOf(stores.events),
      tasks: hasTasks ? checkOf(stores.tasks) : undefined,
      replay: checkOf(stores.replay),
    });
  }

  async #serveSession(request: HostedRequest, response: ServerResponse, caller: Caller): Promise<void> {
    // The bodies of GET and DELETE have no meaning.
    leaveUnread(request, response);
    const sessions = this.#sessions;
    const isOfSession = request.method === 'GET' || request.method === 'DELETE';
    if (sessions === undefined || !isOfSession) {
      // Without sessions there is no stream to GET and nothing to DELETE (RFC 9110 §15.5.6: 405 names what is allowed).
      const Allow = sessions === undefined ? 'POST' : 'POST, GET, DELETE';
      throw new ProtocolError('method_not_allowed', undefined, { headers: { Allow } });
    }
    authorizeAnyUse(caller);
    if (request.method === 'DELETE') await sessions.end(request, response, caller);
    else await sessions.listen(request, new SseResponse(response, this.#streams, caller));
  }

  async #answer(
    request: HostedRequest,
    response: ServerResponse,
    identity: RequestIdentity | undefined,
    caller: Caller,
  ): Promise<void> {
    // A refusal needs no store.
    const isRefused = identity?.lacksScopes === true;
    const sessions = isRefused ? undefined : this.#sessions;
    const { maxBodyBytes, refusals } = this.#options;
    const { limits } = this.#dispatcher.endpoint;
    const acceptable = readAccept(request.headers);
    let load: MessageLoad | undefined;
    let payload: unknown;
    let session: Session | undefined;
    let lasts = false;
    try {
      try {
        checkContentType(request);
        checkAcceptsJson(acceptable);
        // Decided by the header fields: if there is no room for a message, none of it is read.
        load = isRefused ? undefined : MessageLoad.begin(request, caller, limits);
        // eslint-disable-next-line @typescript-eslint/await-thenable -- see `readBody`
        if (request.readableFlowing === null) await undefined;
        const body = isRefused
          ? readToRefuse(request, caller, maxBodyBytes, limits)
          : readBody(request, maxBodyBytes, load);
        payload = isPromise(body) ? await body : body;
        if (sessions !== undefined) session = await sessions.sessionOf(request, payload, caller);
      } catch (error) {
        await this.#refuse(request, identity, error, payload);
      }
      const sse = new SseResponse(response, this.#streams, caller);
      const outbox =
        session === undefined || sessions === undefined
          ? new ConnectionStream(sse, acceptable.eventStream)
          : sessions.streamFor(session, sse, acceptable.eventStream);
      const openConnection = sessions?.openerFor(response, caller);
      const disconnect = new Disconnect(response);
      const parts = { request, identity, caller, session, openConnection, outbox, disconnect, refusals };
      const message = new PostedMessage(parts);
      const dispatched = this.#dispatcher.dispatch(payload, message);
      const reply = isPromise(dispatched) ? await dispatched : dispatched;
      // An answer that is written from now on may find its connection kept alive, and the server would wait for it.
      if (this.#isClosing && !response.headersSent) response.setHeader('Connection', lastOfConnection.Connection);
      lasts = reply.kind === 'lasting';
      if (reply.kind === 'lasting') this.#letLast(reply.stream, { outbox, response, reader: sse, load });
      else if (outbox.hasBegun || reply.kind === 'cancelled') await finishReply(reply, outbox, response, sse);
      else writeReply(reply, response, sse);
    } finally {
      if (!lasts) load?.release();
      this.#running.end();
    }
  }

  /** Hands a stream over to the work that outlives its request. Only the request's subscriptions stay. */
  #letLast(stream: LastingStream, answer: LastingAnswer): void {
    this.#running.begin();
    stream.whenOver(() => {
      void this.#endLasting(stream, answer);
    });
  }

  async #endLasting(stream: LastingStream, { outbox, response, reader, load }: LastingAnswer): Promise<void> {
    try {
      await finishReply(await stream.answer(), outbox, response, reader);
    } catch {
      // The status was sent long ago, so the client cannot be told.
      response.destroy();
    } finally {
      load?.release();
      this.#running.end();
    }
  }
}
