import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { RequestHandler } from 'express';
import express from 'express';
import type { AnyRegistry, McpAuthOptions, McpRouter, McpRouterOptions } from '../../lib/index.js';
import { mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { ProtocolVersion } from '../../lib/server/revisions/revision.js';
import { requestOf } from './dispatching.js';
import { byDoor } from './doors.js';
import { leftOpen } from './left-open.js';
import { authOptions } from './mcp-app.js';
import { SseReader } from './sse-reader.js';

/** Loosely typed on purpose: tests look into it and compare. */
export interface JsonRpcMessage {
  readonly jsonrpc: '2.0';
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    readonly data?: Readonly<Record<string, unknown>>;
  };
}

export type LegacyVersion = Exclude<ProtocolVersion, '2026-07-28'>;
export const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;

type Headers = Readonly<Record<string, string>>;
type Members = Readonly<Record<string, unknown>>;

export interface EndpointOptions extends McpRouterOptions {
  /** Puts `mcpAuth` in front. */
  readonly auth?: Partial<McpAuthOptions>;
  /** Middleware in front of ours. */
  readonly before?: readonly RequestHandler[];
}

const both = { Accept: 'application/json, text/event-stream', 'Content-Type': 'application/json' };
const running = new Set<RunningEndpoint>();

/** An endpoint on a port of its own. */
export class RunningEndpoint {
  readonly errors: unknown[] = [];
  readonly router: McpRouter;
  readonly #server: Server;
  readonly #sockets: Socket[] = [];

  private constructor(registry: AnyRegistry, { auth, before = [], ...options }: EndpointOptions) {
    const app = express();
    for (const middleware of before) app.use(middleware);
    const guards = auth === undefined ? [] : [mcpAuth(authOptions(auth))];
    for (const guard of guards) app.use(guard);
    this.router = mcpRouter(registry, { onError: (error) => this.errors.push(error), ...options });
    // mcpErrorHandler sends on what is not ours: it is a bug when something gets there.
    app.use(this.router, mcpErrorHandler(), ((error: unknown, _request, _response, next) => {
      this.errors.push(error);
      next(error);
    }) satisfies express.ErrorRequestHandler);
    // Middleware in front is Express's, and wants Express's requests.
    const served = before.length === 0 ? byDoor(app, ...guards, this.router) : app;
    this.#server = served.listen(0, '127.0.0.1').on('connection', (socket: Socket) => this.#sockets.push(socket));
  }

  static async start(registry: AnyRegistry, options: EndpointOptions = {}): Promise<RunningEndpoint> {
    const endpoint = new RunningEndpoint(registry, options);
    running.add(endpoint);
    leftOpen.add(() => endpoint.close());
    await once(endpoint.#server, 'listening');
    return endpoint;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${String(this.port)}/mcp`;
  }

  /** Bytes that arrived on all connections so far. A body that is not read stops arriving after some 64 KiB. */
  get bytesRead(): number {
    return this.#sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0);
  }

  /** How many connections are open. */
  async connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.getConnections((error, count) => {
        if (error === null) resolve(count);
        else reject(error);
      });
    });
  }

  async fetch(
    method: string,
    headers: Headers = {},
    body?: string | Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<Response> {
    return fetch(this.url, { method, headers, body: body ?? null, signal: signal ?? null });
  }

  async post(message: unknown, headers: Headers = {}, signal?: AbortSignal): Promise<Response> {
    return this.fetch('POST', { ...both, ...headers }, JSON.stringify(message), signal);
  }

  /** A request as modern clients send it. `meta` goes into `_meta`. */
  async modern(
    method: string,
    params: Members = {},
    { id = 1, headers = {}, signal }: { id?: number | string; headers?: Headers; signal?: AbortSignal } = {},
  ): Promise<Response> {
    const name = params['name'] ?? params['uri'] ?? params['taskId'];
    return this.post(
      requestOf('2026-07-28', method, params, id),
      {
        'MCP-Protocol-Version': '2026-07-28',
        'Mcp-Method': method,
        ...(typeof name === 'string' ? { 'Mcp-Name': name } : {}),
        ...headers,
      },
      signal,
    );
  }

  /** Begins a session and says that the client is ready. */
  async openSession(
    version: LegacyVersion = '2025-11-25',
    { capabilities = {}, headers = {} }: { capabilities?: Members; headers?: Headers } = {},
  ): Promise<TestSession> {
    const clientInfo = { name: 'tests', version: '1.0.0' };
    const params = { protocolVersion: version, capabilities, clientInfo };
    const response = await this.post({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, headers);
    const id = response.headers.get('mcp-session-id');
    if (id === null) throw new Error(`No session: ${String(response.status)} ${await response.text()}`);
    await response.text();
    const session = new TestSession(this, id, version, headers);
    await session.notify('notifications/initialized');
    return session;
  }

  async close(): Promise<void> {
    running.delete(this);
    this.#server.closeAllConnections();
    this.#server.close();
    await this.router.close();
  }
}

/** A legacy client with a session. */
export class TestSession {
  readonly id: string;
  readonly headers: Headers;
  readonly #endpoint: RunningEndpoint;

  constructor(endpoint: RunningEndpoint, id: string, version: string, headers: Headers = {}) {
    this.#endpoint = endpoint;
    this.id = id;
    this.headers = { 'Mcp-Session-Id': id, 'MCP-Protocol-Version': version, ...headers };
  }

  async request(
    method: string,
    params: Members = {},
    id: number | string = 1,
    signal?: AbortSignal,
  ): Promise<Response> {
    return this.#endpoint.post({ jsonrpc: '2.0', id, method, params }, this.headers, signal);
  }

  async call(name: string, more: Members = {}, id: number | string = 1): Promise<Response> {
    return this.request('tools/call', { name, arguments: {}, ...more }, id);
  }

  async notify(method: string, params: Members = {}): Promise<Response> {
    return this.#endpoint.post({ jsonrpc: '2.0', method, params }, this.headers);
  }

  /** Answers a question of the server's. */
  async answer(id: number | string | undefined, outcome: { result: unknown } | { error: unknown }): Promise<Response> {
    return this.#endpoint.post({ jsonrpc: '2.0', id, ...outcome }, this.headers);
  }

  /** The GET stream. */
  async listen(headers: Headers = {}): Promise<Response> {
    return this.#endpoint.fetch('GET', { Accept: 'text/event-stream', ...this.headers, ...headers });
  }

  async end(): Promise<Response> {
    return this.#endpoint.fetch('DELETE', this.headers);
  }
}

/** Ends every endpoint that a test left running. */
export async function closeEndpoints(): Promise<void> {
  await Promise.all([...running].map((endpoint) => endpoint.close()));
}

/** The stream of a response. */
export function streamOf(response: Response): SseReader {
  const type = response.headers.get('content-type');
  if (type !== 'text/event-stream') throw new Error(`Not a stream: ${String(response.status)} ${String(type)}`);
  return new SseReader(response);
}

/** The only message of a JSON answer. */
export async function jsonOf(response: Response): Promise<JsonRpcMessage> {
  return (await response.json()) as JsonRpcMessage;
}

/** Waits until something is so; a test that waits in vain fails with what it waited for. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 90_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
