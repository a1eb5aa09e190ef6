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
  /** @returns when the client can take more; at once when nobody is there any more */
  write(event: StreamEvent): Promise<void>;
  end(): void;
  /** @returns a function that ends it */
  onClose(listener: () => void): () => void;
}
