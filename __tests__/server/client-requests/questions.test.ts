import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import type { Registry } from '../../../lib/index.js';
import type { Answer } from '../../support/dispatching.js';
import { TestServer, silentOutbox } from '../../support/dispatching.js';
import { schemaErrors } from '../../support/published-schemas.js';
import type { SentMessage } from '../../support/scripted-client.js';
import { ScriptedClient } from '../../support/scripted-client.js';

const legacyVersions = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;
const who = {
  method: 'elicitation/create',
  params: {
    message: 'Who are you?',
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
  },
} as const;
const url = {
  method: 'elicitation/create',
  params: { mode: 'url', message: 'Pay.', url: 'https://example.com/pay', elicitationId: '1' },
} as const;
const model = {
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: 'Hello' } }], maxTokens: 10 },
} as const;
const withTools = { method: 'sampling/createMessage', params: { ...model.params, tools: [] } } as const;
const folders = { method: 'roots/list' } as const;
const everything = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };

/** A tool for each question, and what the handlers were answered. */
function asking(requests: Readonly<Record<string, object>> = { who, model, folders }): {
  readonly registry: Registry;
  readonly answers: unknown[];
} {
  const answers: unknown[] = [];
  const registry = createRegistry({ name: 'asking', version: '1.0.0' });
  for (const [name, request] of Object.entries(requests)) {
    registry.tool(name, {}, (_args, ctx) => {
      if (ctx.inputResponses === undefined) return ctx.inputRequired({ requests: { [name]: request } as never });
      answers.push(ctx.inputResponses[name]);
      return 'thanks';
    });
  }
  return { registry, answers };
}

const ada = { action: 'accept', content: { name: 'Ada' } };
const agree = () => ({ result: ada });

function contentOf({ body }: Answer): unknown {
  return (body?.result?.['content'] as readonly { readonly text: string }[] | undefined)?.[0]?.text;
}

describe('a legacy client that is asked', () => {
  it.each(legacyVersions)('in %s gets requests as its revision has them', async (version) => {
    const { registry, answers } = asking(version === '2025-03-26' ? { model, folders } : { who, model, folders });
    const client = new ScriptedClient(new TestServer(registry), agree, { version, capabilities: everything });
    for (const { name } of registry.catalog.tools.items.map(({ key }) => ({ name: key }))) {
      expect(contentOf(await client.call(name))).toBe('thanks');
    }
    for (const question of client.questions) expect(schemaErrors(version, 'ServerRequest', question)).toEqual([]);
    const methods = ['elicitation/create', 'sampling/createMessage', 'roots/list'];
    expect(client.questions.map(({ method }) => method)).toEqual(version === '2025-03-26' ? methods.slice(1) : methods);
    expect(answers).toHaveLength(client.questions.length);
  });

  it('by two handlers at once is asked under different ids, as by two processes', async () => {
    const { registry } = asking();
    const server = new TestServer(registry);
    const client = new ScriptedClient(server, agree, { capabilities: everything });
    await Promise.all([client.call('who', {}, 1), client.call('model', {}, 2), client.call('who', {}, 3)]);
    const other = new ScriptedClient(new TestServer(registry), agree, { capabilities: everything });
    await other.call('who', {}, 4);
    const ids = [...client.questions, ...other.questions].map(({ id }) => id);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(4);
    // A process names its questions by random bits of its own, so that no other one can have the same.
    expect(ids.map((id) => String(id).replace(/[0-9a-f]/g, 'x'))).toEqual(
      Array<string>(4).fill('xxxxxxxx.xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx'),
    );
  });

  it.each(['decline', 'cancel'])('may %s, and the handler hears so', async (action) => {
    const { registry, answers } = asking();
    const script = () => ({ result: { action } });
    const client = new ScriptedClient(new TestServer(registry), script, { capabilities: everything });
    expect(contentOf(await client.call('who'))).toBe('thanks');
    expect(answers).toEqual([{ action }]);
  });

  it('and answers with an error makes the call fail, and no handler goes on', async () => {
    const { registry, answers } = asking();
    const script = () => ({ error: { code: -1, message: 'User rejected sampling request' } });
    const client = new ScriptedClient(new TestServer(registry), script, { capabilities: everything });
    const answer = await client.call('model');
    expect(answer.body?.result).toMatchObject({ isError: true });
    expect(contentOf(answer)).toBe(
      'The client answered sampling/createMessage with an error: User rejected sampling request',
    );
    expect(answers).toEqual([]);
  });

  it.each([7, null, 'Ada', [ada]])('and answers with %j, which is no result, makes the call fail', async (result) => {
    const { registry, answers } = asking();
    const client = new ScriptedClient(new TestServer(registry), () => ({ result }), { capabilities: everything });
    const answer = await client.call('who');
    expect(answer.body?.result).toMatchObject({ isError: true });
    expect(answers).toEqual([]);
  });

  it('for its roots is asked again each time, so that a change of them is not missed', async () => {
    const { registry, answers } = asking();
    let uri = 'file:///before';
    const script = () => ({ result: { roots: [{ uri }] } });
    const client = new ScriptedClient(new TestServer(registry), script, { capabilities: { roots: {} } });
    await client.call('folders');
    uri = 'file:///after';
    expect(await client.notify('notifications/roots/list_changed')).toEqual({ status: 202, body: undefined, text: '' });
    await client.call('folders');
    expect(answers).toEqual([{ roots: [{ uri: 'file:///before' }] }, { roots: [{ uri: 'file:///after' }] }]);
  });
});

describe('a question', () => {
  const silence = () => undefined;

  it('that is never answered ends with the time limit of the call, is cancelled once, and waited for no longer', async () => {
    const { registry, answers } = asking();
    const server = new TestServer(registry, { timeoutMs: 30 });
    const client = new ScriptedClient(server, silence, { capabilities: everything });
    const answer = await client.call('who');
    expect(answer.body?.result).toMatchObject({ isError: true });
    expect(contentOf(answer)).toBe('The client did not answer elicitation/create');
    const [question] = client.questions;
    expect(client.sent.map(({ method }) => method)).toEqual(['elicitation/create', 'notifications/cancelled']);
    expect(client.cancellations).toEqual([
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: question?.id } },
    ]);
    expect(server.dispatcher.endpoint.pending.size).toBe(0);
    expect(answers).toEqual([]);
  });

  it('whose time limit the tool sets ends with that one', async () => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    registry.tool('ask', { timeoutMs: 30 }, (_args, ctx) => ctx.inputRequired({ requests: { who } }));
    const server = new TestServer(registry, { timeoutMs: 600_000 });
    const client = new ScriptedClient(server, silence, { capabilities: everything });
    expect(contentOf(await client.call('ask'))).toBe('The client did not answer elicitation/create');
  });

  it('that is answered too late gets 202 for it, and nothing else', async () => {
    const { registry, answers } = asking();
    const server = new TestServer(registry, { timeoutMs: 30 });
    const client = new ScriptedClient(server, silence, { capabilities: everything });
    await client.call('who');
    const before = client.sent.length;
    const [question] = client.questions;
    expect(await client.answer(question?.id, { result: ada })).toEqual({ status: 202, body: undefined, text: '' });
    expect(answers).toEqual([]);
    expect(client.sent).toHaveLength(before);
  });

  it('that is answered is not cancelled, and a second answer changes nothing', async () => {
    const { registry, answers } = asking();
    const client = new ScriptedClient(new TestServer(registry), agree, { capabilities: everything });
    await client.call('who');
    const [question] = client.questions;
    const second = await client.answer(question?.id, { result: { action: 'decline' } });
    expect(second).toEqual({ status: 202, body: undefined, text: '' });
    expect(client.cancellations).toEqual([]);
    expect(answers).toEqual([ada]);
  });

  it('is cancelled when the client calls off the request that it was asked for', async () => {
    const { registry, answers } = asking();
    const server = new TestServer(registry);
    const client: ScriptedClient = new ScriptedClient(
      server,
      () => {
        void client.notify('notifications/cancelled', { requestId: 5 });
        return undefined;
      },
      { capabilities: everything },
    );
    expect(await client.call('who', {}, 5)).toEqual({ status: 202, body: undefined, text: '' });
    expect(client.sent.map(({ method }) => method)).toEqual(['elicitation/create', 'notifications/cancelled']);
    expect(client.cancellations[0]?.params).toEqual({ requestId: client.questions[0]?.id });
    expect(server.dispatcher.endpoint.pending.size).toBe(0);
    expect(answers).toEqual([]);
  });

  it('is asked twenty times at most in answer to one request', async () => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    registry.tool('insatiable', {}, (_args, ctx) => ctx.inputRequired({ requests: { model } }));
    const server = new TestServer(registry);
    const client = new ScriptedClient(server, () => ({ result: {} }), { capabilities: everything });
    const answer = await client.call('insatiable');
    expect(answer.body?.result).toMatchObject({ isError: true });
    expect(client.questions).toHaveLength(20);
    expect(server.reports.map(({ error }) => error)).toEqual([new Error('The handler asked for input 20 times')]);
  });

  it('is answered by the connection that was asked, and by no other', async () => {
    const { registry, answers } = asking();
    const server = new TestServer(registry);
    const thief = new ScriptedClient(server, silence, { name: 'connection-2', capabilities: everything });
    const stolen: Answer[] = [];
    const script = (question: SentMessage) => {
      // The answer of the other connection is there first.
      void thief
        .answer(question.id, { result: { action: 'accept', content: { name: 'Mallory' } } })
        .then(async (receipt) => {
          stolen.push(receipt);
          await client.answer(question.id, { result: ada });
        });
      return undefined;
    };
    const client = new ScriptedClient(server, script, { capabilities: everything });
    expect(contentOf(await client.call('who'))).toBe('thanks');
    expect(stolen).toEqual([{ status: 202, body: undefined, text: '' }]);
    expect(answers).toEqual([ada]);
  });
});

describe('what a legacy client did not declare', () => {
  it.each<[string, object, object, object]>([
    ['a form', {}, { who }, { elicitation: { form: {} } }],
    ['a URL, when it has forms only', { elicitation: {} }, { url }, { elicitation: { url: {} } }],
    ['a model', { elicitation: {} }, { model }, { sampling: {} }],
    ['a model with tools, when it has none', { sampling: {} }, { withTools }, { sampling: { tools: {} } }],
    ['roots', { sampling: {} }, { folders }, { roots: {} }],
  ])('it is not asked for: %s', async (_what, capabilities, requests, requiredCapabilities) => {
    const { registry, answers } = asking(requests as Readonly<Record<string, object>>);
    const [name = ''] = Object.keys(requests);
    for (const version of legacyVersions) {
      const client = new ScriptedClient(new TestServer(registry), agree, {
        version,
        capabilities: capabilities as never,
      });
      const { status, body } = await client.call(name);
      expect({ status, error: body?.error }).toMatchObject({
        status: 200,
        error: { code: -32600, data: { requiredCapabilities } },
      });
      expect(client.sent).toEqual([]);
    }
    expect(answers).toEqual([]);
  });

  it('a handler can demand beforehand', async () => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    registry.tool('ask', {}, (_args, ctx) => {
      ctx.requireClientCapabilities({ roots: { listChanged: {} }, sampling: {} });
      return 'has it';
    });
    const server = new TestServer(registry);
    const without = new ScriptedClient(server, agree, { capabilities: { sampling: {} } });
    expect((await without.call('ask')).body?.error).toMatchObject({
      code: -32600,
      data: { requiredCapabilities: { roots: { listChanged: {} }, sampling: {} } },
    });
    const has = new ScriptedClient(server, agree, { capabilities: { sampling: {}, roots: { listChanged: {} } } });
    expect(contentOf(await has.call('ask'))).toBe('has it');
  });

  it('it is not asked for either before it says that it is ready', async () => {
    const { registry, answers } = asking();
    const client = new ScriptedClient(new TestServer(registry), agree, { capabilities: everything, isReady: false });
    expect((await client.call('who')).body?.error).toMatchObject({
      code: -32600,
      message: 'The client cannot be asked before notifications/initialized',
    });
    expect(client.sent).toEqual([]);
    await client.notify('notifications/initialized');
    expect(contentOf(await client.call('who'))).toBe('thanks');
    expect(answers).toEqual([ada]);
  });

  it('it is not asked for either where there is no connection, or no stream', async () => {
    const { registry, answers } = asking();
    const server = new TestServer(registry);
    const { connection } = new ScriptedClient(server, agree, { capabilities: everything });
    const params = { name: 'who' };
    const ways = [{}, { connection, outbox: silentOutbox }];
    for (const delivery of ways) {
      const { body } = await server.call('2025-11-25', 'tools/call', params, delivery);
      expect(body?.error?.code).toBe(-32600);
    }
    expect(answers).toEqual([]);
  });
});
