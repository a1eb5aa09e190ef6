import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../examples/notes/app.js';
import { createNotesRegistry, scopeHierarchy } from '../../examples/notes/mcp.js';
import { NoteStore } from '../../examples/notes/note-store.js';
import { openApiDocument } from '../../examples/notes/openapi.js';
import { toolsFromOpenApi } from '../../lib/openapi/index.js';
import { createTestIssuer, expectChallenge } from '../../lib/testing/index.js';

let folder: string;
/** To open one takes a second, so the tests share it. */
let store: NoteStore;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'express-mcp-notes-'));
  store = await NoteStore.open();
});

afterEach(async () => {
  for (const { id } of await store.all()) await store.delete(id);
});

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const resource = 'http://localhost:3000/mcp';
const { issuer, jwks, token } = await createTestIssuer({ audience: resource });
const mcp = { resource, issuers: [{ issuer, jwks }], scopeHierarchy };
const cookieSecret = 'the same for both apps';

/** The cookie of a user who signed in on the page. */
async function cookieOf(app: Express): Promise<string> {
  const response = await request(app).post('/session').send({ name: 'ada' });
  expect(response.status).toBe(204);
  return /notes_session=[^;]+/.exec(String(response.headers['set-cookie']))?.[0] ?? '';
}

/** Everything that the page of a signed-in user can tell of an answer. */
async function answers(app: Express, cookie: string): Promise<unknown[]> {
  const json = { 'content-type': 'application/json' };
  const page = request.agent(app).set('cookie', cookie);
  const responses = [
    await page.get('/'),
    await page.head('/'),
    await page.get('/api/notes'),
    await page.get('/api/notes?words=milk'),
    await page.get('/api/notes?access_token=x'),
    await page.get('/api/notes/unknown'),
    await page.post('/api/notes').set(json).send('{"text":""}'),
    await page.post('/api/notes').set(json).send('not json'),
    await page.post('/api/notes').set('origin', 'https://evil.example').send({}),
    await page.delete('/api/notes/unknown'),
    await page.options('/api/notes'),
    await page.post('/session').send({ name: ' ' }),
    await page.get('/no/such/route'),
    await page.get('/mcp-beside'),
    await page.get('/.well-known/other'),
  ];
  return responses.map((response) => {
    const others = Object.entries(response.headers as Readonly<Record<string, string>>).filter(
      ([name]) => name !== 'date',
    );
    return { status: response.status, headers: others, body: response.text };
  });
}

function callTool(app: Express, authorization: string, params: object): request.Test {
  return request(app)
    .post('/mcp')
    .set({ authorization, accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18' })
    .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
}

describe('the notes service', () => {
  it('answers to its page exactly as it did before MCP was added', async () => {
    await store.add('Buy milk');
    const existing = createApp(store, undefined, { cookieSecret });
    const cookie = await cookieOf(existing);
    const before = await answers(existing, cookie);
    const after = await answers(createApp(store, mcp, { cookieSecret }), cookie);
    expect(after).toEqual(before);
    expect(before).toHaveLength(15);
  });

  describe.each(['the sign-in of its page', 'a token'])('over its REST routes, with %s', (kind) => {
    it('creates, finds, searches and deletes', async () => {
      const app = createApp(store, mcp);
      const headers: Readonly<Record<string, string>> =
        kind === 'a token'
          ? { authorization: `Bearer ${await token({ scope: 'notes:write' })}` }
          : { cookie: await cookieOf(app) };
      const api = request.agent(app).set(headers);
      const created = await api.post('/api/notes').send({ text: 'Buy milk' });
      expect(created.status).toBe(201);
      const { id } = created.body as { readonly id: string };
      expect((await api.get(`/api/notes/${id}`)).body).toEqual(created.body);
      expect((await api.get('/api/notes?words=MILK')).body).toEqual([created.body]);
      expect((await api.get('/api/notes?words=bread')).body).toEqual([]);
      expect((await api.delete(`/api/notes/${id}`)).status).toBe(204);
      const gone = { status: 404, body: { error: `There is no note ${id}` } };
      expect(await api.get(`/api/notes/${id}`)).toMatchObject(gone);
      expect(await api.delete(`/api/notes/${id}`)).toMatchObject(gone);
    });
  });

  it('refuses everyone else with the challenge of the endpoint, and before there was one with a line', async () => {
    const { id } = await store.add('Buy milk');
    const attempts = (app: Express) => [
      request(app).get('/api/notes'),
      request(app).get(`/api/notes/${id}`),
      request(app).post('/api/notes').send({ text: 'x' }),
      request(app).delete(`/api/notes/${id}`),
    ];
    for (const attempt of attempts(createApp(store))) {
      expect(await attempt).toMatchObject({ status: 401, body: { error: 'Sign in on the page first' } });
    }
    const scopes = ['notes:read', 'notes:read', 'notes:write', 'notes:write'];
    for (const [index, attempt] of attempts(createApp(store, mcp)).entries()) {
      expectChallenge(await attempt, { error: null, scope: scopes[index] ?? '' });
    }
    expect(await store.all()).toHaveLength(1);
  });

  it('lets a token do what its scopes say, also in a browser that is signed in on the page', async () => {
    const app = createApp(store, mcp);
    const authorization = `Bearer ${await token({ scope: 'notes:read' })}`;
    const api = request.agent(app).set({ authorization, cookie: await cookieOf(app) });
    expect((await api.get('/api/notes')).status).toBe(200);
    expectChallenge(await api.post('/api/notes').send({ text: 'x' }), {
      error: 'insufficient_scope',
      scope: 'notes:write notes:read',
    });
    expect(await store.all()).toEqual([]);
  });

  it('takes no cookie that it did not sign, and none that is over', async () => {
    const app = createApp(store, mcp);
    const [content = '', signature = ''] = (await cookieOf(app)).replace('notes_session=', '').split('.');
    const foreign = Buffer.from(JSON.stringify({ name: 'eve', until: Date.now() + 1e9 })).toString('base64url');
    const other = await cookieOf(createApp(store));
    for (const cookie of [
      `notes_session=${foreign}.${signature}`,
      `notes_session=${content}`,
      other,
      'notes_session=',
    ]) {
      expect((await request(app).get('/api/notes').set({ cookie })).status).toBe(401);
    }
    const cookie = `theme=dark; notes_session=${content}.${signature}`;
    expect((await request(app).get('/api/notes').set({ cookie })).status).toBe(200);
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'setTimeout'], now: Date.now() + 25 * 3600 * 1000 });
    const late = await request(app).get('/api/notes').set({ cookie });
    jest.useRealTimers();
    expect(late.status).toBe(401);
  });

  it('holds tools to the same rules as routes', async () => {
    const app = createApp(store, mcp);
    const authorization = `Bearer ${await token({ scope: 'notes:write' })}`;
    const calls = [
      { name: 'add_note', arguments: { text: '  ' }, message: 'A note needs a text' },
      { name: 'delete_note', arguments: { id: 'x' }, message: 'There is no note x' },
    ];
    for (const { message, ...params } of calls) {
      const response = await callTool(app, authorization, params);
      expect(response.body).toMatchObject({ result: { isError: true, content: [{ type: 'text', text: message }] } });
    }
    const route = request(app).post('/api/notes').set({ authorization });
    expect(await route.send({ text: '  ' })).toMatchObject({ status: 400, body: { error: 'A note needs a text' } });
    expect(await store.all()).toEqual([]);
  });

  it('has a tool that calls a route of its OpenAPI document as the caller, beside the written ones', async () => {
    const note = await store.add('Buy milk');
    const registry = createNotesRegistry(store);
    const app = createApp(store, mcp, { registry });
    const { tools } = await toolsFromOpenApi(registry, openApiDocument, { app, select: 'read-only' });
    expect(tools.map(({ name }) => name)).toEqual(['read_note']);
    const params = { name: 'read_note', arguments: { id: note.id } };
    const reader = `Bearer ${await token({ scope: 'notes:read' })}`;
    expect((await callTool(app, reader, params)).body).toMatchObject({ result: { structuredContent: note } });
    const stranger = `Bearer ${await token({ scope: 'other' })}`;
    expectChallenge(await callTool(app, stranger, params), { error: 'insufficient_scope', scope: 'notes:read other' });
  });
});

describe('the store of the notes', () => {
  it('takes the words of a search for nothing but words, in capitals or not', async () => {
    const texts = ['100 % Äpfel', '1000 Birnen', "a_b'); drop table notes; --", 'acb', 'back\\slash'];
    for (const text of texts) await store.add(text);
    const found = async (words: string) => (await store.search(words)).map(({ text }) => text);
    expect(await found('0 % äPFEL')).toEqual([texts[0]]);
    expect(await found('100')).toEqual([texts[0], texts[1]]);
    expect(await found('A_B')).toEqual([texts[2]]);
    expect(await found("'); DROP")).toEqual([texts[2]]);
    expect(await found('\\')).toEqual([texts[4]]);
    expect(await found('')).toEqual(texts);
  });

  it('has no trouble with a character that PostgreSQL does not take', async () => {
    const { id } = await store.add('one\0two');
    const note = { id, text: 'one\uFFFDtwo', createdAt: expect.any(String) };
    expect(await store.search('E\0T')).toEqual([note]);
    expect(await store.find('\0')).toBeUndefined();
    const cookie = await cookieOf(createApp(store, undefined, { cookieSecret }));
    const app = createApp(store, mcp, { cookieSecret });
    expect((await request(app).get('/api/notes?words=%00').set({ cookie })).body).toEqual([note]);
    expect((await request(app).get('/api/notes/%00').set({ cookie })).status).toBe(404);
  });

  it('keeps notes in a folder, over restarts and many changes at once', async () => {
    const kept = path.join(folder, 'new', 'kept');
    const opened = await NoteStore.open(kept);
    const notes = await Promise.all(Array.from({ length: 20 }, (_, index) => opened.add(`note ${String(index)}`)));
    expect(await opened.delete(notes[0]?.id ?? '')).toBe(true);
    expect(await opened.delete(notes[0]?.id ?? '')).toBe(false);
    const before = await opened.all();
    await expect(NoteStore.open(kept)).rejects.toThrow(`Process ${String(process.pid)} has ${kept} open`);
    await opened.close();
    // As if the process had been killed.
    await writeFile(`${kept}.lock`, String(deadProcess()));
    const reopened = await NoteStore.open(kept);
    expect(await reopened.all()).toEqual(before);
    expect(before).toHaveLength(19);
    await reopened.close();
    // Another one that runs.
    await writeFile(`${kept}.lock`, String(process.ppid));
    await expect(NoteStore.open(kept)).rejects.toThrow(`Process ${String(process.ppid)} has ${kept} open`);
  });

  it('does not let anything else pass for a folder without notes', async () => {
    const file = path.join(folder, 'file');
    await writeFile(file, '[]');
    await expect(NoteStore.open(file)).rejects.toMatchObject({ code: 'EEXIST' });
    const others = await mkdtemp(path.join(folder, 'others-'));
    await writeFile(path.join(others, 'letter.txt'), 'Dear');
    await expect(NoteStore.open(others)).rejects.toThrow(`${others} holds something else than notes`);
    const broken = await mkdtemp(path.join(folder, 'broken-'));
    await writeFile(path.join(broken, 'PG_VERSION'), '18\n');
    await expect(NoteStore.open(broken)).rejects.toThrow(`The notes in ${broken} cannot be opened`);
    await expect(stat(`${broken}.lock`)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

/** The id of a process that is over. */
function deadProcess(): number | undefined {
  return spawnSync(process.execPath, ['--version']).pid;
}

describe('the demo', () => {
  it('goes the whole way, from 401 over a REST route and the step-up to the stronger sign-in', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'examples/notes/demo.ts'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
    });
    const exited = once(child, 'exit') as Promise<[number]>;
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output.match(/^ {4}✓ .*$/gm)).toHaveLength(19);
    expect(output).not.toContain('✗');
    expect(output).not.toMatch(/eyJ[\w-]+\.eyJ/);
    for (const line of [
      '← 401',
      '← 403',
      'error="insufficient_scope"',
      'scope="notes:read notes:write"',
      '✓ GET /api/notes needs notes:read, which the token has',
      "route 'POST /api/notes': requires notes:write",
      '✓ the note is written',
      'error="insufficient_user_authentication"',
      'acr_values="urn:notes:confirmed"',
      'on the page "Confirm that it is you"',
      '✓ the same call once more: the notes are exported',
    ]) {
      expect(output).toContain(line);
    }
  });
});
