import type { CallToolResult, GetPromptResult, ReadResourceResult } from '../../registry/content.js';
import type { LogLevel } from '../../registry/log-level.js';
import type { ServerNotification } from './channel.js';
import type { ExpectedRefusal } from './expect-refused.js';
import type { TestClientError } from './test-client-error.js';
import type { Answers } from './test-client-options.js';

/** Progress of a call. */
export interface ReceivedProgress {
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** Options of one request. */
export interface RequestOptions {
  /** Receives the handler's progress. */
  readonly onProgress?: (progress: ReceivedProgress) => void;
  /** Receives every other notification that comes before the answer: log messages, changes of a subscription. */
  readonly onNotification?: (notification: ServerNotification) => void;
  /** The least severe level of log messages to receive. Default: none. */
  readonly logLevel?: LogLevel;
  /** Cancels the request. */
  readonly signal?: AbortSignal;
  /** Capabilities to declare for this request. Default: those of the client. Older revisions declare theirs once. */
  readonly capabilities?: Readonly<Record<string, unknown>> | undefined;
  /** Answers to the handler's questions. Default: those of the client. */
  readonly answer?: Answers;
}

/** The result of a tool. */
export interface ToolCallResult<Content = unknown> extends CallToolResult {
  readonly structuredContent?: Content;
  /** Whether the tool reports a failure, as with `ToolError` or arguments that its schema refuses. */
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

/** A task as `tasks/get` shows it. */
export interface TaskState {
  readonly taskId: string;
  readonly status: 'cancelled' | 'completed' | 'failed' | 'input_required' | 'working';
  readonly statusMessage?: string;
  readonly pollIntervalMs?: number;
  readonly inputRequests?: Readonly<Record<string, unknown>>;
  /** Result of a completed task. */
  readonly result?: CallToolResult;
  /** Error of a failed task. */
  readonly error?: { readonly code: number; readonly message: string };
}

/** A call that became a task. */
export interface TestTask {
  readonly id: string;
  /** @throws TestClientError if the caller has no such task */
  get(): Promise<TaskState>;
  /**
   * Polls until the task is over, and answers its questions meanwhile.
   *
   * @throws TestClientError if it asks a question and there is no `answer`
   */
  finished(): Promise<TaskState>;
  cancel(): Promise<void>;
}

/** The changes to listen to. */
export interface Listening {
  readonly tools?: boolean;
  readonly prompts?: boolean;
  readonly resources?: boolean;
  /** URIs of resources that change. */
  readonly uris?: readonly string[];
}

/** Changes that a server reports. */
export interface TestSubscription {
  /**
   * The next notification, such as `{ method: 'notifications/tools/list_changed' }`.
   *
   * @param timeoutMs - milliseconds to wait for it. Default 5000
   * @throws TestClientError if none comes, or the subscription is over
   */
  next(timeoutMs?: number): Promise<ServerNotification>;
  close(): void;
}

/** An MCP client in the test's own process. */
export interface TestClient {
  /** The scopes that the caller holds now; more after a step-up. */
  readonly scopes: readonly string[];
  /**
   * Calls a tool.
   *
   * @typeParam Content - type of the structured content, as the tool's output schema says
   * @throws TestClientError if the call is refused, or answered by a JSON-RPC error
   */
  call<Content = unknown>(
    name: string,
    args?: Readonly<Record<string, unknown>>,
    options?: RequestOptions,
  ): Promise<ToolCallResult<Content>>;
  /**
   * Calls a tool as a client that knows tasks.
   *
   * @throws TestClientError if the call is refused, or the tool answers at once
   */
  startTask(name: string, args?: Readonly<Record<string, unknown>>, options?: RequestOptions): Promise<TestTask>;
  /**
   * Listens to changes, by `subscriptions/listen`. The server has acknowledged it when the promise is fulfilled.
   *
   * @throws TestClientError if it is refused, and for older `protocolVersion`s, which have no such request
   */
  listen(filter: Listening): Promise<TestSubscription>;
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
   * Expects a refusal of a tool call by the tool's name, or of any request.
   *
   * @returns the refusal
   * @throws AssertionError if it is not refused, or for other scopes; every test runner reports it as a failed expectation
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
  /** Ends open requests and subscriptions. The process can also end without it. */
  close(): Promise<void>;
}
