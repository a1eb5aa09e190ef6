import type { EndingListener, Outbox } from '../../lib/server/transport/outbox.js';

/** Keeps what is sent before an answer. */
export class RecordingOutbox implements Outbox {
  readonly takesMessages = true;
  readonly messages: unknown[] = [];
  readonly closings: (number | undefined)[] = [];
  readonly #listeners = new Set<EndingListener>();
  #isEnding = false;

  get hasBegun(): boolean {
    return this.messages.length > 0;
  }

  /** How many wait to be told of the end. */
  get listeners(): number {
    return this.#listeners.size;
  }

  send(message: string): Promise<void> {
    this.messages.push(JSON.parse(message));
    return Promise.resolve();
  }

  onEnding(listener: EndingListener): () => void {
    this.#listeners.add(listener);
    if (this.#isEnding) listener(undefined);
    return () => this.#listeners.delete(listener);
  }

  bringToEnd(...[reason]: Parameters<EndingListener> | []): void {
    this.#isEnding = true;
    for (const listener of this.#listeners) listener(reason);
  }

  closeConnection(retryMs?: number): void {
    this.closings.push(retryMs);
  }
}
