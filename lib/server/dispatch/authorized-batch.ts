import type { Eventually } from '../../promises/and-then.js';
import type { MessageDecision } from '../authorization/decide-item.js';
import type { MessageStep } from './message-step.js';

/**
 * The messages of a batch, which wait for one another: each is authorized before any is invoked, since a refusal later on would come
 * too late for the others.
 */
export class AuthorizedBatch {
  readonly #steps: MessageStep[] = [];
  readonly #decisions: Promise<readonly MessageDecision[]>;
  #allAreThere: () => void = () => undefined;
  #missing: number;

  /**
   * @param size - how many messages there are
   * @param authorize - decides about all of them
   */
  constructor(size: number, authorize: (steps: readonly MessageStep[]) => Eventually<readonly MessageDecision[]>) {
    this.#missing = size;
    const complete = new Promise<void>((resolve) => {
      this.#allAreThere = resolve;
    });
    this.#decisions = complete.then(() => authorize(this.#steps));
  }

  /** Those that are there. */
  get steps(): readonly MessageStep[] {
    return Object.values(this.#steps);
  }

  /**
   * @param index - its place in the batch
   * @returns what was decided about a message, once all are there
   * @throws what `authorize` throws
   */
  async decisionAbout(step: MessageStep, index: number): Promise<MessageDecision | undefined> {
    this.#steps[index] = step;
    this.#missing--;
    if (this.#missing === 0) this.#allAreThere();
    return (await this.#decisions)[index];
  }
}
