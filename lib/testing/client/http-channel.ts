import type { IncomingMessage } from 'node:http';
import { isObject } from '../../jsonrpc/parse-message.js';
import { parseChallenges } from '../../oauth/parse-challenges.js';
import { metaKeys } from '../../server/revisions/modern.js';
import type { Channel, Exchange, WireRequest } from './channel.js';
import { notificationOf, resultOf, serverRequestOf } from './channel.js';
import type { InProcessServer } from './in-process-server.js';
import { textOf } from './in-process-server.js';
import { readEvents } from './read-events.js';
import { TestClientError } from './test-client-error.js';

/** Makes an access token with these scopes; undefined for requests without one. */
export type TokenSource = (scopes: readonly string[]) => Promise<string> | undefined;

/** Options of {@link HttpChannel}. */
export interface HttpChannelOptions {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly scopes: readonly string[];
  readonly tokens: TokenSource;
}

/** One POST for each message, through the app's own middleware (MCP `basic/transports/streamable-http`). */
export class HttpChannel implements Channel {
  readonly #server: InProcessServer;
  readonly #options: HttpChannelOptions;
  #scopes: readonly string[];
  #token: Promise<string> | undefined;
  /** Result of the handshake of an older client. */
  #agreed: { readonly version: string; readonly sessionId: string | undefined } | undefined;

  constructor(server: InProcessServer, options: HttpChannelOptions) {
    this.#server = server;
    this.#options = options;
    this.#scopes = options.scopes;
    this.#token = options.tokens(options.scopes);
  }

  get scopes(): readonly string[] {
    return this.#scopes;
  }

  addScopes(scopes: readonly string[]): Promise<void> {
    this.#scopes = [...new Set([...this.#scopes, ...scopes])];
    this.#token = this.#options.tokens(this.#scopes);
    return Promise.resolve();
  }

  async send(request: WireRequest, exchange: Exchange): Promise<Readonly<Record<string, unknown>>> {
    if (request.method === 'initialize') this.#agreed = undefined;
    const { signal } = exchange;
    const cancel = (): void => {
      // Up to 2025-11-25 a connection that ends cancels nothing.
      if (this.#agreed !== undefined) void this.notify('notifications/cancelled', { requestId: request.id });
    };
    signal?.addEventListener('abort', cancel, { once: true });
    try {
      const response = await this.#post(request, mirrorHeaders(request), signal);
      const isStream = response.headers['content-type']?.startsWith('text/event-stream') === true;
      const result = await (isStream ? this.#readStream(response, request, exchange) : readAnswer(response));
      if (request.method === 'initialize') this.#agree(result, response);
      return result;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  async notify(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await textOf(await this.#post({ jsonrpc: '2.0', method, params }, {}));
  }

  async #post(
    message: object,
    mirrors: Readonly<Record<string, string>>,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const token = await this.#token;
    const { path, headers } = this.#options;
    const { version, sessionId } = this.#agreed ?? {};
    return this.#server.ask({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...mirrors,
        ...(version === undefined ? {} : { 'mcp-protocol-version': version }),
        ...(sessionId === undefined ? {} : { 'mcp-session-id': sessionId }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: JSON.stringify(message),
      signal,
    });
  }

  #agree(result: Readonly<Record<string, unknown>>, response: IncomingMessage): void {
    const sessionId = response.headers['mcp-session-id'];
    this.#agreed = {
      version: String(result['protocolVersion']),
      sessionId: typeof sessionId === 'string' ? sessionId : undefined,
    };
  }

  async #readStream(
    response: IncomingMessage,
    { id }: WireRequest,
    { onNotification, onRequest }: Exchange,
  ): Promise<Readonly<Record<string, unknown>>> {
    for await (const message of readEvents(response)) {
      const notification = notificationOf(message);
      const asked = serverRequestOf(message);
      if (notification !== undefined) onNotification(notification);
      else if (asked !== undefined) {
        // Answers are sent as requests of their own, and the stream goes on meanwhile.
        void onRequest?.(asked).then(async (result) =>
          textOf(await this.#post({ jsonrpc: '2.0', id: asked.id, result }, {})),
        );
      } else if (message['id'] === id) return resultOf(message, response.statusCode);
    }
    throw new TestClientError('The stream ended before the answer', { status: response.statusCode });
  }

  close(): Promise<void> {
    this.#server.close();
    return Promise.resolve();
  }
}

const mirroredParameters = ['name', 'uri', 'taskId'];

/** `basic/transports/streamable-http#standard-request-headers`: fields that repeat parts of the message. */
function mirrorHeaders({ method, params }: WireRequest): Readonly<Record<string, string>> {
  const meta = isObject(params['_meta']) ? params['_meta'] : {};
  // Older clients have no such fields.
  if (!(metaKeys.protocolVersion in meta)) return {};
  const name = mirroredParameters.map((each) => params[each]).find((value) => typeof value === 'string');
  return {
    'mcp-protocol-version': String(meta[metaKeys.protocolVersion]),
    'mcp-method': method,
    ...(name === undefined ? {} : { 'mcp-name': headerText(name) }),
  };
}

/** `#value-encoding`: text that does not fit into a field is sent as Base64. */
function headerText(text: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.startsWith('=?base64?');
  return isPlain ? text : `=?base64?${Buffer.from(text).toString('base64')}?=`;
}

async function readAnswer(response: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const text = await textOf(response);
  const { statusCode: status = 0 } = response;
  const body = parse(text);
  const field = response.headers['www-authenticate'];
  if (field !== undefined) throw challengeError(field, status, body);
  if (body !== undefined && ('result' in body || 'error' in body)) {
    if (isObject(body['error']) || isObject(body['result'])) return resultOf(body, status);
    throw new TestClientError(describe(status, body), { status, error: String(body['error']) });
  }
  throw new TestClientError(`The app answered ${status} with no JSON-RPC message: ${text.slice(0, 200)}`, { status });
}

function challengeError(field: string, status: number, body: Readonly<Record<string, unknown>> | undefined): Error {
  const { error, scope = '' } = parseChallenges(field)[0]?.parameters ?? {};
  return new TestClientError(describe(status, body), {
    status,
    error,
    scopes: scope.split(' ').filter((each) => each !== ''),
  });
}

function describe(status: number, body: Readonly<Record<string, unknown>> | undefined): string {
  const { error, error_description: description } = body ?? {};
  return `${status} ${[error, description].filter((part) => typeof part === 'string').join(': ')}`.trim();
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
