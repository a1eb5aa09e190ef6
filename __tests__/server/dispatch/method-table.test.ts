import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import { methodTable } from '../../../lib/server/dispatch/method-table.js';
import { TestServer, authWith, callerWith, connectionWith, versions } from '../../support/dispatching.js';
import { TaskClient, answerOf, askFor } from '../../support/task-client.js';
import { RecordingOutbox } from '../../support/recording-outbox.js';

/** Every way to name or reveal one item. A method that is new must be added here, or to the list of those without items. */
const paramsOfItemMethods: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  'tools/call': [{ name: 'secret' }],
  'prompts/get': [{ name: 'secret' }],
  'resources/directory/read': [{ uri: 'skill://secret' }, { uri: 'skill://secret/folder' }],
  'resources/read': [{ uri: 'secret://one' }, { uri: 'secret://family/7' }, { uri: 'skill://secret/SKILL.md' }],
  'skills/get': [{ uri: 'skill://secret/SKILL.md' }],
  'completion/complete': [
    { ref: { type: 'ref/prompt', name: 'secret' }, argument: { name: 'who', value: 'a' } },
    { ref: { type: 'ref/resource', uri: 'secret://family/{id}' }, argument: { name: 'id', value: 'a' } },
    { ref: { type: 'ref/resource', uri: 'secret://family/7' }, argument: { name: 'id', value: 'a' } },
  ],
  'resources/subscribe': [{ uri: 'secret://one' }, { uri: 'secret://family/7' }],
  'resources/unsubscribe': [{ uri: 'secret://one' }, { uri: 'secret://family/7' }],
};

/** Methods that name several items at once, and that have tests of their own below. */
const methodsOfManyItems = ['subscriptions/listen'];

/** Methods that name a task, and so the tool that it is of. They have tests of their own below. */
const methodsOfTasks = ['tasks/cancel', 'tasks/get', 'tasks/update'];

const methodsWithoutItems = [
  'initialize',
  'logging/setLevel',
  'ping',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'server/discover',
  'skills/list',
  'tools/list',
];

function secretServer(visibility: 'always' | 'concealed' | 'granted'): { server: TestServer; invoked: string[] } {
  const invoked: string[] = [];
  const registry = createRegistry({ name: 'secrets', version: '1.0.0' });
  const access = { scopes: ['secret'], visibility };
  const note = (what: string) => (): string => {
    invoked.push(what);
    return 'revealed';
  };
  const complete = (): string[] => {
    invoked.push('complete');
    return ['revealed'];
  };
  registry.tool('secret', access, note('tool'));
  registry.prompt('secret', { ...access, arguments: { who: { complete } } }, note('prompt'));
  registry.resource('secret://one', access, note('resource'));
  const list = (): { uri: string }[] => {
    invoked.push('list');
    return [{ uri: 'secret://family/revealed' }];
  };
  registry.resourceTemplate('secret://family/{id}', { ...access, list, complete: { id: complete } }, note('template'));
  const files = { 'folder/revealed.md': 'revealed' };
  registry.skill('secret', { ...access, description: 'revealed', instructions: 'revealed', files });
  return { server: new TestServer(registry), invoked };
}

/** The same for a method of an extension, which is in no table. */
function secretMethod(visibility: 'always' | 'concealed'): { server: TestServer; invoked: string[] } {
  const invoked: string[] = [];
  const registry = createRegistry({ name: 'secrets', version: '1.0.0' });
  const handler = (): object => {
    invoked.push('method');
    return { answer: 'revealed' };
  };
  const methods = { 'com.example/secret': { scopes: ['secret'], visibility, handler } };
  registry.extension('com.example/vault', { methods });
  return { server: new TestServer(registry), invoked };
}

const declaring = (extensions: object) => ({
  _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions } },
});

describe('the method table', () => {
  it('has no method that this test does not know', () => {
    const known = [
      ...Object.keys(paramsOfItemMethods),
      ...methodsOfManyItems,
      ...methodsOfTasks,
      ...methodsWithoutItems,
    ].sort();
    expect([...methodTable.keys()].sort()).toEqual(known);
  });

  const cases = Object.entries(paramsOfItemMethods).flatMap(([method, list]) =>
    list.flatMap((params) =>
      versions
        .filter((version) => methodTable.get(method)?.eras.includes(version === '2026-07-28' ? 'modern' : 'legacy'))
        .map((version) => ({ method, params, version })),
    ),
  );
  const connection = connectionWith({});

  it.each(cases)('refuses $method $params to a caller without the scopes in $version', async (each) => {
    for (const visibility of ['always', 'granted'] as const) {
      const { server, invoked } = secretServer(visibility);
      for (const caller of [callerWith('other'), { auth: undefined, endpoint: undefined }]) {
        const answer = server.call(each.version, each.method, each.params, { caller, connection });
        await expect(answer).rejects.toMatchObject({ code: 'insufficient_scope', requiredScopes: ['secret'] });
      }
      expect(invoked).toEqual([]);
    }
  });

  it.each(cases)(
    'answers $method $params for a concealed item as for one that does not exist in $version',
    async (each) => {
      const { server, invoked } = secretServer('concealed');
      const concealed = await server.call(each.version, each.method, each.params, {
        caller: callerWith('other'),
        connection,
      });
      const text = JSON.stringify(each.params).replaceAll('secret', 'absent');
      const params = JSON.parse(text) as Readonly<Record<string, unknown>>;
      const absent = await server.call(each.version, each.method, params, { connection });
      expect(concealed.status).toBe(absent.status);
      expect(concealed.text.replaceAll('secret', 'absent')).toBe(absent.text);
      expect(concealed.body?.error).toBeDefined();
      expect(invoked).toEqual([]);
    },
  );

  it.each(cases)('serves $method $params to a caller with the scopes in $version', async (each) => {
    const { server } = secretServer('concealed');
    const caller = callerWith('secret');
    const { body } = await server.call(each.version, each.method, each.params, { caller, connection });
    const tellsNothing = each.method.endsWith('subscribe');
    if (tellsNothing) expect(body?.result).toEqual({});
    else expect(JSON.stringify(body?.result)).toContain('revealed');
  });

  it.each(versions)('reveals nothing in lists of %s', async (version) => {
    for (const visibility of ['granted', 'concealed'] as const) {
      const { server, invoked } = secretServer(visibility);
      for (const method of methodsWithoutItems.filter((name) => name.includes('list'))) {
        const { text, status } = await server.call(version, method, {}, { caller: callerWith('other') });
        expect(status).toBe(200);
        expect(text).not.toContain('secret:');
        expect(text).not.toContain('"secret"');
        expect(text).not.toContain('skill://secret');
      }
      expect(invoked).toEqual([]);
    }
  });

  describe('for subscriptions/listen', () => {
    const uris = ['secret://one', 'secret://family/7'];
    const listen = async (visibility: 'always' | 'concealed' | 'granted', ...scopes: readonly string[]) => {
      const { server } = secretServer(visibility);
      const outbox = new RecordingOutbox();
      outbox.bringToEnd();
      const params = { notifications: { resourceSubscriptions: uris } };
      await server.call('2026-07-28', 'subscriptions/listen', params, { caller: callerWith(...scopes), outbox });
      return (outbox.messages[0] as { params: { notifications: unknown } }).params.notifications;
    };

    it.each(['always', 'granted'] as const)(
      'refuses a caller without the scopes of what is %s listed',
      async (visibility) => {
        await expect(listen(visibility, 'other')).rejects.toMatchObject({
          code: 'insufficient_scope',
          requiredScopes: ['secret'],
        });
      },
    );

    it('acknowledges nothing of what is concealed from the caller', async () => {
      expect(await listen('concealed', 'other')).toEqual({});
    });

    it('acknowledges every resource that the caller may read', async () => {
      expect(await listen('concealed', 'secret')).toEqual({ resourceSubscriptions: uris });
    });
  });

  describe('for a method of an extension of the app', () => {
    const params = declaring({ 'com.example/vault': {} });
    const refused = [callerWith('other'), { auth: undefined, endpoint: undefined }];

    it.each(refused)('refuses a caller without the scopes (%#)', async (caller) => {
      const { server, invoked } = secretMethod('always');
      await expect(server.call('2026-07-28', 'com.example/secret', params, { caller })).rejects.toMatchObject({
        code: 'insufficient_scope',
        requiredScopes: ['secret'],
        target: { kind: 'method', name: 'com.example/secret' },
      });
      expect(invoked).toEqual([]);
    });

    it.each(refused.flatMap((caller) => [params, {}].map((each) => ({ caller, params: each }))))(
      'answers for a concealed one as for one that does not exist (%#)',
      async ({ caller, params }) => {
        const { server, invoked } = secretMethod('concealed');
        const concealed = await server.call('2026-07-28', 'com.example/secret', params, { caller });
        const absent = await server.call('2026-07-28', 'com.example/absent', params, { caller });
        expect(concealed.status).toBe(404);
        expect(concealed.body?.error?.code).toBe(-32601);
        expect(concealed.text.replaceAll('secret', 'absent')).toBe(absent.text);
        expect(invoked).toEqual([]);
      },
    );

    it('serves a caller with the scopes', async () => {
      const { server } = secretMethod('concealed');
      const { body } = await server.call('2026-07-28', 'com.example/secret', params, { caller: callerWith('secret') });
      expect(body?.result).toMatchObject({ answer: 'revealed' });
    });
  });

  describe('for tasks', () => {
    const startTask = async (visibility: 'always' | 'concealed' | 'granted') => {
      const registry = createRegistry({ name: 'secrets', version: '1.0.0' });
      registry.tool('secret', { scopes: ['secret'], visibility, task: 'required' }, (_args, ctx) =>
        ctx.inputRequired({ requests: { who: askFor('Who?') } }),
      );
      registry.tool('open', { task: 'required' }, () => 'open');
      const server = new TestServer(registry);
      const owner = new TaskClient(server, { caller: callerWith('secret') });
      const taskId = await owner.begin('secret');
      await owner.untilStatus(taskId, 'input_required');
      return { server, owner, taskId, params: { taskId, inputResponses: { who: answerOf('me') } } };
    };
    const as = (server: TestServer, ...scopes: readonly string[]) =>
      new TaskClient(server, { caller: callerWith(...scopes) });

    it.each(methodsOfTasks)('refuses %s to the same caller without the scopes of the tool', async (method) => {
      for (const visibility of ['always', 'granted'] as const) {
        const { server, owner, taskId, params } = await startTask(visibility);
        await expect(as(server, 'other').send(method, params)).rejects.toMatchObject({
          code: 'insufficient_scope',
          requiredScopes: ['secret'],
          target: { kind: 'tool', name: 'secret' },
        });
        expect(await owner.get(taskId)).toMatchObject({ status: 'input_required' });
      }
    });

    it.each(methodsOfTasks)(
      'answers %s for a task of a concealed tool, or of somebody else, as for one that does not exist',
      async (method) => {
        const { server, owner, taskId, params } = await startTask('concealed');
        const unknown = await as(server, 'secret').send(method, { ...params, taskId: 'unknown' });
        expect(unknown.body?.error?.code).toBe(-32602);
        expect(await as(server, 'other').send(method, params)).toEqual(unknown);
        const stranger = { auth: authWith(['secret'], { subject: 'user-2' }), endpoint: undefined };
        expect(await new TaskClient(server, { caller: stranger }).send(method, params)).toEqual(unknown);
        expect(await owner.get(taskId)).toMatchObject({ status: 'input_required' });
      },
    );

    it.each(methodsOfTasks)('serves %s to the same caller with the scopes', async (method) => {
      const { server, params } = await startTask('concealed');
      expect((await as(server, 'secret').send(method, params)).body?.result).toMatchObject({
        resultType: 'complete',
      });
    });

    it('decides by the arguments of the task, as they came and as its schema makes them', async () => {
      const registry = createRegistry({ name: 'secrets', version: '1.0.0' });
      const inputSchema = {
        type: 'object',
        properties: { area: { type: 'string' } },
        required: ['area'],
      } as const;
      const scopes = ({ area }: Readonly<Record<string, unknown>>) => [`area:${String(area)}`];
      registry.tool('work', { scopes, task: 'required', inputSchema }, () => 'done');
      const server = new TestServer(registry);
      const taskId = await as(server, 'area:north').begin('work', { area: 'north' });
      expect(await as(server, 'area:north').get(taskId)).toMatchObject({ taskId });
      await expect(as(server, 'area:south').get(taskId)).rejects.toMatchObject({ requiredScopes: ['area:north'] });
    });

    it('refuses to listen to a task without the scopes of its tool, and acknowledges none that is concealed', async () => {
      for (const [visibility, expected] of [
        ['always', undefined],
        ['concealed', {}],
      ] as const) {
        const { server, taskId } = await startTask(visibility);
        const outbox = new RecordingOutbox();
        outbox.bringToEnd();
        const client = new TaskClient(server, { caller: callerWith('other'), outbox });
        const listening = client.send('subscriptions/listen', { notifications: { taskIds: [taskId] } });
        if (expected === undefined) {
          await expect(listening).rejects.toMatchObject({ code: 'insufficient_scope', requiredScopes: ['secret'] });
        } else {
          await listening;
          expect(outbox.messages).toMatchObject([{ params: { notifications: expected } }]);
          expect(JSON.stringify(outbox.messages)).not.toContain(taskId);
        }
      }
    });
  });

  it('does not list what a visible template names to callers who may not read it', async () => {
    const { server, invoked } = secretServer('always');
    const { text } = await server.call('2026-07-28', 'resources/list', {}, { caller: callerWith('other') });
    expect(text).toContain('secret://one');
    expect(text).not.toContain('secret://family/revealed');
    expect(invoked).toEqual([]);
  });
});
