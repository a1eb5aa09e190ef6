import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../../lib/index.js';
import type { Answer } from '../../support/dispatching.js';
import { TestServer, versions } from '../../support/dispatching.js';

/** A server whose every handler returns the same, whatever its type says. */
function serverReturning(returned: unknown): TestServer {
  const registry = createRegistry({ name: 'mistaken', version: '1.0.0' });
  registry.tool('run', {}, () => returned);
  registry.prompt('run', { arguments: { who: { complete: () => returned as string[] } } }, () => returned as string);
  registry.resource('test://one', {}, () => returned as string);
  return new TestServer(registry);
}

const getPrompt = (server: TestServer): Promise<Answer> => server.call('2026-07-28', 'prompts/get', { name: 'run' });
const read = (server: TestServer): Promise<Answer> =>
  server.call('2026-07-28', 'resources/read', { uri: 'test://one' });

describe('what a handler returns', () => {
  it.each([
    ['a text block without text', { type: 'text' }, "{ type: 'text', text } with a string"],
    [
      'an image without data',
      { type: 'image', mimeType: 'image/png' },
      "{ type: 'image', data, mimeType } with two strings",
    ],
    ['a sound without a type', { type: 'audio', data: 'AAAA' }, "{ type: 'audio', data, mimeType } with two strings"],
    [
      'an embedded resource without contents',
      { type: 'resource', resource: { uri: 'a:b' } },
      "{ type: 'resource', resource: { uri, text } }, or blob for text",
    ],
    [
      'a link without a name',
      { type: 'resource_link', uri: 'a:b' },
      "{ type: 'resource_link', uri, name } with two strings",
    ],
  ])('from a tool with %s fails the call, and tells only the operator why', async (_what, block, remedy) => {
    const server = serverReturning({ content: [block] });
    const { body } = await server.call('2026-07-28', 'tools/call', { name: 'run' });
    expect(body?.result).toMatchObject({ isError: true });
    expect(JSON.stringify(body)).toContain('Internal error. Reference: ');
    expect(server.reports[0]?.error).toEqual(
      new TypeError(`content[0] is no content block that clients can read: write ${remedy}`),
    );
  });

  it.each([
    ['a role that there is not', { messages: [{ role: 'system', content: { type: 'text', text: 'x' } }] }],
    ['a message without content', [{ role: 'user' }]],
    ['content that is a list', [{ role: 'user', content: [{ type: 'text', text: 'x' }] }]],
  ])('from a prompt with %s is an internal error', async (_what, returned) => {
    const { body } = await getPrompt(serverReturning(returned));
    expect(body?.error).toMatchObject({ code: -32603, message: 'Internal error' });
  });

  it.each([
    ['contents without a uri', [{ text: 'x' }]],
    ['contents without text or blob', { contents: [{ uri: 'test://one' }] }],
    ['a negative time to live', { contents: [], ttlMs: -5 }],
    ['a broken time to live', { contents: [], ttlMs: 0.5 }],
  ])('from a reader with %s is an internal error', async (_what, returned) => {
    const { body } = await read(serverReturning(returned));
    expect(body?.error).toMatchObject({ code: -32603, message: 'Internal error' });
  });

  it('from a completion with anything but strings is an internal error', async () => {
    const params = { ref: { type: 'ref/prompt', name: 'run' }, argument: { name: 'who', value: '' } };
    const { body } = await serverReturning([1, 2]).call('2026-07-28', 'completion/complete', params);
    expect(body?.error).toMatchObject({ code: -32603, message: 'Internal error' });
  });

  it.each(versions)('cannot say what kind of result it is in %s', async (version) => {
    const text = { type: 'text', text: 'x' };
    const [tool, prompt, resource] = await Promise.all([
      serverReturning({ content: [text], resultType: 'task' }).call(version, 'tools/call', { name: 'run' }),
      serverReturning({ messages: [], resultType: 'task' }).call(version, 'prompts/get', { name: 'run' }),
      serverReturning({ contents: [], resultType: 'task' }).call(version, 'resources/read', { uri: 'test://one' }),
    ]);
    const kinds = [tool, prompt, resource].map(({ body }) => body?.result?.['resultType']);
    expect(new Set(kinds)).toEqual(new Set([version === '2026-07-28' ? 'complete' : undefined]));
  });

  it('is validated as its JSON says it, without members that are undefined', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    const outputSchema = {
      type: 'object',
      properties: { a: { type: 'number' } },
      additionalProperties: false,
    } as const;
    const returned: { a: number; b?: number | undefined } = { a: 1, b: undefined };
    registry.tool('run', { outputSchema }, () => returned);
    const { body } = await new TestServer(registry).call('2026-07-28', 'tools/call', { name: 'run' });
    expect(body?.result).toMatchObject({ structuredContent: { a: 1 } });
  });

  it('as links reaches clients of 2025-03-26 as text, in prompts too', async () => {
    const link = { type: 'resource_link', uri: 'test://one', name: 'One' };
    const server = serverReturning([{ role: 'user', content: link }]);
    const { body } = await server.call('2025-03-26', 'prompts/get', { name: 'run' });
    expect(body?.result).toEqual({
      messages: [{ role: 'user', content: { type: 'text', text: 'One: test://one' } }],
    });
    const { body: newer } = await server.call('2025-06-18', 'prompts/get', { name: 'run' });
    expect(newer?.result).toEqual({ messages: [{ role: 'user', content: link }] });
  });
});
