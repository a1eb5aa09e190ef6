import type { ExpressMcpError } from '../../errors/express-mcp-error.js';
import type { RequestId } from '../../jsonrpc/message.js';

/** Told when the server wants a stream to come to its end: why, or nothing when it is just closing down. */
export type EndingListener = (reason: ExpressMcpError | undefined) => void;

/**
 * Where messages to the client go that come before the answer to a request: its response stream (HTTP), or the one channel that
 * everything shares (stdio).
 */
export interface Outbox {
  /** Whether a message went out. From then on the answer's HTTP status is settled. */
  readonly hasBegun: boolean;
  /** Whether the client takes messages before the answer at all. Where not, they are dropped. */
  readonly takesMessages: boolean;
  /** Whether more waits for the client than may, so that what it can do without is left out. */
  readonly isBehind?: boolean;
  /** @returns when the client can take more; at once when nobody is there any more */
  send(message: string): Promise<void>;
  /** @returns a function that ends it */
  onEnding(listener: EndingListener): () => void;
  /** Ends the connection but not the stream, where a client can come back for the rest. */
  closeConnection(retryMs?: number): void;
  /** Told which scopes were needed for what is sent, before it is, where a client can come back for it. */
  readonly demand?: (scopes: readonly string[]) => void;
  /** Tells that a subscription ends because the server wants it to, on transports whose stream does not end with it. */
  readonly farewell?: ((subscription: RequestId) => Promise<void>) | undefined;
}
