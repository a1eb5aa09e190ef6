import type { Endpoint } from './endpoint.js';

/** Options of a call. */
export interface CallOptions {
  readonly onprogress?: (progress: { readonly progress: number }) => void;
  readonly signal?: AbortSignal;
}

/** The inspected parts of a tool's result. */
export interface CallResult {
  readonly content?: unknown;
  readonly structuredContent?: unknown;
}

/** Names in a list. */
export interface Listed {
  readonly tools: readonly string[];
  readonly prompts: readonly string[];
  readonly resources: readonly string[];
}

/** Notifications to wait for. */
export type Watched = 'notifications/message' | 'notifications/resources/updated' | 'notifications/tools/list_changed';

/** A connected client, as the probes use it, of any generation. */
export interface DrivenClient {
  call(name: string, args?: Readonly<Record<string, unknown>>, options?: CallOptions): Promise<CallResult>;
  list(): Promise<Listed>;
  promptText(name: string, args: Readonly<Record<string, string>>): Promise<unknown>;
  resourceText(uri: string): Promise<unknown>;
  completions(prompt: string, argument: string, value: string): Promise<readonly string[]>;
  on(method: Watched, handler: () => void): void;
  /** Calls a tool, with log messages from `info` on. */
  callWithLogs(name: string): Promise<unknown>;
  /** Subscribes to a resource. */
  subscribe(uri: string): Promise<unknown>;
  /** Listens to the list of tools; some clients do so by default. */
  listen(): Promise<unknown>;
  /** Ends the session at the server. */
  endSession(): Promise<void>;
  close(): Promise<void>;
}

/** The results of signing in and of stepping up. */
export interface SignInOutcome {
  /** Scopes of each authorization request, in order, sorted. */
  readonly asked: readonly (readonly string[])[];
  /** The text of the tool's result after the step-up. */
  readonly written: unknown;
}

/** A client to try: its name, its missing features, and how to drive it. */
export interface ClientKind {
  /** Heading of its column. */
  readonly name: string;
  readonly package: string;
  readonly version: string;
  /** How it is driven, for the reader of the table. */
  readonly how: string;
  /** Its missing features, with the reasons. */
  readonly lacks: Readonly<Partial<Record<string, string>>>;
  /** Connects with a token that the endpoint accepts. */
  connect(endpoint: Endpoint, token: string): Promise<DrivenClient>;
  /** Signs in, calls `write`, is refused, steps up, calls `write` again. */
  signIn(endpoint: Endpoint): Promise<SignInOutcome>;
}

/** The answer that every client gives to a question. */
export const elicited = { action: 'accept' as const, content: { name: 'Ada' } };
