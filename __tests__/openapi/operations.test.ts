import { describe, expect, it, jest } from '@jest/globals';
import express from 'express';
import { anyOf, createRegistry } from '../../lib/index.js';
import type { OpenApiOptions } from '../../lib/openapi/index.js';
import { toolsFromOpenApi } from '../../lib/openapi/index.js';
import { documentOf, operation, post, routeApp } from './support/route-app.js';

type Json = Readonly<Record<string, unknown>>;

async function namesOf(document: Json, options: Partial<OpenApiOptions> = {}): Promise<readonly string[]> {
  return (await routeApp({ document, options })).tools.map(({ name }) => name);
}

const crud = documentOf({
  '/notes': {
    get: operation('listNotes', { tags: ['notes'] }),
    post: operation('addNote', { tags: ['notes', 'writing'] }),
  },
  '/notes/{id}': {
    delete: operation('deleteNote', { tags: ['writing'] }),
    put: operation('setNote'),
    patch: operation('changeNote'),
  },
  '/health': { head: operation('isHealthy') },
});

describe('the name of a tool', () => {
  it('is the operationId in characters that hosts take, or method and path', async () => {
    const paths = {
      '/a': { get: operation('notes.list/all'), post: { responses: {} } },
      '/users/{user-id}/notes': { get: { responses: {} } },
      '/': { get: { responses: {} } },
    };
    expect(await namesOf(documentOf(paths))).toEqual(['notes_list_all', 'post_a', 'get_users_user-id_notes', 'get']);
  });

  it('is its own: the same name gets a number, a long one a hash, and none is longer than 64', async () => {
    const long = 'x'.repeat(150);
    const paths = {
      '/a': { get: operation('same'), put: operation('same') },
      '/b': { get: operation('same'), put: operation(`${long}1`), post: operation(`${long}2`) },
    };
    const names = await namesOf(documentOf(paths));
    expect(names.slice(0, 3)).toEqual(['same', 'same_2', 'same_3']);
    expect(new Set(names).size).toBe(5);
    expect(names.map((name) => name.length)).toEqual([4, 6, 6, 64, 64]);
    expect(await namesOf(documentOf(paths))).toEqual(names);
  });

  it('is what the option says', async () => {
    const name: OpenApiOptions['name'] = ({ method, operationId }) =>
      method === 'GET' ? `read.${operationId ?? ''}` : undefined;
    expect(await namesOf(crud, { name, select: { tags: 'notes' } })).toEqual(['read.listNotes', 'addNote']);
    await expect(namesOf(crud, { name: () => 'same' })).rejects.toMatchObject({ code: 'duplicate_name' });
  });

  it('of another tool is not taken, and then nothing is registered', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('setNote', {}, () => 'mine');
    await expect(toolsFromOpenApi(registry, crud, { app: express() })).rejects.toThrow(
      'toolsFromOpenApi: there is a tool setNote already. Leave its operation out by select, or give other names by name.',
    );
    expect(registry.catalog.tools.items).toHaveLength(1);
  });
});

describe('select', () => {
  it.each([
    ['read-only', ['listNotes', 'isHealthy']],
    [{ tags: ['writing'] }, ['addNote', 'deleteNote']],
    [{ methods: ['get', 'DELETE'] }, ['listNotes', 'deleteNote']],
    [{ tags: 'notes', methods: 'post' }, ['addNote']],
    [({ path }: { readonly path: string }) => path === '/notes/{id}', ['setNote', 'deleteNote', 'changeNote']],
  ])('number %# takes what it says', async (select, names) => {
    expect(await namesOf(crud, { select: select as NonNullable<OpenApiOptions['select']> })).toEqual(names);
  });

  it.each([
    [{ tags: ['notse'] }, 'no operation has the tag "notse". Known are notes, writing.'],
    [{ methods: ['FETCH'] }, 'no operation has the method "FETCH"'],
    [{ tag: 'notes' }, 'there is no "tag"'],
    ['readonly', 'select knows the word "read-only", not "readonly"'],
  ])('refuses %j', async (select, message) => {
    await expect(namesOf(crud, { select: select as NonNullable<OpenApiOptions['select']> })).rejects.toThrow(message);
  });
});

describe('a tool', () => {
  it('says by its method what it may do, unless annotations say otherwise', async () => {
    const { listed } = await routeApp({
      document: crud,
      options: {
        annotations: ({ operationId }) => (operationId === 'addNote' ? { destructiveHint: false } : undefined),
      },
    });
    const hints = Object.fromEntries([...listed].map(([name, { annotations }]) => [name, annotations]));
    expect(hints).toEqual({
      listNotes: { readOnlyHint: true },
      addNote: { readOnlyHint: false, destructiveHint: false },
      setNote: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
      deleteNote: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
      changeNote: { readOnlyHint: false, destructiveHint: true },
      isHealthy: { readOnlyHint: true },
    });
  });

  it('has title and description, cut', async () => {
    const paths = {
      '/a': { get: operation('a', { summary: 'List all', description: 'word '.repeat(500), deprecated: true }) },
      '/b': { get: operation('b') },
    };
    const { listed } = await routeApp({ document: documentOf(paths) });
    const { title, description } = listed.get('a') as { readonly title: string; readonly description: string };
    expect(title).toBe('List all');
    expect(description).toMatch(/^Deprecated\. List all\n\nword word/);
    expect(description.length).toBeLessThanOrEqual(1000);
    expect(listed.get('b')).toMatchObject({ description: 'GET /b' });
  });

  it('has visibility and time limit of the options', async () => {
    const options = {
      visibility: 'granted',
      timeoutMs: ({ method }: { method: string }) => (method === 'GET' ? 50 : undefined),
    } as const;
    const paths = { '/slow': { get: operation('slow', { security: [{ o: ['a'] }] }) } };
    const { app, tools } = await routeApp({
      document: documentOf(paths),
      options,
      routes: (routes) => routes.get('/slow', () => undefined),
    });
    expect(tools.map(({ operation: { path } }) => path)).toEqual(['/slow']);
    const answer = await post(app, 'slow', {}, 'a');
    expect(JSON.stringify(answer.body)).toContain('took longer than 50 ms');
  });
});

const securitySchemes = {
  o: { type: 'oauth2', flows: {} },
  c: { type: 'openIdConnect', openIdConnectUrl: 'https://login.example.com' },
  key: { type: 'apiKey', in: 'header', name: 'X-Key' },
  bearer: { type: 'http', scheme: 'bearer' },
};

describe('the scopes of a tool', () => {
  const scopesOf = async (
    security: unknown,
    options: Partial<OpenApiOptions> = {},
    common?: unknown,
  ): Promise<unknown> => {
    const more = { components: { securitySchemes }, ...(common === undefined ? {} : { security: common }) };
    const paths = { '/a': { get: operation('a', security === undefined ? {} : { security }) } };
    const { app, tools, omitted } = await routeApp({
      document: documentOf(paths, more),
      options,
      routes: (routes) => routes.get('/a', (_req, res) => res.send('ok')),
    });
    if (omitted.length > 0) return omitted[0]?.reason;
    expect(tools).toHaveLength(1);
    const answer = await post(app, 'a', {}, 'nothing');
    return answer.status === 200 ? 'open' : (answer.body as { readonly scope: string }).scope.replace(/ nothing$/, '');
  };

  it.each([
    ['are those of OAuth', [{ o: ['a', 'b'] }], 'a b'],
    ['are those of OpenID Connect', [{ c: ['a'] }], 'a'],
    ['are those of all schemes of an alternative', [{ o: ['a'], c: ['b'], key: [] }], 'a b'],
    ['are those of the alternative with OAuth', [{ key: [] }, { o: ['a'] }], 'a'],
    ['are those of any alternative, the first by preference', [{ o: ['a'] }, { c: ['b'] }], 'a'],
    ['are those of a scheme that is nowhere defined', [{ unknown: ['a'] }], 'a'],
    ['are none if the document says so', [], 'open'],
    ['are none if security is optional', [{ o: ['a'] }, {}], 'open'],
    ['are none of schemes that have roles', [{ bearer: ['admin'] }], 'open'],
    ['leave offline_access to sign-in', [{ o: ['a', 'offline_access'] }], 'a'],
  ])('%s', async (_title, security, scopes) => {
    expect(await scopesOf(security)).toBe(scopes);
  });

  it('are those of the document where the operation says nothing', async () => {
    expect(await scopesOf(undefined, {}, [{ o: ['a'] }])).toBe('a');
    expect(await scopesOf([], {}, [{ o: ['a'] }])).toBe('open');
  });

  it('are joined by those of the option, or decided by a function', async () => {
    expect(await scopesOf([{ o: ['a'] }], { scopes: ['api'] })).toBe('a api');
    expect(await scopesOf(undefined, { scopes: 'api' })).toBe('api');
    expect(await scopesOf([{ o: ['a'] }], { scopes: () => anyOf('b', 'c') })).toBe('b');
    expect(await scopesOf([{ o: ['a'] }], { scopes: () => undefined })).toBe('a');
    expect(await scopesOf([{ o: ['a'] }], { scopes: ({ scopes }) => [scopes ?? [], 'x'] })).toBe('a x');
  });

  it.each([
    [{ o: ['a'] }, 'security is no array'],
    [['o'], 'a security requirement is no object'],
    [[{ o: 'a' }], 'the scopes of "o" are no array'],
    [[{ o: ['a b'] }], 'security names "a b", which is no scope'],
  ])('never get lost: with %j there is no tool', async (security, reason) => {
    expect(await scopesOf(security)).toBe(reason);
  });
});

describe('an operation that becomes no tool', () => {
  it('says why, in the report and once as a warning', async () => {
    const paths = {
      '/a': {
        get: operation('a', { parameters: [{ $ref: '#/components/parameters/none' }] }),
        trace: {},
        post: operation('ok'),
      },
      '/b': { $ref: 'other.yaml#/b' },
      'c d': { get: operation('c') },
      '/e': { get: operation('e', { servers: [{ url: 'https://upload.example.com' }] }) },
      '/f': {
        post: operation('f', {
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/none' } } } },
        }),
      },
      '/g': { get: operation('g', { parameters: [{ name: 'x', in: 'body' }] }) },
      '/h': { get: 'text' },
    };
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { omitted, tools, problems } = await routeApp({
      document: documentOf(paths, { servers: [{ url: 'https://api.example.com' }] }),
    });
    expect(tools.map(({ name }) => name)).toEqual(['ok']);
    expect(omitted.map(({ method, path, reason }) => `${method ?? '*'} ${path}: ${reason}`).sort()).toEqual([
      '* /b: "other.yaml#/b" is in another document; bundle them into one',
      '* c d: a path begins with "/" and has no blank',
      'GET /a: "#/components/parameters/none" leads nowhere',
      "GET /e: it is served by https://upload.example.com, which is another server than the document's",
      'GET /g: the parameter "x" is in "body"',
      'GET /h: the operation is no object',
      'POST /f: "#/components/schemas/none" leads nowhere',
      'TRACE /a: TRACE shows the request with its token',
    ]);
    expect(problems.length).toBeGreaterThan(0);
    expect(warn.mock.calls).toEqual([
      [
        expect.stringMatching(/^toolsFromOpenApi made no tool of 8 operations: /),
        { type: 'OpenApiWarning', code: 'EXPRESS_MCP_OPENAPI' },
      ],
    ]);
    warn.mockRestore();
  });
});

describe('toolsFromOpenApi', () => {
  const circular: Record<string, unknown> = { ...crud };
  circular['self'] = circular;

  it.each([
    [{ ...crud, openapi: '2.9' }, 'the document is OpenAPI "2.9". Give one of OpenAPI 3.0 or 3.1.'],
    [{ swagger: '2.0', paths: {} }, 'the document is Swagger 2.0. Convert it to OpenAPI 3.0 or 3.1 first.'],
    [{}, 'the document is no OpenAPI document. Give one of OpenAPI 3.0 or 3.1.'],
    [{ openapi: '3.1.0', webhooks: {} }, 'the document has no paths, so there is nothing to make a tool of.'],
    ['openapi: 3.0.0', 'the document is text. Parse it first'],
    [undefined, 'the document must be an object'],
    [circular, 'the document is no JSON. If its references were replaced by objects already'],
  ])('refuses a document: number %#', async (document, message) => {
    const registry = createRegistry({ name: 'x', version: '1.0.0' });
    const made = toolsFromOpenApi(registry, document as object, { app: express() });
    await expect(made).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: expect.stringContaining(message) as unknown,
    });
  });

  it.each([
    [{}, 'toolsFromOpenApi needs the app: toolsFromOpenApi(registry, document, { app }).'],
    [{ app: {} }, 'app must be an Express app or another request listener'],
    [{ app: express(), selct: 'x' }, 'there is no "selct"'],
    [{ app: express(), name: 'x' }, 'name must be a function'],
    [{ app: express(), scopes: 'a b' }, 'is not a scope'],
    [{ app: express(), maxResponseBytes: 0 }, 'maxResponseBytes must be a whole number'],
  ])('refuses wrong options: number %#', async (options, message) => {
    const registry = createRegistry({ name: 'x', version: '1.0.0' });
    await expect(toolsFromOpenApi(registry, crud, options as OpenApiOptions)).rejects.toThrow(message);
  });

  it('leaves the document as it is, and does not see what becomes of it', async () => {
    const document = { ...crud };
    const before = JSON.stringify(document);
    const { listed, tools } = await routeApp({ document });
    expect(JSON.stringify(document)).toBe(before);
    Object.assign(document, { paths: {} });
    expect(listed.size).toBe(6);
    tools[0]?.handle.update({ description: 'Changed' });
    expect(tools[0]?.operation.path).toBe('/notes');
  });
});
