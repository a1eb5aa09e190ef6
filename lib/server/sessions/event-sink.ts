/** One event of a stream (WHATWG HTML §9.2.6). */
export interface StreamEvent {
  /** By which a client resumes the stream after it. */
  readonly id?: string | undefined;
  /** One message, or nothing. */
  readonly data: string;
  /** How long the client waits before it comes back, in milliseconds. */
  readonly retryMs?: number | undefined;
}

/** A connection that carries events to a client, as long as it lasts. */
export interface EventSink {
  /** False once the client has gone away, or the connection was ended. */
  readonly isOpen: boolean;
  /** Lets the client know that a stream follows; `write` does it by itself. */
  begin(): void;
  /** @returns when the client can take more; at once when nobody is there any more */
  write(event: StreamEvent): Promise<void>;
  end(): void;
  /**
   * Ends a connection that the client comes back from.
   *
   * @param retryMs - after so many milliseconds
   */
  endForNow(retryMs: number): void;
  /**
   * @param listener - called once, at once when the connection is closed already
   * @returns a function that ends it
   */
  onClose(listener: () => void): () => void;
  /** Something to do every now and then while the connection lasts. */
  onKeepAlive(listener: () => Promise<void> | void): void;
}
