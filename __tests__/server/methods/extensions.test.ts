import { describe, expect, it } from '@jest/globals';
import { TestServer, versions } from '../../support/dispatching.js';
import { exampleRegistry } from '../../support/example-registry.js';

const extension = 'com.example/search';

function serverWithExtension(): TestServer {
  const registry = exampleRegistry();
  registry.extension(extension, { settings: { languages: ['en'] } });
  return new TestServer(registry);
}

describe('an extension', () => {
  it('is declared with its settings by server/discover, and not in the handshake of older clients', async () => {
    const server = serverWithExtension();
    const { body } = await server.call('2026-07-28', 'server/discover');
    expect(body?.result?.['capabilities']).toMatchObject({ extensions: { [extension]: { languages: ['en'] } } });
    const { text } = await server.call('2025-11-25', 'initialize', { protocolVersion: '2025-11-25' });
    expect(text).not.toContain(extension);
  });

  it.each(versions)('changes nothing for a client of %s that does not support it', async (version) => {
    const [without, having] = [new TestServer(exampleRegistry()), serverWithExtension()];
    for (const [method, params] of [
      ['tools/list', {}],
      ['tools/call', { name: 'add', arguments: { a: 1, b: 2 } }],
      ['prompts/get', { name: 'talk' }],
      ['resources/list', {}],
      ['resources/read', { uri: 'example://text' }],
      ['com.example/find', {}],
    ] as const) {
      const expected = await without.call(version, method, params);
      expect(await having.call(version, method, params)).toEqual(expected);
    }
  });
});
