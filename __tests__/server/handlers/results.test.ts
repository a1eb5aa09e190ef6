import { describe, expect, it } from '@jest/globals';
import { errorTable } from '../../../lib/errors/error-table.js';
import type { ErrorCode } from '../../../lib/errors/error-table.js';
import { modern } from '../../../lib/server/revisions/modern.js';
import { TestServer, authWith, callerWith, requestOf, versions } from '../../support/dispatching.js';
import { exampleRegistry } from '../../support/example-registry.js';
import { createRegistry } from '../../../lib/index.js';

const cacheable = [
  ['server/discover', {}],
  ['tools/list', {}],
  ['prompts/list', {}],
  ['resources/list', {}],
  ['resources/templates/list', {}],
  ['resources/read', { uri: 'example://text' }],
] as const;
const others = [
  ['tools/call', { name: 'greet' }],
  ['prompts/get', { name: 'talk' }],
  ['completion/complete', { ref: { type: 'ref/prompt', name: 'talk' }, argument: { name: 'a', value: '' } }],
] as const;

const server = (): TestServer => new TestServer(exampleRegistry());

describe('a modern result', () => {
  it.each([...cacheable, ...others])('of %s says that it is complete, and whose it is', async (method, params) => {
    const { body } = await server().call('2026-07-28', method, params);
    expect(body?.result).toMatchObject({
      resultType: 'complete',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'example', version: '1.2.3' } },
    });
  });

  it.each(cacheable)('of %s says how long and for whom it may be kept', async (method, params) => {
    const { body } = await server().call('2026-07-28', method, params);
    expect(body?.result?.['ttlMs']).toBeGreaterThanOrEqual(0);
    expect(['public', 'private']).toContain(body?.result?.['cacheScope']);
  });

  it('is for the same readers on every page', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' }, { pageSize: 1 });
    registry.tool('open', {}, () => 1);
    registry.tool('granted', { scopes: ['a'], visibility: 'granted' }, () => 2);
    const paged = new TestServer(registry);
    const caller = callerWith('a');
    const first = await paged.call('2026-07-28', 'tools/list', {}, { caller });
    const cursor = first.body?.result?.['nextCursor'];
    const second = await paged.call('2026-07-28', 'tools/list', { cursor }, { caller });
    expect(second.body?.result?.['tools']).toMatchObject([{ name: 'granted' }]);
    expect([first, second].map(({ body }) => body?.result?.['cacheScope'])).toEqual(['private', 'private']);
  });
});

describe('who a client says that it is', () => {
  const clients = [undefined, { name: 'evil', version: '0' }, { name: 'example', version: '1.2.3' }, 7, 'admin'];
  const ask = async (server: TestServer, method: string, params: object, info: unknown) => {
    const _meta = { 'io.modelcontextprotocol/clientInfo': info };
    return server.call('2026-07-28', method, { ...params, _meta });
  };

  it('changes no result', async () => {
    for (const [method, params] of cacheable) {
      const texts = await Promise.all(clients.map(async (info) => (await ask(server(), method, params, info)).text));
      expect(new Set(texts).size).toBe(1);
    }
  });

  it('opens nothing', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    registry.tool('secret', { scopes: ['a'] }, () => 'secret');
    for (const info of clients) {
      const refused = ask(new TestServer(registry), 'tools/call', { name: 'secret' }, info);
      await expect(refused).rejects.toThrow('Insufficient scope for tool "secret": requires a');
    }
  });
});

describe('capabilities', () => {
  it('are those of what there is, in both eras', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    const served = new TestServer(registry);
    const declared = async (): Promise<readonly string[][]> => {
      const { body: modernAnswer } = await served.call('2026-07-28', 'server/discover');
      const { body: legacyAnswer } = await served.call('2025-11-25', 'initialize', { protocolVersion: '2025-11-25' });
      const features = ['tools', 'prompts', 'resources', 'completions'];
      return [modernAnswer, legacyAnswer].map((answer) =>
        Object.keys(answer?.result?.['capabilities'] as object).filter((name) => features.includes(name)),
      );
    };
    expect(await declared()).toEqual([[], []]);
    registry.tool('a', {}, () => 1);
    registry.prompt('a', { arguments: { b: { complete: () => [] } } }, () => 'a');
    registry.resource('a://b', {}, () => 'b');
    const all = ['tools', 'prompts', 'resources', 'completions'];
    expect(await declared()).toEqual([all, all]);
  });
});

describe('a result', () => {
  it.each(['2025-11-25', '2025-06-18', '2025-03-26'] as const)(
    'of %s is given at once to who asks for a task, where there are no tasks',
    async (version) => {
      const { body } = await server().call(version, 'tools/call', { name: 'greet', task: { ttl: 60_000 } });
      expect(body?.result).toEqual({ content: [{ type: 'text', text: 'Hello' }] });
    },
  );

  it.each(versions)('of %s has the id of the request, as it was written', async (version) => {
    for (const id of ['one', '', 0, -1, 2 ** 53 - 1]) {
      const { body } = await server().send(requestOf(version, 'tools/list', {}, id), { header: version });
      expect(body).toMatchObject({ jsonrpc: '2.0', id });
      expect(body).not.toHaveProperty('error');
    }
  });

  it('of a list is the same whatever was asked before, and whoever asks', async () => {
    const shared = server();
    const list = async (subject: string): Promise<string> => {
      const caller = { auth: authWith([], { subject }), endpoint: undefined };
      return (await shared.call('2026-07-28', 'tools/list', {}, { caller })).text;
    };
    const before = await list('ada');
    await shared.call('2026-07-28', 'tools/call', { name: 'greet' });
    await shared.call('2026-07-28', 'prompts/get', { name: 'talk' });
    expect(await list('bob')).toBe(before);
  });
});

describe('an error', () => {
  const codes = Object.keys(errorTable) as ErrorCode[];

  it('of a modern request has no code that only earlier revisions have', () => {
    const used = codes.map((code) => modern.jsonRpcCodeOf(code));
    expect(used).not.toContain(-32002);
    expect(used).not.toContain(-32042);
  });

  it('has, of the codes that the specification keeps for itself, only those that it defines', () => {
    const reserved = codes.map((code) => modern.jsonRpcCodeOf(code)).filter((code) => code <= -32020 && code >= -32099);
    for (const code of reserved) expect([-32020, -32021, -32022]).toContain(code);
    const withdrawn = codes.map((code) => modern.jsonRpcCodeOf(code)).filter((code) => code <= -32000 && code > -32020);
    expect(withdrawn).toEqual([]);
  });

  it('has one short sentence for a message, unless it says what is wrong in particular', () => {
    const messages = Object.values(errorTable).map(({ message }) => message);
    expect(messages.filter((message) => message.length > 80 || /[.]\s|\n/.test(message))).toEqual([]);
  });

  it.each(versions)('of %s has an integer code, a message and the id of the request', async (version) => {
    const { body } = await server().send(requestOf(version, 'tools/call', { name: 'unknown' }, 'one'), {
      header: version,
    });
    expect(body).toEqual({
      jsonrpc: '2.0',
      id: 'one',
      error: { code: -32602, message: 'Unknown tool: "unknown"' },
    });
  });
});
