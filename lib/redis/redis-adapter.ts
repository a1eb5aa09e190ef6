/** A connection that only listens to channels. It does not reconnect by itself: its owner opens another. */
export interface SubscriberConnection {
  connect(): Promise<void>;
  /** @param channels - one or more */
  subscribe(channels: readonly string[]): Promise<void>;
  unsubscribe(channel: string): Promise<void>;
  destroy(): void;
}

/** Listeners of a subscriber connection. */
export interface SubscriberListeners {
  readonly hear: (channel: string, message: string) => void;
  /** The connection is lost for good. */
  readonly lose: () => void;
}

/** All that we want of a client, whichever it is. */
export interface RedisAdapter {
  /** Whether a command would be sent at once. */
  readonly isReady: boolean;
  /**
   * Sends a command.
   *
   * @param key - the first key, by which a cluster finds the node; undefined when any will do
   */
  send(command: readonly [string, ...string[]], key: string | undefined): Promise<unknown>;
  /** A connection of its own, made like that of the client; not connected yet. */
  createSubscriber(listeners: SubscriberListeners): SubscriberConnection;
}
