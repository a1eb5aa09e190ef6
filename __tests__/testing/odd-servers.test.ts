// Servers that do not answer as they should, and the errors that the test client makes of them. Each server is a request listener.
import { Readable } from 'node:stream';
import type { RequestListener } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { readEvents } from '../../lib/testing/client/read-events.js';
import { QueuedSubscription } from '../../lib/testing/client/test-subscription.js';
import type { TestClientOptions } from '../../lib/testing/index.js';
import { testClient, TestClientError } from '../../lib/testing/index.js';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: unknown;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const heard: { message: Message; headers: Readonly<Record<string, unknown>> }[] = [];

/** A server that answers each message by a function, with JSON or with text. */
function serverThat(answer: (message: Message) => Answer): RequestListener {
  return (request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      const message = JSON.parse(text) as Message;
      heard.push({ message, headers: request.headers });
      const { status = 200, headers = {}, body } = answer(message);
      const type = typeof body === 'string' ? 'text/html' : 'application/json';
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  };
}

const clientOf = (answer: (message: Message) => Answer, options: TestClientOptions = {}) =>
  testClient(serverThat(answer), options);

const failure = async (work: Promise<unknown>) => {
  const [outcome] = await Promise.allSettled([work]);
  if (outcome.status === 'fulfilled') throw new Error('It did not fail');
  const error: unknown = outcome.reason;
  if (!(error instanceof TestClientError)) throw new Error(String(error));
  const { message, status, error: code, scopes } = error;
  return { message, status, error: code, scopes };
};

const result = (members: object) => (message: Message) => ({
  body: { jsonrpc: '2.0', id: message.id, result: members },
});
const stream = (...blocks: readonly string[]): Answer => ({
  headers: { 'content-type': 'text/event-stream' },
  body: blocks.map((block) => `${block}\n\n`).join(''),
});
const event = (message: object) => `data: ${JSON.stringify({ jsonrpc: '2.0', ...message })}`;

describe('an answer that the test client cannot use', () => {
  it.each<[string, Answer, string]>([
    [
      'no JSON',
      { status: 502, body: '<p>Bad gateway</p>' },
      'The app answered 502 with no JSON-RPC message: <p>Bad gateway</p>',
    ],
    ['an array', { body: [1] }, 'The app answered 200 with no JSON-RPC message: [1]'],
    ['JSON with neither', { body: { id: 1 } }, 'The app answered 200 with no JSON-RPC message: {"id":1}'],
  ])('is told of: %s', async (_what, answer, message) => {
    const client = await clientOf(() => answer);
    expect(await failure(client.call('any'))).toMatchObject({ message, status: answer.status ?? 200 });
  });

  it('is an error of OAuth, with and without description', async () => {
    const client = await clientOf(({ params }) => ({
      status: 400,
      body: { error: 'invalid_request', ...(params?.['name'] === 'long' ? { error_description: 'two tokens' } : {}) },
    }));
    expect(await failure(client.call('short'))).toMatchObject({
      message: '400 invalid_request',
      error: 'invalid_request',
    });
    expect(await failure(client.call('long'))).toMatchObject({ message: '400 invalid_request: two tokens' });
  });

  it.each([
    ['Bearer', undefined, []],
    ['Bearer error="insufficient_scope", scope=" a  b "', 'insufficient_scope', ['a', 'b']],
    ['', undefined, []],
  ])('is a challenge: %s', async (field, error, scopes) => {
    const client = await clientOf(() => ({ status: 401, headers: { 'www-authenticate': field }, body: '' }));
    expect(await failure(client.call('any'))).toEqual({ message: '401', status: 401, error, scopes });
  });

  it.each([
    [
      { message: 'no', code: 'x' },
      { message: 'no', error: undefined, scopes: [] },
    ],
    [
      { message: 'no', code: -1, data: { requiredScopes: ['a', 7] } },
      { error: 'insufficient_scope', scopes: ['a', '7'] },
    ],
    [
      { message: 'no', code: -1, data: { requiredScopes: 'a' } },
      { error: undefined, scopes: [] },
    ],
  ])('is the error %j', async (error, expected) => {
    const client = await clientOf(({ id }) => ({ body: { jsonrpc: '2.0', id, error } }));
    expect(await failure(client.call('any'))).toMatchObject(expected);
  });

  it('is a stream that ends too early, or whose answer is empty', async () => {
    const ended = await clientOf(() => stream('data: 7', ': comment', event({ id: 99, result: {} })));
    expect(await failure(ended.call('any'))).toMatchObject({
      message: 'The stream ended before the answer',
      status: 200,
    });
    const empty = await clientOf(({ id }) => stream(`data: ${JSON.stringify({ id })}`));
    expect(await failure(empty.call('any'))).toMatchObject({
      message: 'The server answered with neither a result nor an error',
    });
  });

  it('asks for input for ever', async () => {
    const client = await clientOf(result({ resultType: 'input_required' }), { answer: {} });
    expect(await failure(client.request('prompts/get'))).toMatchObject({
      message: 'prompts/get asked for input 20 times',
    });
  });

  it('is a handshake in another version', async () => {
    const client = await clientOf(result({ protocolVersion: '2024-11-05' }), { protocolVersion: '2025-11-25' });
    expect(await failure(client.call('any'))).toMatchObject({
      message: 'The server speaks 2024-11-05 instead of 2025-11-25',
    });
  });

  it('is a page of a list that has no list, and counts as empty', async () => {
    const client = await clientOf(result({ nextCursor: undefined }));
    expect(await client.listPrompts()).toEqual([]);
  });
});

describe('on a stream, the test client', () => {
  it('hears progress of its own request, with what the server left out, and other notifications', async () => {
    const client = await clientOf(({ id, params }) => {
      const meta = params?.['_meta'] as { progressToken: number };
      const progress = (members: object) => event({ method: 'notifications/progress', params: members });
      return stream(
        progress({ progressToken: meta.progressToken, progress: 1 }),
        progress({ progressToken: 'other', progress: 2 }),
        progress({ progressToken: meta.progressToken, progress: 3, total: 3, message: 'there' }),
        event({ method: 'notifications/tools/list_changed' }),
        event({ id, result: { content: [] } }),
      );
    });
    const seen: unknown[] = [];
    await client.call('any', {}, { onProgress: (each) => seen.push(each), onNotification: (each) => seen.push(each) });
    await client.call('any');
    expect(seen).toEqual([
      { progress: 1 },
      { progress: 3, total: 3, message: 'there' },
      { method: 'notifications/tools/list_changed', params: {} },
    ]);
  });

  it('answers pings of servers of older revisions', async () => {
    heard.length = 0;
    const answer = ({ id, method }: Message): Answer => {
      if (method === 'initialize') return { body: { jsonrpc: '2.0', id, result: { protocolVersion: '2025-11-25' } } };
      if (method !== 'tools/call') return { status: 202, body: '' };
      return stream(event({ id: 'ping-1', method: 'ping' }), event({ id, result: { content: [] } }));
    };
    const client = await clientOf(answer, { protocolVersion: '2025-11-25' });
    expect((await client.call('any')).content).toEqual([]);
    while (!heard.some(({ message }) => message.result !== undefined)) await new Promise(setImmediate);
    expect(heard.find(({ message }) => message.result !== undefined)?.message).toEqual({
      jsonrpc: '2.0',
      id: 'ping-1',
      result: {},
    });
  });

  it('writes names into header fields that take them, and others in base64', async () => {
    heard.length = 0;
    const client = await clientOf(result({ content: [] }));
    for (const name of ['plain', 'über', ' lead', '=?base64?x']) await client.call(name);
    await client.request('server/discover');
    expect(heard.map(({ headers }) => headers['mcp-name'])).toEqual([
      'plain',
      '=?base64?w7xiZXI=?=',
      '=?base64?IGxlYWQ=?=',
      '=?base64?PT9iYXNlNjQ/eA==?=',
      undefined,
    ]);
  });
});

describe('events of a stream', () => {
  it('are read whole, whatever the chunks and ends of lines', async () => {
    const read: unknown[] = [];
    const chunks = [
      'data: {"a":',
      '\r\ndata: 1}\r\n\r',
      '\nid: 7\n\n',
      'data: "text"\n\ndata:{"b":2}\n\nda',
      'ta: {"c":3}',
    ];
    for await (const message of readEvents(Readable.from(chunks))) read.push(message);
    expect(read).toEqual([{ a: 1 }, { b: 2 }]);
  });
});

describe('a subscription', () => {
  const notification = (method: string) => ({ method, params: {} });

  it('gives what came before and after it was asked, in order', async () => {
    const subscription = new QueuedSubscription();
    const first = subscription.next();
    subscription.push(notification('a'));
    subscription.push(notification('b'));
    expect([await first, await subscription.next()]).toEqual([notification('a'), notification('b')]);
  });

  it('says that nothing came in time, and gives the next one to the next who asks', async () => {
    const subscription = new QueuedSubscription();
    await expect(subscription.next(1)).rejects.toThrow('No notification came within 1 ms');
    subscription.push(notification('a'));
    expect(await subscription.next(1)).toEqual(notification('a'));
  });

  it('fails those who wait, and later ones, with the first reason', async () => {
    const subscription = new QueuedSubscription();
    const waiting = subscription.next();
    subscription.end('over');
    subscription.end(new Error('later'));
    await expect(waiting).rejects.toThrow('over');
    subscription.close();
    expect(subscription.signal.aborted).toBe(true);
    await expect(subscription.next()).rejects.toBe('over');
  });
});
