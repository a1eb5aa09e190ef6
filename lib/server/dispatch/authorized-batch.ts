import type { Eventually } from '../../promises/and-then.js';
import type { MessageDecision } from '../authorization/decide-item.js';
import type { MessageStep } from './message-step.js';

/**
 * The messages of a batch, which wait for one another. All are authorized before any is invoked, since a later refusal could not undo
 * the others.
 */
export class AuthorizedBatch {
  readonly #steps: MessageStep[] = [];
  readonly #decisions: Promise<readonly MessageDecision[]>;
  #allAreThere: () => void = () => undefined;
  #missing: number;

  /**
   * @param size - number of messages
   * @param authorize - decides about all of them
   */
  constructor(size: number, authorize: (steps: readonly MessageStep[]) => Eventually<readonly MessageDecision[]>) {
    this.#missing = size;
    const complete = new Promise<void>((resolve) => {
      this.#allAreThere = resolve;
    });
    this.#decisions = complete.then(() => authorize(this.#steps));
  }

  /** The messages that have arrived. */
  get steps(): readonly MessageStep[] {
    return Object.values(this.#steps);
  }

  /**
   * @param index - its place in the batch
   * @returns the decision about a message, once all have arrived
   * @throws what `authorize` throws
   */
  async decisionAbout(step: MessageStep, index: number): Promise<MessageDecision | undefined> {
    this.#steps[index] = step;
    this.#missing--;
    if (this.#missing === 0) this.#allAreThere();
    return (await this.#decisions)[index];
  }
}
