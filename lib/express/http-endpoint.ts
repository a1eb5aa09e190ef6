import type { Request, Response } from 'express';
import { ProtocolError } from '../errors/protocol-error.js';
import type { Catalog } from '../registry/catalog.js';
import type { Caller } from '../server/authorize.js';
import { authorize } from '../server/authorize.js';
import type { DecidedOperation, Delivery } from '../server/dispatcher.js';
import { Dispatcher } from '../server/dispatcher.js';
import type { Operation } from '../server/operation.js';
import type { Reply } from '../server/reply.js';
import type { Session } from '../server/sessions/session.js';
import { acceptsEventStream, checkAccept, checkContentType } from './check-content.js';
import { checkMirroredArguments, checkMirroredHeaders } from './check-mirrored-headers.js';
import { checkOrigin, isLoopbackAddress } from './check-origin.js';
import { Disconnect } from './disconnect.js';
import { OpenStreams } from './open-streams.js';
import { publishDecision } from './publish-decision.js';
import { readMessage } from './read-message.js';
import type { RequestState } from './request-state.js';
import type { AnswerStream } from './response-stream.js';
import { ResponseStream } from './response-stream.js';
import type { ResolvedRouterOptions } from './router-options.js';
import { securityHeaders } from './security-headers.js';
import { SessionEndpoint } from './session-endpoint.js';
import { SseResponse } from './sse-response.js';

// 2025-06-18 basic/transports#protocol-version-header: without the header a server SHOULD assume this revision.
const assumedVersion = '2025-03-26';

// RFC 9112 §9.6: a server that is about to close a connection SHOULD say so, so that the client's next request goes elsewhere.
const lastOfConnection = { Connection: 'close' };

/** What needs nothing but the endpoint's own scopes. */
const theEndpoint: Operation = { items: [], invoke: () => ({}) };

/** One MCP endpoint over Streamable HTTP: takes requests that are for it, and writes what the dispatcher says. */
export class HttpEndpoint {
  readonly #options: ResolvedRouterOptions;
  readonly #dispatcher: Dispatcher;
  readonly #sessions: SessionEndpoint | undefined;
  readonly #streams: OpenStreams;
  readonly #running = new Set<Promise<void>>();
  #isClosing = false;

  constructor(catalog: Catalog, options: ResolvedRouterOptions) {
    this.#options = options;
    this.#dispatcher = new Dispatcher(catalog, options);
    this.#streams = new OpenStreams(options.keepAliveSeconds);
    const { sessions } = options;
    this.#sessions = sessions === undefined ? undefined : new SessionEndpoint(this.#dispatcher, options, sessions);
  }

  /** @throws what the request is refused with, or what broke */
  async serve(request: Request, response: Response, state: RequestState | undefined): Promise<void> {
    if (this.#isClosing) {
      throw new ProtocolError('shutting_down', undefined, { headers: { 'Retry-After': '1', ...lastOfConnection } });
    }
    const work = this.#serve(request, response, state);
    this.#running.add(work);
    try {
      await work;
    } finally {
      this.#running.delete(work);
    }
  }

  /** See `McpRouter`. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#streams.close();
    // Answers would arrive as new requests, and those are refused from now on.
    this.#dispatcher.endpoint.pending.giveUp();
    await Promise.allSettled(this.#running);
    await this.#dispatcher.close(this.#options.taskGraceSeconds);
  }

  async #serve(request: Request, response: Response, state: RequestState | undefined): Promise<void> {
    checkOrigin(request.headers, isLoopbackAddress(request.socket.localAddress), state?.resource, this.#options);
    const { auth, recheck, resource } = state ?? {};
    const caller: Caller = { auth, endpoint: resource?.policy, recheck };
    if (request.method === 'POST') {
      await this.#answer(request, response, state, caller);
      return;
    }
    const sessions = this.#sessions;
    const isOfSession = request.method === 'GET' || request.method === 'DELETE';
    if (sessions === undefined || !isOfSession) {
      // Without sessions there is no stream to GET and nothing to DELETE (RFC 9110 §15.5.6: 405 names what is allowed).
      const Allow = sessions === undefined ? 'POST' : 'POST, GET, DELETE';
      throw new ProtocolError('method_not_allowed', undefined, { headers: { Allow } });
    }
    authorize([theEndpoint], caller);
    if (request.method === 'DELETE') await sessions.end(request, response, caller);
    else await sessions.listen(request, new SseResponse(response, this.#streams, caller));
  }

  async #answer(request: Request, response: Response, state: RequestState | undefined, caller: Caller): Promise<void> {
    const { headers } = request;
    checkContentType(headers);
    checkAccept(headers);
    const payload = await readMessage(request, this.#options.maxBodyBytes);
    const session = await this.#sessions?.sessionOf(request, payload, caller);
    const stream = this.#streamFor(session, new SseResponse(response, this.#streams, caller), request);
    const reply = await this.#dispatcher.dispatch(payload, {
      caller,
      ...versionsOf(request, session),
      connection: session,
      openConnection: this.#sessions?.openerFor(response, caller),
      outbox: stream,
      disconnect: new Disconnect(response),
      refusalsAre: 'thrown',
      transportRequest: request,
      onDecided: (decided) => {
        publishAllowed(state, decided);
      },
    });
    // What is written from now on may still find the connection that it came on kept alive, and the server would wait for it.
    if (this.#isClosing && !response.headersSent) response.setHeader('Connection', lastOfConnection.Connection);
    await write(reply, stream, response);
  }

  #streamFor(session: Session | undefined, sse: SseResponse, { headers }: Request): AnswerStream {
    const takesMessages = acceptsEventStream(headers);
    return session === undefined || this.#sessions === undefined
      ? new ResponseStream(sse, takesMessages)
      : this.#sessions.streamFor(session, sse, takesMessages);
  }
}

function versionsOf({ headers }: Request, session: Session | undefined): Pick<Delivery, 'checkArguments' | 'versions'> {
  const header = headers['mcp-protocol-version'] as string | undefined;
  return {
    versions: {
      header,
      // 2025-11-25 basic/transports#protocol-version-header: what was negotiated comes before what is assumed.
      assumed: session?.version ?? assumedVersion,
      checkMirrors: (message) => {
        checkMirroredHeaders(headers, message);
      },
    },
    checkArguments: (mirrored, args) => {
      checkMirroredArguments(headers, mirrored, args);
    },
  };
}

function publishAllowed(state: RequestState | undefined, { method, target, outcome }: DecidedOperation): void {
  if (outcome === 'undecidable') return;
  const verdict =
    outcome === 'allowed' ? { outcome: 'accepted' as const } : { outcome: 'refused' as const, code: outcome };
  publishDecision(state, { stage: 'authorization', method, target, ...verdict });
}

async function write(reply: Reply, stream: AnswerStream, response: Response): Promise<void> {
  // A request that was called off gets no answer, but HTTP wants one: a stream with nothing in it.
  if (stream.hasBegun || (reply.kind === 'cancelled' && stream.takesMessages)) {
    await stream.finish(reply.kind === 'message' ? reply.text : undefined);
    return;
  }
  if (response.destroyed) return;
  if (reply.kind !== 'message') {
    // MCP basic/transports/streamable-http#sending-messages: 202 and no body.
    response.writeHead(202, securityHeaders).end();
    return;
  }
  const length = Buffer.byteLength(reply.text);
  const content = { 'Content-Type': 'application/json', 'Content-Length': length };
  const headers = { ...reply.headers, ...securityHeaders, ...content };
  response.writeHead(reply.status, headers).end(reply.text);
}
