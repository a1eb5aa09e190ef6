import { isObject } from '../../jsonrpc/parse-message.js';
import type { CallToolResult, GetPromptResult, ReadResourceResult } from '../../registry/content.js';
import { tasksExtension } from '../../registry/task-support.js';
import { answerAll, answerOne } from './answer-all.js';
import type { Channel, ServerNotification } from './channel.js';
import { capabilitiesOf, clientInfo, hearerOf, isOlder, metaOf, withExtension } from './client-messages.js';
import type { ExpectedRefusal } from './expect-refused.js';
import { assertExpectedRefusal, assertRefused } from './expect-refused.js';
import type {
  ListedItem,
  Listening,
  RequestOptions,
  TestClient,
  TestSubscription,
  TestTask,
  ToolCallResult,
} from './test-client-types.js';
import { TestClientError } from './test-client-error.js';
import type { Answers, Question, TestClientOptions } from './test-client-options.js';
import { assertToolName } from './test-client-options.js';
import { QueuedSubscription } from './test-subscription.js';
import { PolledTask } from './test-task.js';

type Members = Readonly<Record<string, unknown>>;

// The server asks older clients at most that often.
const maxRounds = 20;

/**
 * Speaks MCP over a channel. By 2026-07-28 each request names the client and its capabilities; by older revisions a handshake before
 * the first request does.
 */
export class McpTestClient implements TestClient {
  readonly #channel: Channel;
  readonly #options: TestClientOptions;
  #requests = 0;
  #handshake: Promise<void> | undefined;

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
    assertToolName(name);
    // The server keeps to the tool's output schema; the test names its type.
    const result = await this.#receive<CallToolResult & { readonly structuredContent?: Content }>(
      'tools/call',
      { name, arguments: args },
      options,
    );
    const texts = result.content.flatMap((block) => (block.type === 'text' ? [block.text] : []));
    return { ...result, isError: result.isError === true, text: texts.join('\n') };
  }

  async startTask(name: string, args: Members = {}, options: RequestOptions = {}): Promise<TestTask> {
    const capabilities = withExtension(this.#options.capabilities, tasksExtension);
    const inTasks = { ...options, capabilities };
    const result = await this.request('tools/call', { name, arguments: args }, inTasks);
    const { taskId } = result;
    if (result['resultType'] !== 'task' || typeof taskId !== 'string') {
      throw new TestClientError(`${name} answered at once; its definition has no task`);
    }
    const send = (method: string, params: Members): Promise<Members> => this.request(method, params, { capabilities });
    return new PolledTask(taskId, send, options.answer ?? this.#options.answer);
  }

  async listen({ tools = false, prompts = false, resources = false, uris = [] }: Listening): Promise<TestSubscription> {
    if (isOlder(this.#options)) {
      throw new TestClientError(
        'listen needs protocolVersion 2026-07-28: older revisions have no subscriptions/listen',
      );
    }
    const notifications = {
      ...(tools ? { toolsListChanged: true } : {}),
      ...(prompts ? { promptsListChanged: true } : {}),
      ...(resources ? { resourcesListChanged: true } : {}),
      ...(uris.length > 0 ? { resourceSubscriptions: uris } : {}),
    };
    const subscription = new QueuedSubscription();
    await new Promise<void>((resolve, reject) => {
      const onNotification = (notification: ServerNotification): void => {
        const { method } = notification;
        if (method === 'notifications/subscriptions/acknowledged') resolve();
        // On stdio, servers end a subscription that way.
        else if (method === 'notifications/cancelled') subscription.end(endedByServer());
        else subscription.push(notification);
      };
      this.request('subscriptions/listen', { notifications }, { onNotification, signal: subscription.signal }).then(
        () => {
          subscription.end(endedByServer());
        },
        (error: unknown) => {
          reject(error instanceof Error ? error : new TestClientError(String(error)));
          subscription.end(error);
        },
      );
    });
    return subscription;
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
    assertExpectedRefusal(expected ?? argsOrExpected, work);
    // The scopes before a step-up, since the refusal names what was lacking then.
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

  /** A result in the specification's form, which the server's own tests check. */
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
      // A client that signs in again starts over.
      this.#handshake = undefined;
      return await this.#send(method, params, options);
    }
  }

  async #send(method: string, params: Members, options: RequestOptions): Promise<Members> {
    const isOld = isOlder(this.#options);
    if (isOld) await this.#begin(options);
    const id = ++this.#requests;
    const { answer = this.#options.answer } = options;
    const { capabilities = this.#options.capabilities } = options;
    const meta = metaOf(id, options, isOld ? undefined : capabilitiesOf({ answer, capabilities }, false));
    const _meta = { ...meta, ...(isObject(params['_meta']) ? params['_meta'] : {}) };
    const request = {
      jsonrpc: '2.0',
      id,
      method,
      params: Object.keys(_meta).length === 0 ? params : { ...params, _meta },
    } as const;
    return this.#channel.send(request, {
      onNotification: hearerOf(id, options),
      onRequest: ({ method: asked, params: about }) => answerRequest(asked, about, answer),
      signal: options.signal,
    });
  }

  /** Sends the handshake once, and sets the log level. */
  async #begin({ logLevel }: RequestOptions): Promise<void> {
    this.#handshake ??= this.#shakeHands();
    await this.#handshake;
    if (logLevel === undefined) return;
    const request = {
      jsonrpc: '2.0',
      id: ++this.#requests,
      method: 'logging/setLevel',
      params: { level: logLevel },
    } as const;
    await this.#channel.send(request, { onNotification: () => undefined });
  }

  async #shakeHands(): Promise<void> {
    const { protocolVersion } = this.#options;
    const params = { protocolVersion, clientInfo, capabilities: capabilitiesOf(this.#options, true) };
    const request = { jsonrpc: '2.0', id: ++this.#requests, method: 'initialize', params } as const;
    const result = await this.#channel.send(request, { onNotification: () => undefined });
    if (result['protocolVersion'] !== protocolVersion) {
      throw new TestClientError(
        `The server speaks ${String(result['protocolVersion'])} instead of ${String(protocolVersion)}`,
      );
    }
    await this.#channel.notify('notifications/initialized');
  }
}

function endedByServer(): TestClientError {
  return new TestClientError('The server ended the subscription');
}

/** Answers the requests by which servers of older revisions ask for input. */
async function answerRequest(method: string, params: Members, answer: Answers | undefined): Promise<Members> {
  if (method === 'ping') return {};
  // Their questions have no names.
  const question = { name: method, method, params } as Question;
  return (await answerOne(question, answer)) ?? {};
}
