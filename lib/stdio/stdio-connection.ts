import type { Params, RequestId } from '../jsonrpc/message.js';
import type { LogLevel } from '../registry/log-level.js';
import type { Connection } from '../server/transport/connection.js';
import type { RunningRequests } from '../server/cancellation/running-requests.js';

/** State of the one client of a process: its handshake and its subscriptions. */
export class StdioConnection implements Connection {
  readonly id = 'stdio';
  readonly uris = new Set<string>();
  readonly #running: RunningRequests;
  #handshake: Params | undefined;
  #agreedVersion = '2025-03-26';
  #isReady = false;
  #logLevel: LogLevel | undefined;

  constructor(running: RunningRequests) {
    this.#running = running;
  }

  get handshake(): Params | undefined {
    return this.#handshake;
  }

  get agreedVersion(): string {
    return this.#agreedVersion;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  get logLevel(): LogLevel | undefined {
    return this.#logLevel;
  }

  /** @param version - undefined when there is no legacy revision to agree on */
  agree(handshake: Params, version: string | undefined): void {
    this.#handshake = handshake;
    this.#agreedVersion = version ?? this.#agreedVersion;
  }

  beReady(): Promise<void> {
    this.#isReady = true;
    return Promise.resolve();
  }

  setLogLevel(level: LogLevel): Promise<void> {
    this.#logLevel = level;
    return Promise.resolve();
  }

  subscribe(uri: string): Promise<void> {
    this.uris.add(uri);
    return Promise.resolve();
  }

  unsubscribe(uri: string): Promise<void> {
    this.uris.delete(uri);
    return Promise.resolve();
  }

  cancel(requestId: RequestId, reason?: string): void {
    this.#running.cancel(this.id, requestId, reason);
  }
}
