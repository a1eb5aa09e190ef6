import type { ServerResponse } from 'node:http';
import type { Cancellation } from '../../server/cancellation/cancellation.js';

/** Whether a client went away before it had the whole response. The response knows; it is asked when somebody wants to know. */
export class Disconnect implements Cancellation {
  readonly reason = undefined;
  readonly #response: ServerResponse;

  constructor(response: ServerResponse) {
    this.#response = response;
  }

  get isCancelled(): boolean {
    return this.#response.closed && !this.#response.writableFinished;
  }

  onCancelled(listener: () => void): () => void {
    // A response that is closed says so no more.
    if (this.isCancelled) {
      listener();
      return () => undefined;
    }
    const onClose = (): void => {
      if (this.isCancelled) listener();
    };
    // Closing happens once; `once` would keep three objects more.
    this.#response.on('close', onClose);
    return () => this.#response.off('close', onClose);
  }
}
