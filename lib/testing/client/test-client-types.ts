import type { CallToolResult, GetPromptResult, ReadResourceResult } from '../../registry/content.js';
import type { LogLevel } from '../../registry/log-level.js';
import type { ServerNotification } from './channel.js';
import type { ExpectedRefusal } from './expect-refused.js';
import type { TestClientError } from './test-client-error.js';
import type { Answers } from './test-client-options.js';

/** How far a call is. */
export interface ReceivedProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** Options of one request. */
export interface RequestOptions {
  /** Hears of the handler's progress. */
  readonly onProgress?: (progress: ReceivedProgress) => void;
  /** Hears of every other notification that comes before the answer: log messages, changes of a subscription. */
  readonly onNotification?: (notification: ServerNotification) => void;
  /** The least severe log messages to hear of. Default: none. */
  readonly logLevel?: LogLevel;
  /** Cancels the request. */
  readonly signal?: AbortSignal;
  /** Answers to the handler's questions. Default: those of the client. */
  readonly answer?: Answers;
}

/** The result of a tool. */
export interface ToolCallResult<Content = unknown> extends CallToolResult {
  readonly structuredContent?: Content;
  /** Whether the tool tells of a failure, as with `ToolError` or arguments that its schema refuses. */
  readonly isError: boolean;
  /** The text blocks, a line each. */
  readonly text: string;
}

/** An item as a list shows it. */
export interface ListedItem {
  readonly [member: string]: unknown;
  readonly name: string;
  readonly title?: string;
  readonly description?: string;
}

/** An MCP client in the test's own process. */
export interface TestClient {
  /** The scopes that the caller holds at present; more after a step-up. */
  readonly scopes: readonly string[];
  /**
   * Calls a tool.
   *
   * @typeParam Content - type of the structured content, as the tool's output schema says
   * @throws TestClientError when the call is refused, or answered by a JSON-RPC error
   */
  call<Content = unknown>(
    name: string,
    args?: Readonly<Record<string, unknown>>,
    options?: RequestOptions,
  ): Promise<ToolCallResult<Content>>;
  /** Every tool that the caller may see, from all pages. */
  listTools(): Promise<readonly ListedItem[]>;
  listPrompts(): Promise<readonly ListedItem[]>;
  listResources(): Promise<readonly ListedItem[]>;
  listResourceTemplates(): Promise<readonly ListedItem[]>;
  /** @throws TestClientError */
  getPrompt(name: string, args?: Readonly<Record<string, string>>, options?: RequestOptions): Promise<GetPromptResult>;
  /** @throws TestClientError */
  readResource(uri: string, options?: RequestOptions): Promise<ReadResourceResult>;
  /**
   * Sends any request, such as `completion/complete`, `tasks/get` or `subscriptions/listen`.
   *
   * @returns the result as it came
   * @throws TestClientError
   */
  request(
    method: string,
    params?: Readonly<Record<string, unknown>>,
    options?: RequestOptions,
  ): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Expects that something is refused: a call of a tool by its name, or any request.
   *
   * @returns the refusal
   * @throws AssertionError when it is not refused, or for other scopes; every test runner reports it as a failed expectation
   */
  expectRefused(
    work: Promise<unknown> | string | (() => Promise<unknown>),
    expected: ExpectedRefusal,
  ): Promise<TestClientError>;
  /** The same with arguments for the tool. */
  expectRefused(
    tool: string,
    args: Readonly<Record<string, unknown>>,
    expected: ExpectedRefusal,
  ): Promise<TestClientError>;
  /** Ends what is still open. Nothing keeps the process running without it. */
  close(): Promise<void>;
}
