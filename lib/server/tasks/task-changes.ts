import type { MessageBus } from '../../stores/message-bus.js';
import { publishQuietly, subscribeQuietly } from '../../stores/best-effort-bus.js';

const topic = 'tasks';

/** Hears that a task changed, and whether it is over. */
export type TaskListener = (id: string, isOver: boolean) => void;

/** Delivers notifications about changed tasks, from this process and others, to the runs and the listeners of a task. */
export class TaskChanges {
  readonly #bus: MessageBus;
  readonly #origin = crypto.randomUUID();
  readonly #listeners = new Set<TaskListener>();
  readonly #subscribed: Promise<() => Promise<void>>;

  constructor(bus: MessageBus) {
    this.#bus = bus;
    this.#subscribed = subscribeQuietly(bus, topic, (text) => {
      const [origin, id, isOver] = JSON.parse(text) as [string, string, boolean];
      if (origin !== this.#origin) this.#hear(id, isOver);
    });
  }

  /** A task changed, by what this process did. */
  tell(id: string, isOver: boolean): void {
    this.#hear(id, isOver);
    // Lost with the bus, a cancellation is noticed when the lease is renewed, and a change when the client asks.
    publishQuietly(this.#bus, topic, JSON.stringify([this.#origin, id, isOver]));
  }

  /** @returns a function that ends it */
  listen(listener: TaskListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    const unsubscribe = await this.#subscribed;
    await unsubscribe();
  }

  #hear(id: string, isOver: boolean): void {
    for (const listener of this.#listeners) listener(id, isOver);
  }
}
