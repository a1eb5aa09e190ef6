import type { Endpoint } from '../endpoint.js';
import type { Answer, NoAnswer } from '../http-probe.js';
import { headerOf, isAnswer, jsonOf } from '../http-probe.js';

type Members = Readonly<Record<string, unknown>>;

/** The answer to one message. */
export interface Reply {
  readonly answer: Answer | NoAnswer;
  /** The JSON-RPC response; undefined if there is none. */
  readonly message: Members | undefined;
}

const clientInfo = { name: 'express-mcp-doctor', version: '1.0.0' };
const legacyVersion = '2025-11-25';
const modernVersion = '2026-07-28';

/** A signed-in client that sends one message after the other. It speaks 2025-11-25 where that is spoken, else 2026-07-28. */
export class McpVisitor {
  readonly #endpoint: Endpoint;
  readonly #token: string;
  #version = legacyVersion;
  #session: string | undefined;
  #lastId = 0;

  constructor(endpoint: Endpoint, token: string) {
    this.#endpoint = endpoint;
    this.#token = token;
  }

  /** Says hello. A server that does not know the handshake is asked what it is in the modern way. */
  async open(): Promise<Reply> {
    const params = { protocolVersion: legacyVersion, capabilities: {}, clientInfo };
    const reply = await this.request('initialize', params);
    const { protocolVersion } = Object(reply.message?.['result']) as Members;
    if (typeof protocolVersion === 'string') {
      this.#version = protocolVersion;
      this.#session = isAnswer(reply.answer) ? headerOf(reply.answer, 'mcp-session-id') : undefined;
      await this.#send({ jsonrpc: '2.0', method: 'notifications/initialized' }, undefined);
      return reply;
    }
    if (!isAnswer(reply.answer) || reply.answer.status === 401 || reply.answer.status === 403) return reply;
    this.#version = modernVersion;
    return this.request('server/discover', {});
  }

  /** Ends the session, if there is one. */
  async close(): Promise<void> {
    if (this.#session === undefined) return;
    await this.#endpoint.ask(this.#endpoint.url.href, { method: 'DELETE', headers: this.#headers(undefined) });
  }

  /** Sends a request. */
  async request(method: string, params: Members): Promise<Reply> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = await this.#send({ jsonrpc: '2.0', id, method, params: this.#complete(params) }, id, method, params);
    const body = isAnswer(answer) ? jsonOf(answer) : undefined;
    return { answer, message: body?.['id'] === id ? body : undefined };
  }

  #send(message: Members, id: number | undefined, method?: string, params: Members = {}): Promise<Answer | NoAnswer> {
    return this.#endpoint.ask(this.#endpoint.url.href, {
      method: 'POST',
      headers: { ...this.#headers(method), ...this.#mirrors(params) },
      body: JSON.stringify(message),
      answerTo: id,
    });
  }

  #headers(method: string | undefined): Readonly<Record<string, string>> {
    return {
      authorization: `Bearer ${this.#token}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      // 2025-11-25 basic/transports#protocol-version-header: on all requests after the handshake.
      ...(method === 'initialize' ? {} : { 'mcp-protocol-version': this.#version }),
      ...(this.#session === undefined ? {} : { 'mcp-session-id': this.#session }),
      ...(this.#version === modernVersion && method !== undefined ? { 'mcp-method': method } : {}),
    };
  }

  /** 2026-07-28 basic/transports/streamable-http: what is called stands in a header field as well. */
  #mirrors({ name }: Members): Readonly<Record<string, string>> {
    return this.#version === modernVersion && typeof name === 'string' ? { 'mcp-name': name } : {};
  }

  #complete(params: Members): Members {
    if (this.#version !== modernVersion) return params;
    const meta = 'io.modelcontextprotocol/';
    return {
      ...params,
      _meta: {
        [`${meta}protocolVersion`]: modernVersion,
        [`${meta}clientInfo`]: clientInfo,
        [`${meta}clientCapabilities`]: {},
      },
    };
  }
}
