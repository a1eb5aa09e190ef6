import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProtocolError } from '../../errors/protocol-error.js';
import type { Params } from '../../jsonrpc/message.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { Caller } from '../../server/authorization/caller.js';
import type { Dispatcher } from '../../server/dispatch/dispatcher.js';
import { isLegacyEnvelope } from '../../server/revisions/supported-revisions.js';
import { readEventId, resumeStream } from '../../server/sessions/resume-stream.js';
import type { StreamStores } from '../../server/sessions/resumable-stream.js';
import { ResumableStream, comeBackMs } from '../../server/sessions/resumable-stream.js';
import { ExpiredSessions } from '../../server/sessions/expired-sessions.js';
import { Sessions } from '../../server/sessions/sessions.js';
import type { Session } from '../../server/sessions/session.js';
import { ChangeSubscription } from '../../server/notifications/change-subscription.js';
import { readAccept } from '../fields/content-negotiation.js';
import { withoutCopies } from '../fields/repeated-fields.js';
import type { AnswerStream } from '../streams/answer-stream.js';
import type { ResolvedRouterOptions } from './router-options.js';
import { securityFields } from '../fields/response-fields.js';
import type { SseResponse } from '../streams/sse-response.js';

const responseField = 'Mcp-Session-Id';
const lists = new Set(['tools', 'prompts', 'resources'] as const);

/** HTTP's part of sessions for legacy clients: the header field, the GET stream, and DELETE (2025-11-25 `basic/transports`). */
export class SessionMethods {
  readonly #sessions: Sessions;
  readonly #expired: ExpiredSessions;
  readonly #streams: StreamStores;
  readonly #dispatcher: Dispatcher;

  constructor(
    dispatcher: Dispatcher,
    { limits, stores }: Pick<ResolvedRouterOptions, 'limits' | 'stores'>,
    { idleSeconds, resumeSeconds }: NonNullable<ResolvedRouterOptions['sessions']>,
  ) {
    const { running, endpoint } = dispatcher;
    const { hits } = endpoint.limits;
    const services = { store: stores.sessions, bus: stores.bus, running, hits };
    this.#sessions = new Sessions(services, idleSeconds, {
      count: limits.sessionsPerPrincipal,
      bytes: limits.sessionBytesPerPrincipal,
    });
    this.#expired = new ExpiredSessions(stores.sessions, idleSeconds, endpoint.calls);
    const { bufferedBytes = Infinity } = limits;
    this.#streams = { log: stores.events, bus: stores.bus, seconds: resumeSeconds, bufferedBytes, hits };
    this.#dispatcher = dispatcher;
  }

  /**
   * The session that a POST belongs to; undefined for a modern request, which has none, and for the one that opens a session.
   *
   * @throws ProtocolError `session_required` or `session_not_found`
   */
  async sessionOf(request: IncomingMessage, payload: unknown, caller: Caller): Promise<Session | undefined> {
    const message = isObject(payload) ? payload : {};
    if (!isLegacyEnvelope(message['params'], singleField(request, 'mcp-protocol-version'))) return undefined;
    const id = sessionIdOf(request);
    if (id !== undefined) return this.#find(id, caller);
    if (message['method'] === 'initialize') return undefined;
    // #session-management: servers that require a session id SHOULD respond with 400.
    throw new ProtocolError('session_required');
  }

  /** Opens a session in answer to a handshake. */
  openerFor(response: ServerResponse, caller: Caller): (handshake: Params, version: string) => Promise<void> {
    return async (handshake, version) => {
      const id = await this.#sessions.open(caller, handshake, version);
      this.#expired.used({ id, version, ageMs: 0 });
      response.setHeader(responseField, id);
    };
  }

  /** The stream for an answer within a session. */
  streamFor({ id: sessionId, principal, version }: Session, sse: SseResponse, takesMessages: boolean): AnswerStream {
    const isPrimed = this.#dispatcher.revisions.get(version)?.primesStreams === true;
    const streamId = crypto.randomUUID();
    return new ResumableStream({ sessionId, streamId }, this.#streams, sse, {
      takesMessages,
      isPrimed,
      owner: principal,
    });
  }

  /** GET: the stream for messages that belong to no request, or a broken one to resume (#listening-for-messages-from-the-server). */
  async listen(request: IncomingMessage, sse: SseResponse): Promise<void> {
    if (!readAccept(request.headers).eventStream) throw new ProtocolError('not_acceptable');
    const session = await this.#required(request, sse.caller);
    const lastEventId = onlyField(request, 'Last-Event-ID');
    // Events about changes have no ids, so an id always belongs to the stream of an answer.
    const place = lastEventId === undefined ? undefined : readEventId(session.id, lastEventId);
    const { streams } = this.#dispatcher.endpoint.limits;
    streams?.assertRoom(sse);
    streams?.take(sse);
    try {
      if (place === undefined) await this.#tellChanges(session, sse);
      else await this.#resume(place, sse);
    } finally {
      streams?.release(sse);
    }
  }

  /** DELETE: the client ends its session (#session-management). */
  async end(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void> {
    const session = await this.#required(request, caller);
    await session.end();
    this.#expired.forget(session.id);
    this.#dispatcher.endpoint.calls.endSession(session, session.ageMs);
    response.writeHead(204, securityFields).end();
  }

  async #required(request: IncomingMessage, caller: Caller): Promise<Session> {
    const id = sessionIdOf(request);
    if (id === undefined) throw new ProtocolError('session_required');
    return this.#find(id, caller);
  }

  async #find(id: string, caller: Caller): Promise<Session> {
    const session = await this.#sessions.find(id, caller);
    this.#expired.used(session);
    return session;
  }

  /** Stops watching sessions, when the endpoint is closed. */
  close(): void {
    this.#expired.close();
  }

  async #resume(place: ReturnType<typeof readEventId>, sse: SseResponse): Promise<void> {
    const stopListening = sse.onEnding(() => {
      sse.endForNow(comeBackMs);
    });
    try {
      await resumeStream(place, this.#streams, { sink: sse, caller: sse.caller });
    } catch (error) {
      // Once the stream has begun, no status can be sent any more.
      if (!sse.hasBegun) throw error;
    } finally {
      stopListening();
    }
    sse.end();
  }

  async #tellChanges(session: Session, sse: SseResponse): Promise<void> {
    const { endpoint } = this.#dispatcher;
    const { changes } = endpoint;
    const subscription = new ChangeSubscription(endpoint, {
      caller: sse.caller,
      interest: { lists, resources: session.uris },
      send: (data) => sse.write({ data }),
    });
    const over = new Promise<void>((resolve) => {
      sse.onClose(resolve);
      sse.onEnding(() => {
        sse.endForNow(comeBackMs);
        resolve();
      });
    });
    // Before the header is sent: the client hears of every change after it.
    changes.listen(subscription);
    try {
      const stopWatching = await session.watch(crypto.randomUUID(), () => {
        sse.end();
      });
      sse.begin();
      sse.onKeepAlive(async () => {
        if (await this.#sessions.touch(session)) this.#expired.used(session);
        else sse.end();
      });
      await over;
      await stopWatching().catch(() => undefined);
    } finally {
      changes.forget(subscription);
      subscription.close();
    }
    sse.end();
  }
}

/** The session id that a request carries. */
function sessionIdOf(request: IncomingMessage): string | undefined {
  return onlyField(request, 'Mcp-Session-Id');
}

/** @throws ProtocolError `invalid_message` if the field comes with different values */
function onlyField(request: IncomingMessage, name: string): string | undefined {
  const value = singleField(request, name.toLowerCase());
  // A 404 would make the client begin a new session, and send two ids again.
  if (value?.includes(',') !== true) return value;
  throw new ProtocolError('invalid_message', `Invalid request: send one ${name}, not several different ones`);
}

function singleField({ headers }: IncomingMessage, name: string): string | undefined {
  // Node joins repeated fields of these names with a comma, which no id and no version has.
  return withoutCopies(headers[name] as string | undefined);
}
