/** One event of a stream (WHATWG HTML §9.2.6). */
export interface StreamEvent {
  /** The id by which a client resumes the stream. */
  readonly id?: string | undefined;
  /** One message, or an empty text. */
  readonly data: string;
  /** Milliseconds that the client waits before it comes back. */
  readonly retryMs?: number | undefined;
}

/** A connection that carries events to a client, as long as it lasts. */
export interface EventSink {
  /** False once the client has gone away, or the connection was ended. */
  readonly isOpen: boolean;
  /** Tells the client that a stream follows; `write` does it by itself. */
  begin(): void;
  /** @returns when the client can take more; at once if the client is gone */
  write(event: StreamEvent): Promise<void>;
  end(): void;
  /**
   * Ends a connection whose client will come back.
   *
   * @param retryMs - milliseconds until then
   */
  endForNow(retryMs: number): void;
  /**
   * @param listener - called once, at once if the connection is already closed
   * @returns a function that removes the listener
   */
  onClose(listener: () => void): () => void;
  /** Registers work to repeat while the connection lasts. */
  onKeepAlive(listener: () => Promise<void> | void): void;
}
