import type { EndingListener, Outbox } from '../../server/transport/outbox.js';
import type { SseResponse } from './sse-response.js';

/** An outbox whose last message can be the answer itself. */
export interface AnswerStream extends Outbox {
  /** Sends the answer, if there is one, and ends the stream. */
  finish(message: string | undefined): Promise<void>;
}

/** The stream of one answer, which lasts as long as its connection: that of modern clients, and of legacy ones without a session. */
export class ConnectionStream implements AnswerStream {
  readonly takesMessages: boolean;
  readonly #sse: SseResponse;

  /** @param takesMessages - whether the client accepts a stream */
  constructor(sse: SseResponse, takesMessages: boolean) {
    this.#sse = sse;
    this.takesMessages = takesMessages;
  }

  get hasBegun(): boolean {
    return this.#sse.hasBegun;
  }

  get isBehind(): boolean {
    return this.#sse.isBehind;
  }

  async send(message: string): Promise<void> {
    if (this.takesMessages) await this.#sse.write({ data: message });
  }

  async finish(message: string | undefined): Promise<void> {
    if (message !== undefined) await this.#sse.write({ data: message });
    this.#sse.end();
  }

  onEnding(listener: EndingListener): () => void {
    return this.#sse.onEnding(listener);
  }

  closeConnection(): void {
    // There would be no way back to the stream.
  }
}
