import type { RequestId } from '../../lib/jsonrpc/message.js';
import type { LogLevel } from '../../lib/registry/log-level.js';
import type { Connection } from '../../lib/server/transport/connection.js';
import type { ProtocolVersion } from '../../lib/server/revisions/revision.js';
import type { Answer, TestServer } from './dispatching.js';
import { connectionWith, nobody } from './dispatching.js';
import type { Caller } from '../../lib/server/authorization/caller.js';
import { RecordingOutbox } from './recording-outbox.js';

/** A message of the server, loosely typed for tests. */
export interface SentMessage {
  readonly id?: RequestId;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A client's answer. */
export type Outcome = { readonly result: unknown } | { readonly error: unknown };

/** Undefined for a question that the client leaves unanswered. */
export type Script = (question: SentMessage) => Outcome | undefined;

export interface ScriptedClientOptions {
  readonly version?: Exclude<ProtocolVersion, '2026-07-28'>;
  readonly capabilities?: Readonly<Record<string, unknown>>;
  readonly caller?: Caller;
  /** Names the connection. */
  readonly name?: string;
  readonly logLevel?: LogLevel;
  /** Whether it said so before; otherwise it does with notifications/initialized. */
  readonly isReady?: boolean;
}

/** A legacy client with a connection, without a transport: it stores its messages, and answers questions by a script. */
export class ScriptedClient {
  readonly connection: Connection;
  /** All messages before answers, in order. */
  readonly sent: SentMessage[] = [];
  /** The server's replies to the script's answers. */
  readonly receipts: Answer[] = [];
  readonly outbox: RecordingOutbox;
  readonly #server: TestServer;
  readonly #version: Exclude<ProtocolVersion, '2026-07-28'>;
  readonly #caller: Caller;

  constructor(server: TestServer, script: Script, options: ScriptedClientOptions = {}) {
    const {
      version = '2025-11-25',
      capabilities = {},
      caller = nobody,
      name = 'connection-1',
      logLevel,
      isReady = true,
    } = options;
    this.#server = server;
    this.#version = version;
    this.#caller = caller;
    let ready = isReady;
    this.connection = {
      ...connectionWith({ capabilities, clientInfo: { name: 'scripted', version: '1.0.0' } }),
      id: name,
      logLevel,
      get isReady() {
        return ready;
      },
      beReady: () => {
        ready = true;
        return Promise.resolve();
      },
      cancel: (id, reason) => {
        server.dispatcher.running.cancel(name, id, reason);
      },
    };
    this.outbox = new RecordingOutbox();
    const record = this.outbox.send.bind(this.outbox);
    this.outbox.send = async (text) => {
      await record(text);
      const message = JSON.parse(text) as SentMessage;
      this.sent.push(message);
      const outcome = message.id === undefined ? undefined : script(message);
      if (outcome !== undefined) this.receipts.push(await this.answer(message.id, outcome));
    };
  }

  /** The questions among the messages. */
  get questions(): readonly SentMessage[] {
    return this.sent.filter(({ id }) => id !== undefined);
  }

  get cancellations(): readonly SentMessage[] {
    return this.sent.filter(({ method }) => method === 'notifications/cancelled');
  }

  async call(name: string, params: Readonly<Record<string, unknown>> = {}, id: RequestId = 1): Promise<Answer> {
    return this.request('tools/call', { name, ...params }, id);
  }

  async request(method: string, params: Readonly<Record<string, unknown>> = {}, id: RequestId = 1): Promise<Answer> {
    return this.#send({ jsonrpc: '2.0', id, method, params });
  }

  async notify(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    return this.#send({ jsonrpc: '2.0', method, params });
  }

  /** Answers a question of any request. */
  async answer(id: RequestId | undefined, outcome: Outcome): Promise<Answer> {
    return this.#send({ jsonrpc: '2.0', id, ...outcome });
  }

  async #send(payload: unknown): Promise<Answer> {
    const { connection, outbox } = this;
    return this.#server.send(payload, { header: this.#version, caller: this.#caller, connection, outbox });
  }
}
