import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import type { Registry } from '../../../lib/index.js';
import { TestServer } from '../../support/dispatching.js';
import { exampleRegistry } from '../../support/example-registry.js';

async function ask(
  method: string,
  params: Readonly<Record<string, unknown>>,
  registry:
    Registry<never> | ReturnType<typeof createRegistry> | ReturnType<typeof exampleRegistry> = exampleRegistry(),
) {
  const server = new TestServer(registry);
  const { body, status } = await server.call('2026-07-28', method, params);
  return { status, result: body?.result, error: body?.error, reports: server.reports };
}

const empty = () => createRegistry({ name: 'test', version: '1.0.0' });

describe('prompts/get', () => {
  it('makes a message of a text, with the description of the prompt', async () => {
    const { result } = await ask('prompts/get', { name: 'review', arguments: { code: 'x', language: 'c' } });
    expect(result).toMatchObject({
      resultType: 'complete',
      description: 'Reviews code',
      messages: [{ role: 'user', content: { type: 'text', text: 'Review this c code: x' } }],
    });
  });

  it('takes messages and full results as they are', async () => {
    const { result } = await ask('prompts/get', { name: 'talk' });
    expect(result?.['messages']).toHaveLength(2);
    const registry = empty();
    registry.prompt('full', { description: 'old' }, () => ({ description: 'new', messages: [] }));
    expect((await ask('prompts/get', { name: 'full' }, registry)).result).toMatchObject({
      description: 'new',
      messages: [],
    });
  });

  it.each([
    ['an unknown prompt', { name: 'unknown' }, 'Unknown prompt: "unknown"'],
    ['no name', {}, 'Invalid params: name must be a string'],
    ['a missing argument', { name: 'review' }, 'Prompt "review" needs the argument "code"'],
    ['an argument that does not exist', { name: 'talk', arguments: { a: 'b' } }, 'Prompt "talk" has no argument "a"'],
    [
      'an argument that is no string',
      { name: 'review', arguments: { code: 7 } },
      'Invalid params: every member of arguments must be a string',
    ],
    ['arguments that are no object', { name: 'talk', arguments: 'x' }, 'Invalid params: arguments must be an object'],
  ])('answers -32602 to %s', async (_what, params, message) => {
    expect(await ask('prompts/get', params)).toMatchObject({ status: 200, error: { code: -32602, message } });
  });

  it.each([
    ['throws', () => Promise.reject(new Error('password=hunter2'))],
    ['returns something else', () => 7 as unknown as string],
    ['returns an object without messages', () => ({ hunter2: 1 }) as unknown as string],
  ])('keeps it inside when the handler %s', async (_what, handler) => {
    const registry = empty();
    registry.prompt('broken', {}, handler);
    const { error, reports } = await ask('prompts/get', { name: 'broken' }, registry);
    expect(error).toEqual({ code: -32603, message: 'Internal error', data: { reference: reports[0]?.reference } });
    expect(reports[0]).toMatchObject({ method: 'prompts/get', target: 'broken' });
  });
});

describe('resources/read', () => {
  it('makes contents of text, of bytes and of bare contents', async () => {
    expect((await ask('resources/read', { uri: 'example://text' })).result).toMatchObject({
      contents: [{ uri: 'example://text', mimeType: 'text/plain', text: 'text' }],
      ttlMs: 0,
      cacheScope: 'private',
    });
    expect((await ask('resources/read', { uri: 'example://bytes' })).result).toMatchObject({
      contents: [{ uri: 'example://bytes', mimeType: 'image/png', blob: 'AQID' }],
    });
    expect((await ask('resources/read', { uri: 'example://item/a%20b' })).result).toMatchObject({
      contents: [{ uri: 'example://item/a%20b', mimeType: 'application/json', text: '{"id":"a b"}' }],
    });
  });

  it('takes contents, blobs and full results as they are, with the hints of the reader', async () => {
    const registry = empty();
    registry.resource('x://many', {}, () => [{ uri: 'x://1', text: '1' }]);
    registry.resource('x://blob', {}, () => ({ blob: 'AQID', mimeType: 'a/b' }));
    registry.resource('x://full', {}, () => ({
      contents: [{ uri: 'x://full', text: 'f' }],
      ttlMs: 9,
      cacheScope: 'public',
    }));
    expect((await ask('resources/read', { uri: 'x://many' }, registry)).result).toMatchObject({
      contents: [{ uri: 'x://1', text: '1' }],
    });
    expect((await ask('resources/read', { uri: 'x://blob' }, registry)).result).toMatchObject({
      contents: [{ uri: 'x://blob', blob: 'AQID', mimeType: 'a/b' }],
    });
    expect((await ask('resources/read', { uri: 'x://full' }, registry)).result).toMatchObject({
      contents: [{ uri: 'x://full', text: 'f' }],
      ttlMs: 9,
      cacheScope: 'public',
    });
    const { body } = await new TestServer(registry).call('2025-11-25', 'resources/read', { uri: 'x://full' });
    expect(body?.result).toEqual({ contents: [{ uri: 'x://full', text: 'f' }] });
  });

  it.each(['example://unknown', 'example://gone', 'example://item/404'])(
    'answers %s, which is not there, with the URI and the code of the revision',
    async (uri) => {
      const server = new TestServer(exampleRegistry());
      const modern = await server.call('2026-07-28', 'resources/read', { uri });
      expect(modern).toMatchObject({
        status: 200,
        body: { error: { code: -32602, message: 'Resource not found', data: { uri } } },
      });
      const legacy = await server.call('2025-11-25', 'resources/read', { uri });
      expect(legacy.body?.error).toEqual({ code: -32002, message: 'Resource not found', data: { uri } });
      expect(server.reports).toEqual([]);
    },
  );

  it('refuses a URI that is no string', async () => {
    expect((await ask('resources/read', { uri: 7 })).error).toMatchObject({ code: -32602 });
  });

  it.each([
    ['throws', () => Promise.reject(new Error('password=hunter2'))],
    ['returns something else', () => 7 as unknown as string],
    ['returns an empty object', () => ({}) as unknown as string],
  ])('keeps it inside when the reader %s', async (_what, read) => {
    const registry = empty();
    registry.resource('x://broken', {}, read);
    const { error, reports } = await ask('resources/read', { uri: 'x://broken' }, registry);
    expect(error).toEqual({ code: -32603, message: 'Internal error', data: { reference: reports[0]?.reference } });
  });
});

describe('completion/complete', () => {
  const prompt = { type: 'ref/prompt', name: 'review' };

  it('suggests values, and says how many there are', async () => {
    const params = { ref: prompt, argument: { name: 'language', value: 'p' } };
    expect((await ask('completion/complete', params)).result).toMatchObject({
      completion: { values: ['python', 'perl', 'php'], total: 3, hasMore: false },
    });
    const ref = { type: 'ref/resource', uri: 'example://item/{id}' };
    expect((await ask('completion/complete', { ref, argument: { name: 'id', value: '1' } })).result).toMatchObject({
      completion: { values: ['11', '12'], total: 9, hasMore: true },
    });
  });

  it('suggests nothing for what has no suggestions', async () => {
    const argument = { name: 'code', value: 'x' };
    expect((await ask('completion/complete', { ref: prompt, argument })).result).toMatchObject({
      completion: { values: [] },
    });
    const ref = { type: 'ref/resource', uri: 'example://text' };
    expect((await ask('completion/complete', { ref, argument })).result).toMatchObject({ completion: { values: [] } });
  });

  it('hands over what was chosen already, and cuts after 100 values', async () => {
    const registry = empty();
    const complete = (value: string, _ctx: unknown, resolved: Readonly<Record<string, string>>): string[] =>
      Array.from({ length: 150 }, (_, index) => `${value}${resolved['a'] ?? ''}${String(index)}`);
    registry.prompt('many', { arguments: { b: { complete } } }, () => 'x');
    const params = {
      ref: { type: 'ref/prompt', name: 'many' },
      argument: { name: 'b', value: 'v' },
      context: { arguments: { a: 'A' } },
    };
    const { result } = await ask('completion/complete', params, registry);
    const completion = result?.['completion'] as { values: string[]; total: number; hasMore: boolean };
    expect(completion.values).toHaveLength(100);
    expect(completion).toMatchObject({ total: 150, hasMore: true });
    expect(completion.values[0]).toBe('vA0');
  });

  it.each([
    ['an unknown prompt', { ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'a', value: '' } }],
    ['an unknown resource', { ref: { type: 'ref/resource', uri: 'y://x' }, argument: { name: 'a', value: '' } }],
    ['another kind of reference', { ref: { type: 'ref/tool', name: 'add' }, argument: { name: 'a', value: '' } }],
    ['no reference', { argument: { name: 'a', value: '' } }],
    ['an argument without a value', { ref: prompt, argument: { name: 'a' } }],
    ['an argument without a name', { ref: prompt, argument: { value: 'a' } }],
    ['a context that is no object', { ref: prompt, argument: { name: 'a', value: '' }, context: 7 }],
  ])('answers -32602 to %s', async (_what, params) => {
    expect((await ask('completion/complete', params)).error).toMatchObject({ code: -32602 });
  });

  it.each([
    ['throws', () => Promise.reject(new Error('password=hunter2'))],
    ['returns no values', () => ({}) as unknown as string[]],
    ['returns text', () => 'x' as unknown as string[]],
  ])('keeps it inside when the function %s', async (_what, complete) => {
    const registry = empty();
    registry.prompt('broken', { arguments: { a: { complete } } }, () => 'x');
    const params = { ref: { type: 'ref/prompt', name: 'broken' }, argument: { name: 'a', value: '' } };
    const { error, reports } = await ask('completion/complete', params, registry);
    expect(error).toEqual({ code: -32603, message: 'Internal error', data: { reference: reports[0]?.reference } });
  });
});
