/** Facts about an answer that is no result. */
export interface ErrorFacts {
  /** HTTP status; undefined over a registry. */
  readonly status?: number | undefined;
  /** The error of the challenge, such as `insufficient_scope`; undefined when there is none. */
  readonly error?: string | undefined;
  /** The scopes that a refusal names. Empty when it names none. */
  readonly scopes?: readonly string[];
  /** The JSON-RPC error code; undefined when the answer is none. */
  readonly code?: number | undefined;
  /** The `data` of the JSON-RPC error. */
  readonly data?: unknown;
}

/** An answer that is no result: a challenge, a JSON-RPC error, or a response that no MCP endpoint gives. */
export class TestClientError extends Error {
  override readonly name = 'TestClientError';
  readonly status: number | undefined;
  readonly error: string | undefined;
  readonly scopes: readonly string[];
  readonly code: number | undefined;
  readonly data: unknown;

  /**
   * @param message - what the server said
   * @param facts - see {@link ErrorFacts}
   */
  constructor(message: string, { status, error, scopes = [], code, data }: ErrorFacts = {}) {
    super(message);
    this.status = status;
    this.error = error;
    this.scopes = scopes;
    this.code = code;
    this.data = data;
  }
}
