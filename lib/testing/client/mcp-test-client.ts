import { isObject } from '../../jsonrpc/parse-message.js';
import type { CallToolResult, GetPromptResult, ReadResourceResult } from '../../registry/content.js';
import { metaKeys } from '../../server/revisions/modern.js';
import type { Channel, ServerNotification } from './channel.js';
import type { ExpectedRefusal } from './expect-refused.js';
import { assertRefused } from './expect-refused.js';
import type { ListedItem, RequestOptions, TestClient, ToolCallResult } from './test-client-types.js';
import { TestClientError } from './test-client-error.js';
import type { Answers, TestClientOptions } from './test-client-options.js';

type Members = Readonly<Record<string, unknown>>;

// As many as the server asks of older clients.
const maxRounds = 20;

/** Speaks 2026-07-28 over a channel: each request says who the client is and what it can do. */
export class McpTestClient implements TestClient {
  readonly #channel: Channel;
  readonly #options: TestClientOptions;
  #requests = 0;

  constructor(channel: Channel, options: TestClientOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  get scopes(): readonly string[] {
    return this.#channel.scopes;
  }

  async call<Content = unknown>(
    name: string,
    args: Members = {},
    options: RequestOptions = {},
  ): Promise<ToolCallResult<Content>> {
    // The server keeps the promise of the tool's output schema; the test says which it is.
    const result = await this.#receive<CallToolResult & { readonly structuredContent?: Content }>(
      'tools/call',
      { name, arguments: args },
      options,
    );
    const texts = result.content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
    return { ...result, isError: result.isError === true, text: texts.join('\n') };
  }

  listTools(): Promise<readonly ListedItem[]> {
    return this.#listAll('tools/list', 'tools');
  }

  listPrompts(): Promise<readonly ListedItem[]> {
    return this.#listAll('prompts/list', 'prompts');
  }

  listResources(): Promise<readonly ListedItem[]> {
    return this.#listAll('resources/list', 'resources');
  }

  listResourceTemplates(): Promise<readonly ListedItem[]> {
    return this.#listAll('resources/templates/list', 'resourceTemplates');
  }

  getPrompt(
    name: string,
    args: Readonly<Record<string, string>> = {},
    options: RequestOptions = {},
  ): Promise<GetPromptResult> {
    return this.#receive('prompts/get', { name, arguments: args }, options);
  }

  readResource(uri: string, options: RequestOptions = {}): Promise<ReadResourceResult> {
    return this.#receive('resources/read', { uri }, options);
  }

  async request(method: string, params: Members = {}, options: RequestOptions = {}): Promise<Members> {
    const answer = options.answer ?? this.#options.answer;
    let rounds: Members = {};
    for (let count = 0; count < maxRounds; count++) {
      const result = await this.#sendOrStepUp(method, { ...params, ...rounds }, options);
      if (result['resultType'] !== 'input_required') return result;
      const { inputRequests, requestState } = result;
      rounds = {
        inputResponses: await answerAll(isObject(inputRequests) ? inputRequests : {}, answer),
        ...(requestState === undefined ? {} : { requestState }),
      };
    }
    throw new TestClientError(`${method} asked for input ${String(maxRounds)} times`);
  }

  expectRefused(
    work: Promise<unknown> | string | (() => Promise<unknown>),
    argsOrExpected: ExpectedRefusal | Members,
    expected?: ExpectedRefusal,
  ): Promise<TestClientError> {
    // Held before a step-up, since the refusal says what was lacking then.
    const held = this.scopes;
    if (typeof work !== 'string') {
      return assertRefused(typeof work === 'function' ? work() : work, argsOrExpected, held);
    }
    const args = expected === undefined ? {} : (argsOrExpected as Members);
    return assertRefused(this.call(work, args), expected ?? argsOrExpected, held);
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  /** A result in the shape that the specification gives it, which the server's own tests hold it to. */
  async #receive<Result>(method: string, params: Members, options: RequestOptions): Promise<Result> {
    return (await this.request(method, params, options)) as unknown as Result;
  }

  async #listAll(method: string, member: string): Promise<readonly ListedItem[]> {
    const listed: ListedItem[] = [];
    let cursor: unknown;
    do {
      const page = await this.request(method, cursor === undefined ? {} : { cursor });
      if (Array.isArray(page[member])) listed.push(...(page[member] as readonly ListedItem[]));
      cursor = page['nextCursor'];
    } while (cursor !== undefined);
    return listed;
  }

  async #sendOrStepUp(method: string, params: Members, options: RequestOptions): Promise<Members> {
    try {
      return await this.#send(method, params, options);
    } catch (error) {
      const asked = error instanceof TestClientError && error.error === 'insufficient_scope' ? error.scopes : [];
      if (this.#options.stepUp !== true || asked.every((scope) => this.scopes.includes(scope))) throw error;
      await this.#channel.addScopes(asked);
      return await this.#send(method, params, options);
    }
  }

  #send(method: string, params: Members, options: RequestOptions): Promise<Members> {
    const id = ++this.#requests;
    const { onProgress, onNotification, signal } = options;
    const meta = {
      [metaKeys.protocolVersion]: '2026-07-28',
      [metaKeys.clientInfo]: { name: 'express-mcp-test-client', version: '1.0.0' },
      [metaKeys.clientCapabilities]: this.#capabilities(options),
      ...(options.logLevel === undefined ? {} : { [metaKeys.logLevel]: options.logLevel }),
      ...(onProgress === undefined ? {} : { progressToken: id }),
      ...(isObject(params['_meta']) ? params['_meta'] : {}),
    };
    const hear = (notification: ServerNotification): void => {
      const { progressToken, progress, total, message } = notification.params;
      if (notification.method !== 'notifications/progress') onNotification?.(notification);
      else if (progressToken === id) {
        onProgress?.({
          progress: Number(progress),
          ...(typeof total === 'number' ? { total } : {}),
          ...(typeof message === 'string' ? { message } : {}),
        });
      }
    };
    const request = { jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } } as const;
    return this.#channel.send(request, { onNotification: hear, signal });
  }

  #capabilities({ answer = this.#options.answer }: RequestOptions): Members {
    const answering = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };
    return { ...(answer === undefined ? {} : answering), ...this.#options.capabilities };
  }
}

async function answerAll(requests: Members, answer: Answers | undefined): Promise<Members> {
  const answers = Object.entries(requests).map(async ([name, asked]) => {
    const { method, params } = asked as { readonly method: 'elicitation/create'; readonly params: Members };
    return [name, typeof answer === 'function' ? await answer({ name, method, params }) : answer] as const;
  });
  return Object.fromEntries(await Promise.all(answers));
}
