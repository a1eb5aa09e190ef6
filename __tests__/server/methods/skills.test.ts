import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Registry } from '../../../lib/index.js';
import { createRegistry } from '../../../lib/index.js';
import { TestServer, callerWith } from '../../support/dispatching.js';

let registry: Registry;
let server: TestServer;

beforeEach(() => {
  registry = createRegistry({ name: 'test', version: '1.0.0' }, { pageSize: 2 });
  registry.skill('notes', {
    description: 'Writes notes.',
    instructions: 'Read references/style.md.',
    license: 'MIT',
    metadata: { audience: 'writers' },
    files: { 'references/style.md': 'hello\n', 'references/deep/logo.png': new Uint8Array([1, 2, 3]), LICENSE: 'MIT' },
  });
  server = new TestServer(registry);
});

async function call(method: string, params: Readonly<Record<string, unknown>> = {}, ...scopes: readonly string[]) {
  const { body } = await server.call('2026-07-28', method, params, { caller: callerWith(...scopes) });
  return body ?? {};
}

const entry = {
  uri: 'skill://notes/SKILL.md',
  frontmatter: { name: 'notes', description: 'Writes notes.', license: 'MIT', metadata: { audience: 'writers' } },
  resources: [
    {
      uri: 'skill://notes/SKILL.md',
      digest: 'sha256:e4197576cda1d75d60bdf640b7b16b9e49a96bf8a4efcdedf5670b2e6f994092',
      size: 127,
    },
    {
      uri: 'skill://notes/LICENSE',
      digest: 'sha256:e5dcffe836b6ec8a58e492419b550e65fb8cbdc308503979e5dacb33ac7ea3b7',
      size: 3,
    },
    {
      uri: 'skill://notes/references/deep/logo.png',
      digest: 'sha256:039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81',
      size: 3,
    },
    {
      uri: 'skill://notes/references/style.md',
      digest: 'sha256:5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03',
      size: 6,
    },
  ],
};

describe('a server with skills', () => {
  it('declares them to clients that know extensions', async () => {
    expect((await call('server/discover')).result?.['capabilities']).toMatchObject({
      resources: {},
      extensions: { 'io.modelcontextprotocol/skills': { directoryRead: true } },
    });
  });

  it.each(['2025-11-25', '2025-06-18', '2025-03-26'] as const)(
    'has resources only for clients of %s',
    async (version) => {
      for (const method of ['skills/list', 'skills/get', 'resources/directory/read']) {
        const { body } = await server.call(version, method, { uri: 'skill://notes/SKILL.md' });
        expect(body?.error?.code).toBe(-32601);
      }
      const { body } = await server.call(version, 'resources/read', { uri: 'skill://notes/references/style.md' });
      expect(body?.result?.['contents']).toEqual([
        { uri: 'skill://notes/references/style.md', mimeType: 'text/markdown', text: 'hello\n' },
      ]);
    },
  );

  it('lists each with every file, its digest and its size', async () => {
    const { result } = await call('skills/list');
    expect(result).toMatchObject({ resultType: 'complete', skills: [entry], ttlMs: 60_000, cacheScope: 'public' });
  });

  it('lists them in pages, in the order of registration', async () => {
    for (const name of ['b', 'a']) registry.skill(name, { description: 'x', instructions: 'x' });
    const first = await call('skills/list');
    expect(first.result?.['skills']).toMatchObject([{ uri: 'skill://notes/SKILL.md' }, { uri: 'skill://b/SKILL.md' }]);
    const second = await call('skills/list', { cursor: first.result?.['nextCursor'] });
    expect(second.result?.['skills']).toMatchObject([{ uri: 'skill://a/SKILL.md' }]);
    expect(second.result).not.toHaveProperty('nextCursor');
  });

  it('gets one as it is listed', async () => {
    const { result } = await call('skills/get', { uri: 'skill://notes/SKILL.md' });
    expect(result).toMatchObject({ resultType: 'complete', skill: entry, ttlMs: 60_000, cacheScope: 'private' });
    expect(result).not.toHaveProperty('nextCursor');
  });

  it.each(['skill://absent/SKILL.md', 'skill://notes', 'skill://notes/LICENSE', 'skill://notes/%53KILL.md', ''])(
    'has no skill at "%s"',
    async (uri) => {
      const { error } = await call('skills/get', { uri });
      expect(error).toEqual({ code: -32602, message: `No skill is served at "${uri}"` });
    },
  );

  it('gets none without a URI', async () => {
    expect((await call('skills/get')).error).toEqual({
      code: -32602,
      message: 'Invalid params: uri must be a string',
    });
  });

  it('lists the files among the resources', async () => {
    const { result } = await call('resources/list');
    expect(result?.['resources']).toEqual([
      {
        uri: 'skill://notes/SKILL.md',
        name: 'notes',
        description: 'Writes notes.',
        mimeType: 'text/markdown',
        size: 127,
      },
      { uri: 'skill://notes/LICENSE', name: 'LICENSE', mimeType: 'text/plain', size: 3 },
    ]);
  });

  it('reads texts as text and bytes as base64', async () => {
    const read = async (uri: string) => (await call('resources/read', { uri })).result?.['contents'];
    expect(await read('skill://notes/LICENSE')).toEqual([
      { uri: 'skill://notes/LICENSE', mimeType: 'text/plain', text: 'MIT' },
    ]);
    expect(await read('skill://notes/references/deep/logo.png')).toEqual([
      { uri: 'skill://notes/references/deep/logo.png', mimeType: 'image/png', blob: 'AQID' },
    ]);
  });

  it('reads a folder in pages', async () => {
    const first = await call('resources/directory/read', { uri: 'skill://notes' });
    expect(first.result).toMatchObject({
      resultType: 'complete',
      resources: [
        { uri: 'skill://notes/SKILL.md', name: 'notes', mimeType: 'text/markdown', size: 127 },
        { uri: 'skill://notes/LICENSE', name: 'LICENSE', mimeType: 'text/plain', size: 3 },
      ],
      ttlMs: 60_000,
      cacheScope: 'private',
    });
    const cursor = first.result?.['nextCursor'];
    const second = await call('resources/directory/read', { uri: 'skill://notes', cursor });
    expect(second.result?.['resources']).toEqual([
      { uri: 'skill://notes/references', name: 'references', mimeType: 'inode/directory' },
    ]);
    expect(second.result).not.toHaveProperty('nextCursor');
  });

  it('reads a folder in a folder', async () => {
    const { result } = await call('resources/directory/read', { uri: 'skill://notes/references' });
    expect(result?.['resources']).toEqual([
      { uri: 'skill://notes/references/deep', name: 'deep', mimeType: 'inode/directory' },
      { uri: 'skill://notes/references/style.md', name: 'style.md', mimeType: 'text/markdown', size: 6 },
    ]);
  });

  it.each([
    'skill://notes/SKILL.md',
    'skill://notes/references/style.md',
    'skill://notes/',
    'skill://notes/absent',
    'skill://absent',
    'skill://',
    'notes://all',
  ])('has no directory at %s', async (uri) => {
    const { error } = await call('resources/directory/read', { uri });
    expect(error).toEqual({ code: -32602, message: `No directory is served at "${uri}"` });
  });

  it('goes on answering when the last skill was removed', async () => {
    const other = createRegistry({ name: 'test', version: '1.0.0' });
    other.skill('notes', { description: 'x', instructions: 'x' }).remove();
    server = new TestServer(other);
    expect((await call('skills/list')).result?.['skills']).toEqual([]);
    expect((await call('skills/get', { uri: 'skill://notes/SKILL.md' })).error?.code).toBe(-32602);
  });
});

describe('a server without skills', () => {
  it.each(['skills/list', 'skills/get', 'resources/directory/read'])('has no %s', async (method) => {
    const other = createRegistry({ name: 'test', version: '1.0.0' });
    other.resource('notes://all', {}, () => 'all');
    server = new TestServer(other);
    expect((await call(method, { uri: 'skill://notes' })).error).toEqual({
      code: -32601,
      message: `Method not found: "${method}"`,
    });
  });
});

describe('the scopes of a skill', () => {
  beforeEach(() => {
    const about = { description: 'x', instructions: 'x', scopes: ['secret'], files: { 'deep/a.md': 'a' } };
    registry.skill('asked-for', about);
    registry.skill('granted', { ...about, visibility: 'granted' });
    registry.skill('concealed', { ...about, visibility: 'concealed' });
  });

  const listed = async (...scopes: readonly string[]): Promise<readonly unknown[]> => {
    const names: unknown[] = [];
    let cursor: unknown;
    do {
      const { result } = await call('skills/list', cursor === undefined ? {} : { cursor }, ...scopes);
      const skills = result?.['skills'] as { readonly frontmatter: { readonly name: string } }[];
      names.push(...skills.map(({ frontmatter }) => frontmatter.name));
      expect(result?.['cacheScope']).toBe('private');
      cursor = result?.['nextCursor'];
    } while (cursor !== undefined);
    return names;
  };

  it('decide what is listed', async () => {
    expect(await listed()).toEqual(['notes', 'asked-for']);
    expect(await listed('secret')).toEqual(['notes', 'asked-for', 'granted', 'concealed']);
  });

  it.each([
    ['skills/get', '/SKILL.md'],
    ['resources/read', '/SKILL.md'],
    ['resources/read', '/deep/a.md'],
    ['resources/directory/read', ''],
    ['resources/directory/read', '/deep'],
  ])('decide about %s of skill://…%s', async (method, path) => {
    for (const name of ['asked-for', 'granted']) {
      const uri = `skill://${name}${path}`;
      await expect(call(method, { uri }, 'other')).rejects.toMatchObject({
        code: 'insufficient_scope',
        requiredScopes: ['secret'],
        target: { kind: 'resource', name: uri },
      });
    }
    const concealed = await call(method, { uri: `skill://concealed${path}` }, 'other');
    const absent = await call(method, { uri: `skill://absent${path}` }, 'other');
    expect(JSON.stringify(concealed).replaceAll('concealed', 'absent')).toBe(JSON.stringify(absent));
    expect((await call(method, { uri: `skill://concealed${path}` }, 'secret')).result).toBeDefined();
  });

  it('can be decided by a policy as well', async () => {
    registry.skill('ruled', { description: 'x', instructions: 'x', policy: () => 'Not on Sundays' });
    const refused = call('skills/get', { uri: 'skill://ruled/SKILL.md' }, 'secret');
    await expect(refused).rejects.toMatchObject({ code: 'access_denied' });
    await expect(refused).rejects.toThrow('Not on Sundays');
  });
});
