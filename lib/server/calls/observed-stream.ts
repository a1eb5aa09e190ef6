import type { Reply } from '../transport/outgoing-reply.js';
import { LastingStream } from '../transport/outgoing-reply.js';

/** A stream whose call ends with it. */
export class ObservedStream extends LastingStream {
  readonly #stream: LastingStream;
  readonly #onAnswer: (reply: Reply | undefined) => void;

  /** @param onAnswer - hears what is answered in the end; undefined when that failed */
  constructor(stream: LastingStream, onAnswer: (reply: Reply | undefined) => void) {
    super();
    this.#stream = stream;
    this.#onAnswer = onAnswer;
  }

  whenOver(listener: () => void): void {
    this.#stream.whenOver(listener);
  }

  async answer(): Promise<Reply> {
    let reply: Reply | undefined;
    try {
      reply = await this.#stream.answer();
      return reply;
    } finally {
      this.#onAnswer(reply);
    }
  }
}
