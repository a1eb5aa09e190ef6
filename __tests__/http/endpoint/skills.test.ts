import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { SkillsClient } from '@modelcontextprotocol/client/ext/skills';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import express from 'express';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import { expectChallenge } from '../../../lib/testing/index.js';
import { whileListening } from '../../support/listening.js';
import { authOptions, issuer, modern } from '../../support/mcp-app.js';

const registry = createRegistry({ name: 'notes', version: '1.0.0' });

registry.skill('open', {
  description: 'Says: "hello"\nin two lines — or \u2028 three.',
  instructions: '# Hello\n\nRead `references/für dich.md`.',
  license: 'MIT',
  compatibility: 'null',
  metadata: { version: '1.0', 'a: b': '- c', yes: 'no' },
  files: { 'references/für dich.md': 'Grüße\n', 'assets/logo.png': new Uint8Array([137, 80, 78, 71, 0, 255]) },
});
const about = { description: 'x', instructions: 'x', scopes: ['notes:read'], files: { 'deep/a.md': 'a' } };
registry.skill('scoped', about);
registry.skill('concealed', { ...about, visibility: 'concealed' });
registry.extension('com.example/search', {
  methods: { 'com.example/find': { scopes: ['notes:read'], handler: (_params, ctx) => ({ by: ctx.auth?.subject }) } },
});

let app: Express;

beforeAll(() => {
  app = express();
  app.use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());
});

const bearer = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope })}` });

describe('the official client for skills, with a token', () => {
  let clients: Client[] = [];

  afterAll(async () => {
    for (const client of clients) await client.close();
    clients = [];
  });

  /** Lists, gets and reads as hosts do; it refuses entries and files that are not as the extension wants them. */
  const withSkills = async <T>(scope: string, use: (skills: SkillsClient) => Promise<T>): Promise<T> =>
    whileListening(app, async (port) => {
      const client = new Client(
        { name: 'test', version: '1.0.0' },
        { versionNegotiation: { mode: { pin: '2026-07-28' } } },
      );
      clients.push(client);
      const url = new URL(`http://127.0.0.1:${port}/mcp`);
      await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers: await bearer(scope) } }));
      return use(new SkillsClient(client));
    });

  it('finds every file as its entry says, and the frontmatter in SKILL.md as in the entry', async () => {
    await withSkills('', async (skills) => {
      expect([skills.supported, skills.directoryRead]).toEqual([true, true]);
      const { skills: entries } = await skills.list();
      expect(entries.map(({ uri }) => uri)).toEqual(['skill://open/SKILL.md', 'skill://scoped/SKILL.md']);
      const { skill } = await skills.get('skill://open/SKILL.md');
      expect(skill).toEqual(entries[0]);
      const manifest = await skills.read(skill);
      expect(manifest).toMatchObject({
        verified: true,
        frontmatter: {
          name: 'open',
          description: 'Says: "hello"\nin two lines — or \u2028 three.',
          license: 'MIT',
          compatibility: 'null',
          metadata: { version: '1.0', 'a: b': '- c', yes: 'no' },
        },
      });
      expect(manifest.body?.trim()).toBe('# Hello\n\nRead `references/für dich.md`.');
      expect(await skills.read(skill, 'references/für dich.md')).toMatchObject({ verified: true, text: 'Grüße\n' });
      const { bytes } = await skills.read(skill, 'assets/logo.png');
      expect([...bytes]).toEqual([137, 80, 78, 71, 0, 255]);
    });
  });

  it('goes through the folders', async () => {
    await withSkills('', async (skills) => {
      const { resources } = await skills.readDirectory('skill://open');
      expect(resources.map(({ name, mimeType }) => `${name} ${String(mimeType)}`)).toEqual([
        'open text/markdown',
        'assets inode/directory',
        'references inode/directory',
      ]);
      const [file] = (await skills.readDirectory('skill://open/references')).resources;
      expect(file?.name).toBe('für dich.md');
    });
  });

  it('sees what is concealed from others', async () => {
    await withSkills('notes:read', async (skills) => {
      const { skills: entries } = await skills.list();
      expect(entries.map(({ frontmatter }) => frontmatter.name)).toEqual(['open', 'scoped', 'concealed']);
      const concealed = await skills.get('skill://concealed/SKILL.md');
      expect((await skills.read(concealed.skill, 'deep/a.md')).text).toBe('a');
    });
  });
});

const requests: readonly (readonly [method: string, path: string])[] = [
  ['skills/get', '/SKILL.md'],
  ['resources/read', '/deep/a.md'],
  ['resources/directory/read', '/deep'],
];

describe('an endpoint with scoped skills', () => {
  it.each(requests)('answers %s of skill://scoped%s with 403 and the scopes', async (method, path) => {
    const response = await modern(app, method, { uri: `skill://scoped${path}` }, await bearer('other'));
    expectChallenge(response, { error: 'insufficient_scope', scope: 'notes:read other' });
    expect(response.status).toBe(403);
  });

  it.each(requests)('answers %s of skill://concealed%s as if there were none', async (method, path) => {
    const ask = async (name: string) => {
      const response = await modern(app, method, { uri: `skill://${name}${path}` }, await bearer('other'));
      return {
        status: response.status,
        challenge: response.headers['www-authenticate'] as unknown,
        text: response.text,
      };
    };
    const concealed = await ask('concealed');
    expect(concealed).toMatchObject({ status: 200, challenge: undefined });
    expect(concealed.text).toContain('-32602');
    expect({ ...concealed, text: concealed.text.replaceAll('concealed', 'absent') }).toEqual(await ask('absent'));
  });

  it('lists none that is concealed, neither as a skill nor as resources', async () => {
    for (const method of ['skills/list', 'resources/list']) {
      const { status, text } = await modern(app, method, {}, await bearer('other'));
      expect(status).toBe(200);
      expect(text).toContain('skill://scoped/SKILL.md');
      expect(text).not.toContain('concealed');
    }
  });

  it('asks who sends no token for one', async () => {
    expect((await modern(app, 'skills/list')).status).toBe(401);
  });
});

describe('an endpoint with a scoped method of an extension', () => {
  const declared = {
    _meta: { 'io.modelcontextprotocol/clientCapabilities': { extensions: { 'com.example/search': {} } } },
  };

  it('answers 403 with the scopes', async () => {
    const response = await modern(app, 'com.example/find', declared, await bearer('other'));
    expectChallenge(response, { error: 'insufficient_scope', scope: 'notes:read other' });
  });

  it('serves who holds them', async () => {
    const response = await modern(app, 'com.example/find', declared, await bearer('notes:read'));
    expect(response.body).toMatchObject({ result: { by: 'user-1' } });
  });

  it('answers 400 to a client that does not declare the extension', async () => {
    const response = await modern(app, 'com.example/find', {}, await bearer('notes:read'));
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ error: { code: -32021 } });
  });
});
