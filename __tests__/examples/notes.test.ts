import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createApp } from '../../examples/notes/app.js';
import { NoteStore } from '../../examples/notes/note-store.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'express-mcp-notes-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const mcp = { resource: 'http://localhost:3000/mcp', issuer: 'http://localhost:3001' };

/** Everything that a client can tell of an answer. */
async function answers(app: ReturnType<typeof createApp>): Promise<unknown[]> {
  const json = { 'content-type': 'application/json' };
  const responses = [
    await request(app).get('/'),
    await request(app).head('/'),
    await request(app).get('/api/notes'),
    await request(app).get('/api/notes?access_token=x').set('authorization', 'Bearer nonsense'),
    await request(app).get('/api/notes/unknown'),
    await request(app).post('/api/notes').set(json).send('{"text":""}'),
    await request(app).post('/api/notes').set(json).send('not json'),
    await request(app).post('/api/notes').set('origin', 'https://evil.example').send({}),
    await request(app).delete('/api/notes/unknown'),
    await request(app).options('/api/notes'),
    await request(app).get('/no/such/route'),
    await request(app).get('/mcp/below'),
    await request(app).get('/.well-known/other'),
  ];
  return responses.map((response) => {
    const others = Object.entries(response.headers as Readonly<Record<string, string>>).filter(
      ([name]) => name !== 'date',
    );
    return { status: response.status, headers: others, body: response.text };
  });
}

describe('the notes service', () => {
  it('answers on its own routes exactly as it did before MCP was added', async () => {
    const store = await NoteStore.open(path.join(folder, 'same.json'));
    await store.add('Buy milk');
    const before = await answers(createApp(store));
    const after = await answers(createApp(store, mcp));
    expect(after).toEqual(before);
    expect(before).toHaveLength(13);
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

  it('creates, finds and deletes over its REST routes', async () => {
    const app = createApp(await NoteStore.open(path.join(folder, 'rest.json')), mcp);
    const created = await request(app).post('/api/notes').send({ text: 'Buy milk' });
    expect(created.status).toBe(201);
    const { id } = created.body as { readonly id: string };
    expect((await request(app).get(`/api/notes/${id}`)).body).toEqual(created.body);
    expect((await request(app).delete(`/api/notes/${id}`)).status).toBe(204);
    expect((await request(app).get(`/api/notes/${id}`)).status).toBe(404);
  });

  it('does not let a broken file pass for an empty one', async () => {
    await expect(NoteStore.open(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

describe('the demo', () => {
  it('goes the whole way, from 401 to the call that succeeds after the step-up', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'examples/notes/demo.ts'], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' },
    });
    const exited = once(child, 'exit') as Promise<[number]>;
    const [output, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(output.match(/^ {4}✓ .*$/gm)).toHaveLength(12);
    expect(output).not.toContain('✗');
    expect(output).not.toMatch(/eyJ[\w-]+\.eyJ/);
    for (const line of [
      '← 401',
      '← 403',
      'error="insufficient_scope"',
      'scope="notes:read notes:write"',
      '✓ the note is written',
    ]) {
      expect(output).toContain(line);
    }
  }, 60_000);
});
