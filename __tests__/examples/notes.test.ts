import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Express } from 'express';
import request from 'supertest';
import { createApp } from '../../examples/notes/app.js';
import { createNotesRegistry, scopeHierarchy } from '../../examples/notes/mcp.js';
import { NoteStore } from '../../examples/notes/note-store.js';
import { openApiDocument } from '../../examples/notes/openapi.js';
import { toolsFromOpenApi } from '../../lib/openapi/index.js';
import { createTestIssuer, expectChallenge } from '../../lib/testing/index.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'express-mcp-notes-'));
});

afterAll(async () => {
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
    await page.get('/mcp/below'),
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
    const store = await NoteStore.open(path.join(folder, 'same.json'));
    await store.add('Buy milk');
    const existing = createApp(store, undefined, { cookieSecret });
    const cookie = await cookieOf(existing);
    const before = await answers(existing, cookie);
    const after = await answers(createApp(store, mcp, { cookieSecret }), cookie);
    expect(after).toEqual(before);
    expect(before).toHaveLength(15);
  });

  it('keeps notes in a file, over restarts and many changes at once', async () => {
    const file = path.join(folder, 'kept.json');
    const store = await NoteStore.open(file);
    const notes = await Promise.all(Array.from({ length: 20 }, (_, index) => store.add(`note ${String(index)}`)));
    await store.delete(notes[0]?.id ?? '');
    const reopened = await NoteStore.open(file);
    expect(reopened.all()).toEqual(store.all());
    expect(reopened.all()).toHaveLength(19);
    expect(JSON.parse(await readFile(file, 'utf8'))).toHaveLength(19);
  });

  describe.each(['the sign-in of its page', 'a token'])('over its REST routes, with %s', (kind) => {
    it('creates, finds, searches and deletes', async () => {
      const app = createApp(await NoteStore.open(path.join(folder, `${kind}.json`)), mcp);
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
    const store = await NoteStore.open(path.join(folder, 'refused.json'));
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
    expect(store.all()).toHaveLength(1);
  });

  it('lets a token do what its scopes say, also in a browser that is signed in on the page', async () => {
    const store = await NoteStore.open(path.join(folder, 'scopes.json'));
    const app = createApp(store, mcp);
    const authorization = `Bearer ${await token({ scope: 'notes:read' })}`;
    const api = request.agent(app).set({ authorization, cookie: await cookieOf(app) });
    expect((await api.get('/api/notes')).status).toBe(200);
    expectChallenge(await api.post('/api/notes').send({ text: 'x' }), {
      error: 'insufficient_scope',
      scope: 'notes:write notes:read',
    });
    expect(store.all()).toEqual([]);
  });

  it('takes no cookie that it did not sign, and none that is over', async () => {
    const app = createApp(await NoteStore.open(path.join(folder, 'cookies.json')), mcp);
    const [content = '', signature = ''] = (await cookieOf(app)).replace('notes_session=', '').split('.');
    const foreign = Buffer.from(JSON.stringify({ name: 'eve', until: Date.now() + 1e9 })).toString('base64url');
    const other = await cookieOf(createApp(await NoteStore.open(path.join(folder, 'cookies.json'))));
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
    const store = await NoteStore.open(path.join(folder, 'rules.json'));
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
    expect(store.all()).toEqual([]);
  });

  it('has a tool that calls a route of its OpenAPI document as the caller, beside the written ones', async () => {
    const store = await NoteStore.open(path.join(folder, 'openapi.json'));
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

  it('does not let a broken file pass for an empty one', async () => {
    await expect(NoteStore.open(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

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
  }, 60_000);
});
