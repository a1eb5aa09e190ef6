import { describe, expect, it } from '@jest/globals';
import { Cancelling } from '../../../lib/server/cancellation/cancellation.js';
import { createRegistry } from '../../../lib/index.js';
import type { Registry } from '../../../lib/index.js';
import type { Caller } from '../../../lib/server/authorization/caller.js';
import type { Answer } from '../../support/dispatching.js';
import { TestServer, authWith, nobody } from '../../support/dispatching.js';
import { schemaErrors } from '../../support/published-schemas.js';
import { RecordingOutbox } from '../../support/recording-outbox.js';

const who = {
  method: 'elicitation/create',
  params: {
    message: 'Who are you?',
    requestedSchema: { type: 'object', properties: { name: { type: 'string' } } },
  },
} as const;
const model = {
  method: 'sampling/createMessage',
  params: { messages: [{ role: 'user', content: { type: 'text', text: 'Hello' } }], maxTokens: 10 },
} as const;
const folders = { method: 'roots/list' } as const;
const everything = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };

const metaOf = (capabilities: object): object => ({
  _meta: { 'io.modelcontextprotocol/clientCapabilities': capabilities },
});

/** A request of a client that declares these capabilities. */
async function ask(
  server: TestServer,
  params: object,
  { method = 'tools/call', capabilities = everything, caller = nobody, outbox = new RecordingOutbox() } = {},
): Promise<Answer> {
  return server.call('2026-07-28', method, { ...params, ...metaOf(capabilities) }, { caller, outbox });
}

/** A handler's input in each round. */
interface Rounds {
  readonly registry: Registry;
  readonly seen: { readonly inputResponses: unknown; readonly requestState: unknown }[];
}

/** Tools that ask for a name and keep a number meanwhile; and all other items that can ask. */
function asking(): Rounds {
  const seen: Rounds['seen'] = [];
  const registry = createRegistry({ name: 'asking', version: '1.0.0' });
  const inputSchema = { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } } as const;
  for (const name of ['greet', 'greet-too']) {
    registry.tool(name, { inputSchema }, (_args, ctx) => {
      const { inputResponses, requestState } = ctx;
      seen.push({ inputResponses, requestState });
      if (inputResponses?.['who'] === undefined) return ctx.inputRequired({ requests: { who }, state: { tries: 7 } });
      return JSON.stringify([inputResponses['who'], requestState]);
    });
  }
  registry.prompt('greet', {}, (_args, ctx) => ctx.inputRequired({ requests: { who } }) as never);
  registry.resource('asking://who', {}, (_uri, ctx) => ctx.inputRequired({ requests: { who } }));
  return { registry, seen };
}

const ada = { action: 'accept', content: { name: 'Ada' } };

function contentOf({ body }: Answer): unknown {
  return (body?.result?.['content'] as readonly { readonly text: string }[] | undefined)?.[0]?.text;
}

/** The state that the first round gives to the client. */
async function stateOf(server: TestServer, params: object, more: { caller?: Caller } = {}): Promise<string> {
  const { body } = await ask(server, params, more);
  return body?.result?.['requestState'] as string;
}

describe('a modern client that is asked for input', () => {
  it.each([
    ['tools/call', { name: 'greet' }],
    ['prompts/get', { name: 'greet' }],
    ['resources/read', { uri: 'asking://who' }],
  ])('by %s gets an input_required result with the requests, and no request', async (method, params) => {
    const outbox = new RecordingOutbox();
    const { status, body } = await ask(new TestServer(asking().registry), params, { method, outbox });
    expect(status).toBe(200);
    expect(body?.result).toMatchObject({ resultType: 'input_required', inputRequests: { who } });
    // server/utilities/caching: interim results carry no hints.
    expect(Object.keys(body?.result ?? {}).filter((member) => /ttl|cache/.test(member))).toEqual([]);
    expect(schemaErrors('2026-07-28', 'InputRequiredResult', body?.result)).toEqual([]);
    expect(outbox.messages).toEqual([]);
  });

  it('finds each request under the key that the handler gave it, once', async () => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    registry.tool('many', {}, (_args, ctx) => ctx.inputRequired({ requests: { who, model, '': folders } }));
    const { body, text } = await ask(new TestServer(registry), { name: 'many' });
    expect(Object.keys(body?.result?.['inputRequests'] as object)).toEqual(['who', 'model', '']);
    expect(['"who":', '"model":', '"":'].map((key) => text.split(key).length - 1)).toEqual([1, 1, 1]);
  });

  it('gives what it is asked and the state back, and gets the result', async () => {
    const { registry, seen } = asking();
    const server = new TestServer(registry);
    const requestState = await stateOf(server, { name: 'greet' });
    const answer = await ask(server, { name: 'greet', inputResponses: { who: ada }, requestState });
    expect(contentOf(answer)).toBe('[{"action":"accept","content":{"name":"Ada"}},{"tries":7}]');
    expect(answer.body?.result).toMatchObject({ resultType: 'complete' });
    expect(seen).toEqual([
      { inputResponses: undefined, requestState: undefined },
      { inputResponses: { who: ada }, requestState: { tries: 7 } },
    ]);
  });

  it.each(['decline', 'cancel'])('may %s, and the handler hears so', async (action) => {
    const { registry, seen } = asking();
    const answer = await ask(new TestServer(registry), { name: 'greet', inputResponses: { who: { action } } });
    expect(contentOf(answer)).toBe(`[{"action":"${action}"},null]`);
    expect(seen).toEqual([{ inputResponses: { who: { action } }, requestState: undefined }]);
  });

  it('leaves nothing behind in the process when it does not come back', async () => {
    const server = new TestServer(asking().registry);
    const outbox = new RecordingOutbox();
    const disconnect = new Cancelling();
    const params = { name: 'greet', ...metaOf(everything) };
    const { body } = await server.call('2026-07-28', 'tools/call', params, { outbox, disconnect });
    expect(body?.result).toMatchObject({ resultType: 'input_required' });
    const { endpoint, running } = server.dispatcher;
    expect([endpoint.pending.size, endpoint.changes.size, running.size, outbox.listeners]).toEqual([0, 0, 0, 0]);
    expect(disconnect.listeners).toBe(0);
  });

  it('is asked again for what it left out', async () => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    registry.tool('both', {}, (_args, ctx) => {
      const known = { ...(ctx.requestState as object | undefined), ...ctx.inputResponses };
      const missing = Object.entries({ who, model }).filter(([name]) => !(name in known));
      if (missing.length === 0) return Object.keys(known).join();
      return ctx.inputRequired({ requests: Object.fromEntries(missing), state: known });
    });
    const server = new TestServer(registry);
    const first = await ask(server, { name: 'both' });
    expect(Object.keys(first.body?.result?.['inputRequests'] as object)).toEqual(['who', 'model']);
    const again = await ask(server, {
      name: 'both',
      inputResponses: { who: ada },
      requestState: first.body?.result?.['requestState'],
    });
    expect(again.body?.result).toMatchObject({ resultType: 'input_required', inputRequests: { model } });
    expect(Object.keys(again.body?.result?.['inputRequests'] as object)).toEqual(['model']);
    const requestState = again.body?.result?.['requestState'];
    const last = await ask(server, { name: 'both', inputResponses: { model: {} }, requestState });
    expect(contentOf(last)).toBe('who,model');
  });

  it('is served as ever when it answers what nobody asked', async () => {
    const inputResponses = { who: ada, 'never-asked': { action: 'accept', content: { admin: true } } };
    const answer = await ask(new TestServer(asking().registry), { name: 'greet', inputResponses });
    expect(contentOf(answer)).toBe('[{"action":"accept","content":{"name":"Ada"}},null]');
  });

  it('is told that what it gets in the end may not be kept, whatever the reader says', async () => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    registry.resource('asking://all', {}, ({ uri }) => ({
      contents: [{ uri, text: 'all' }],
      ttlMs: 60_000,
      cacheScope: 'public',
    }));
    const server = new TestServer(registry);
    const read = async (more: object) => {
      const { body } = await ask(server, { uri: 'asking://all', ...more }, { method: 'resources/read' });
      return [body?.result?.['ttlMs'], body?.result?.['cacheScope']];
    };
    expect(await read({})).toEqual([60_000, 'public']);
    expect(await read({ inputResponses: { who: ada } })).toEqual([0, 'private']);
    const requestState = await server.dispatcher.endpoint.sealer.seal(1, [
      '',
      'resources/read',
      { uri: 'asking://all' },
    ]);
    expect(await read({ requestState })).toEqual([0, 'private']);
  });
});

describe('requestState', () => {
  it.each<[string, Caller]>([
    ['another person', { auth: authWith([], { subject: 'user-2' }), endpoint: undefined }],
    ['the same person with another client', { auth: authWith([], { clientId: 'client-2' }), endpoint: undefined }],
    ['somebody who did not sign in', nobody],
  ])('that %s presents gets -32602 and reaches no handler', async (_who, caller) => {
    const { registry, seen } = asking();
    const server = new TestServer(registry);
    const owner: Caller = { auth: authWith([]), endpoint: undefined };
    const requestState = await stateOf(server, { name: 'greet' }, { caller: owner });
    const params = { name: 'greet', inputResponses: { who: ada }, requestState };
    seen.length = 0;
    const { body } = await ask(server, params, { caller });
    expect(body?.error).toEqual({
      code: -32602,
      message: 'Invalid params: requestState is not valid for this request; start again without it',
    });
    expect(seen).toEqual([]);
    expect(contentOf(await ask(server, params, { caller: owner }))).toContain('Ada');
  });
});

describe('a handler', () => {
  const registryWith = (returned: (ctx: { inputRequired(needs: never): unknown }) => unknown): Registry => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    registry.tool('ask', {}, (_args, ctx) => returned(ctx as never));
    return registry;
  };

  const url = {
    method: 'elicitation/create',
    params: { mode: 'url', message: 'Pay.', url: 'https://example.com/pay' },
  };
  const withTools = { method: 'sampling/createMessage', params: { ...model.params, tools: [] } };
  it.each<[string, object, object, object]>([
    ['a form', {}, { who }, { elicitation: { form: {} } }],
    ['a form, when it has URLs only', { elicitation: { url: {} } }, { who }, { elicitation: { form: {} } }],
    ['a URL', {}, { url }, { elicitation: { url: {} } }],
    ['a URL, when it has forms only', { elicitation: { form: {} } }, { url }, { elicitation: { url: {} } }],
    ['a URL, when it does not say what it has', { elicitation: {} }, { url }, { elicitation: { url: {} } }],
    ['a model', { elicitation: {}, roots: {} }, { model }, { sampling: {} }],
    ['a model with tools, when it has none', { sampling: {} }, { withTools }, { sampling: { tools: {} } }],
    ['roots', { sampling: {} }, { folders }, { roots: {} }],
    ['two things of three', { roots: {} }, { who, model, folders }, { elicitation: { form: {} }, sampling: {} }],
  ])(
    'that asks for %s which the client did not declare gets nothing, and the client gets 400 and -32021',
    async (_what, capabilities, requests, requiredCapabilities) => {
      const server = new TestServer(registryWith((ctx) => ctx.inputRequired({ requests } as never)));
      const { status, body } = await ask(server, { name: 'ask' }, { capabilities: capabilities as never });
      expect(status).toBe(400);
      expect(body?.error).toMatchObject({ code: -32021, data: { requiredCapabilities } });
      expect(body).not.toHaveProperty('result');
    },
  );

  it('may ask for a form when the client declares elicitation and says no more', async () => {
    const server = new TestServer(asking().registry);
    const { body } = await ask(server, { name: 'greet' }, { capabilities: { elicitation: {} } as never });
    expect(body?.result).toMatchObject({ resultType: 'input_required' });
  });

  it('that demands a capability which the client did not declare gives it 400 and -32021', async () => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    registry.tool('ask', {}, (_args, ctx) => {
      ctx.requireClientCapabilities({ sampling: { tools: {} } });
      return 'sampled';
    });
    const server = new TestServer(registry);
    const refused = await ask(server, { name: 'ask' }, { capabilities: { sampling: {} } as never });
    expect(refused.status).toBe(400);
    expect(refused.body?.error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { sampling: { tools: {} } } },
    });
    expect(contentOf(await ask(server, { name: 'ask' }))).toBe('sampled');
  });

  it('of a completion or of the list of a template cannot ask, and fails inside', async () => {
    const registry = createRegistry({ name: 'asking', version: '1.0.0' });
    const complete = (_value: string, ctx: { inputRequired(needs: object): unknown }): never =>
      ctx.inputRequired({ requests: { who } }) as never;
    registry.prompt('write', { arguments: { style: { complete } } }, () => 'Write');
    registry.resourceTemplate(
      'asking://{id}',
      { list: (ctx) => ctx.inputRequired({ requests: { who } }) as never },
      () => 'read',
    );
    const server = new TestServer(registry);
    const ref = { type: 'ref/prompt', name: 'write' };
    const completed = await ask(
      server,
      { ref, argument: { name: 'style', value: '' } },
      { method: 'completion/complete' },
    );
    const listed = await ask(server, {}, { method: 'resources/list' });
    for (const { body, text } of [completed, listed]) {
      expect(body?.error).toMatchObject({ code: -32603, message: 'Internal error' });
      expect(text).not.toContain('input');
    }
    expect(server.reports).toHaveLength(2);
  });
});
