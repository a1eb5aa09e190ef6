/** Hears of messages of a topic. It handles its own errors. */
export type MessageListener = (message: string) => void;

/**
 * Carries short messages between the processes that share an endpoint: that a list changed, that an event was logged, that a
 * client answered. A message that is lost costs a notification, never a wrong answer.
 */
export interface MessageBus {
  /**
   * Hands a message to every listener of the topic, in this and all other processes.
   *
   * @param topic - up to 200 visible characters
   * @param message - any text
   */
  publish(topic: string, message: string): Promise<void>;
  /**
   * Listens to a topic from the moment that the promise resolves.
   *
   * @returns a function that ends it
   */
  subscribe(topic: string, listener: MessageListener): Promise<() => Promise<void>>;
  /** Whether it can be used now, for readiness probes; rejects when not. Optional. */
  check?(): Promise<void>;
  /** Gives up connections and timers. */
  close(): Promise<void>;
}

/**
 * A {@link MessageBus} for one process.
 *
 * @example
 * ```ts
 * import { memoryMessageBus } from 'express-mcp';
 *
 * const bus = memoryMessageBus();
 * await bus.subscribe('greetings', (message) => console.log(message)); // hello
 * await bus.publish('greetings', 'hello');
 * ```
 */
export function memoryMessageBus(): MessageBus {
  const topics = new Map<string, Set<MessageListener>>();
  return {
    publish: (topic, message) => {
      for (const listener of topics.get(topic) ?? []) listener(message);
      return Promise.resolve();
    },
    subscribe: (topic, listener) => {
      // A listener of its own for each subscription, so that the same function can be there twice.
      const own: MessageListener = (message) => {
        try {
          listener(message);
        } catch {
          // Neither who publishes nor the other listeners have anything to do with it.
        }
      };
      const listeners = topics.get(topic) ?? new Set();
      topics.set(topic, listeners.add(own));
      return Promise.resolve(() => {
        listeners.delete(own);
        if (listeners.size === 0 && topics.get(topic) === listeners) topics.delete(topic);
        return Promise.resolve();
      });
    },
    close: () => {
      topics.clear();
      return Promise.resolve();
    },
  };
}
