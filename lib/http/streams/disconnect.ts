import type { ServerResponse } from 'node:http';
import type { Cancellation } from '../../server/cancellation/cancellation.js';

/** Tells whether a client went away before it had the whole response. It listens to the response only once it is asked. */
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
    // A closed response emits no second event.
    if (this.isCancelled) {
      listener();
      return () => undefined;
    }
    const onClose = (): void => {
      if (this.isCancelled) listener();
    };
    // Closing happens once; `once` would keep three more objects.
    this.#response.on('close', onClose);
    return () => this.#response.off('close', onClose);
  }
}
