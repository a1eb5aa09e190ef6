import { describe, expect, it } from '@jest/globals';
import { anyOf, createRegistry } from '../../../lib/index.js';
import { TestServer, callerWith } from '../../support/dispatching.js';
import { exampleRegistry } from '../../support/example-registry.js';

interface Listed {
  readonly name?: string;
  readonly uri?: string;
}

async function page(server: TestServer, method: string, member: string, cursor?: unknown) {
  const params = cursor === undefined ? {} : { cursor };
  const { body } = await server.call('2026-07-28', method, params);
  const listed = body?.result?.[member] as readonly Listed[] | undefined;
  return {
    names: listed?.map(({ name, uri }) => uri ?? name) ?? [],
    next: body?.result?.['nextCursor'],
    result: body?.result,
    error: body?.error,
  };
}

function numbered(count: number): { server: TestServer; registry: ReturnType<typeof createRegistry> } {
  const registry = createRegistry({ name: 'test', version: '1.0.0' }, { pageSize: 3 });
  for (let index = 0; index < count; index++) registry.tool(`t${String(index)}`, {}, () => index);
  return { registry, server: new TestServer(registry) };
}

describe('lists', () => {
  it('come in pages, in the order of registration', async () => {
    const { server } = numbered(7);
    const first = await page(server, 'tools/list', 'tools');
    expect(first.names).toEqual(['t0', 't1', 't2']);
    const second = await page(server, 'tools/list', 'tools', first.next);
    expect(second.names).toEqual(['t3', 't4', 't5']);
    const third = await page(server, 'tools/list', 'tools', second.next);
    expect(third.names).toEqual(['t6']);
    expect(third.next).toBeUndefined();
  });

  it('end with a full page without a cursor', async () => {
    expect((await page(numbered(3).server, 'tools/list', 'tools')).next).toBeUndefined();
  });

  it('go on at the right place when items came and went meanwhile', async () => {
    const { server, registry } = numbered(2);
    const third = registry.tool('t2', {}, () => 2);
    registry.tool('t3', {}, () => 3);
    const { next } = await page(server, 'tools/list', 'tools');
    third.remove();
    registry.tool('t4', {}, () => 4);
    expect((await page(server, 'tools/list', 'tools', next)).names).toEqual(['t3', 't4']);
  });

  it('are empty, not wrong, behind the last item', async () => {
    const { server, registry } = numbered(3);
    const last = registry.tool('last', {}, () => 4);
    const { next } = await page(server, 'tools/list', 'tools');
    last.remove();
    expect(await page(server, 'tools/list', 'tools', next)).toMatchObject({ names: [], next: undefined });
  });

  it.each(['', 'x', 'eyJhIjoxfQ', Buffer.from('1.x').toString('base64url'), 7, {}])(
    'refuse the cursor %j',
    async (cursor) => {
      expect((await page(numbered(1).server, 'tools/list', 'tools', cursor)).error).toMatchObject({
        code: -32602,
        message: 'Invalid params: this cursor is not known; start again without one',
      });
    },
  );

  it('put resources that templates name between the others, page by page', async () => {
    const server = new TestServer(exampleRegistry());
    const { names, next } = await page(server, 'resources/list', 'resources');
    expect(names).toEqual([
      'example://text',
      'example://bytes',
      'example://gone',
      'example://item/1',
      'example://item/2',
    ]);
    expect(next).toBeUndefined();
  });

  it('go on within what one template names', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' }, { pageSize: 2 });
    const list = () => ['a', 'b', 'c'].map((id) => ({ uri: `x://${id}` }));
    registry.resourceTemplate('x://{id}', { mimeType: 'text/plain', list }, () => 'x');
    const server = new TestServer(registry);
    const first = await page(server, 'resources/list', 'resources');
    expect(first.names).toEqual(['x://a', 'x://b']);
    expect(first.result?.['resources']).toContainEqual({ uri: 'x://a', name: 'x://a', mimeType: 'text/plain' });
    expect((await page(server, 'resources/list', 'resources', first.next)).names).toEqual(['x://c']);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('password=hunter2'))],
    ['returns no array', () => 'hunter2' as unknown as []],
    ['returns an entry without a URI', () => [{ name: 'hunter2' }] as unknown as []],
  ])('keep it inside when the list function of a template %s', async (_what, list) => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    registry.resourceTemplate('x://{id}', { list }, () => 'x');
    const server = new TestServer(registry);
    const { error } = await page(server, 'resources/list', 'resources');
    expect(error).toMatchObject({ code: -32603, message: 'Internal error' });
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(server.reports).toHaveLength(1);
  });

  it('are public while they are the same for everyone, and private as soon as scopes filter them', async () => {
    const { server, registry } = numbered(1);
    expect((await page(server, 'tools/list', 'tools')).result).toMatchObject({ ttlMs: 60_000, cacheScope: 'public' });
    registry.tool('hidden', { scopes: ['a'], visibility: 'granted' }, () => 'x');
    const filtered = await page(server, 'tools/list', 'tools');
    expect(filtered.names).toEqual(['t0']);
    expect(filtered.result).toMatchObject({ cacheScope: 'private' });
    const { body } = await server.call('2026-07-28', 'tools/list', {}, { caller: callerWith('a') });
    expect(body?.result).toMatchObject({ cacheScope: 'private', tools: [{ name: 't0' }, { name: 'hidden' }] });
  });

  it('show each caller what its scopes let it see, whoever asked before', async () => {
    const { server, registry } = numbered(1);
    registry.tool('a', { scopes: ['a'], visibility: 'granted' }, () => 'x');
    registry.tool('a-or-b', { scopes: anyOf('a', 'b'), visibility: 'concealed' }, () => 'x');
    registry.tool('b', { scopes: ['b'], visibility: 'granted' }, () => 'x');
    const seenBy = async (...scopes: string[]) => {
      const { body } = await server.call('2026-07-28', 'tools/list', {}, { caller: callerWith(...scopes) });
      const { tools, nextCursor } = body?.result as unknown as { tools: Listed[]; nextCursor?: string };
      const rest = await server.call(
        '2026-07-28',
        'tools/list',
        { cursor: nextCursor },
        { caller: callerWith(...scopes) },
      );
      const more = nextCursor === undefined ? [] : (rest.body?.result?.['tools'] as readonly Listed[]);
      return [tools.map(({ name }) => name), more.map(({ name }) => name)];
    };
    for (let round = 0; round < 2; round += 1) {
      expect(await seenBy('a')).toEqual([['t0', 'a', 'a-or-b'], []]);
      expect(await seenBy('b')).toEqual([['t0', 'a-or-b', 'b'], []]);
      expect(await seenBy('a', 'b')).toEqual([['t0', 'a', 'a-or-b'], ['b']]);
      expect(await seenBy('c')).toEqual([['t0'], []]);
    }
  });

  it('show at once what has changed', async () => {
    const { server, registry } = numbered(1);
    const handle = registry.tool('changing', { description: 'before' }, () => 'x');
    const descriptions = async () => {
      const { body } = await server.call('2026-07-28', 'tools/list');
      return (body?.result?.['tools'] as readonly { description?: string }[]).map(({ description }) => description);
    };
    expect(await descriptions()).toEqual([undefined, 'before']);
    handle.update({ description: 'after' });
    expect(await descriptions()).toEqual([undefined, 'after']);
    handle.disable();
    expect(await descriptions()).toEqual([undefined]);
    handle.enable();
    expect(await descriptions()).toEqual([undefined, 'after']);
  });

  it('are private when a template names resources', async () => {
    expect((await page(new TestServer(exampleRegistry()), 'resources/list', 'resources')).result).toMatchObject({
      cacheScope: 'private',
    });
  });

  it('show what a revision knows', async () => {
    const server = new TestServer(exampleRegistry());
    const membersOf = async (version: '2025-03-26' | '2025-06-18' | '2025-11-25' | '2026-07-28') => {
      const { body } = await server.call(version, 'tools/list');
      return (body?.result?.['tools'] as readonly object[]).slice(0, 2).map((tool) => Object.keys(tool));
    };
    const always = ['name', 'description', 'inputSchema', 'annotations'];
    expect(await membersOf('2025-03-26')).toEqual([always, ['name', 'inputSchema']]);
    const since0618 = ['name', 'title', 'description', 'inputSchema', 'outputSchema', 'annotations', '_meta'];
    expect(await membersOf('2025-06-18')).toEqual([since0618, ['name', 'inputSchema']]);
    const since1125 = [...since0618.slice(0, -1), 'icons', '_meta'];
    expect(await membersOf('2025-11-25')).toEqual([since1125, ['name', 'inputSchema']]);
    expect(await membersOf('2026-07-28')).toEqual([since1125, ['name', 'inputSchema', 'outputSchema']]);
  });

  it('show titles of prompt arguments only where they are known', async () => {
    const server = new TestServer(exampleRegistry());
    const { text: old } = await server.call('2025-03-26', 'prompts/list');
    expect(old).not.toContain('"title"');
    const { text } = await server.call('2025-06-18', 'prompts/list');
    expect(text).toContain('{"name":"language","title":"Language"}');
  });
});
