import { describe, expect, it } from '@jest/globals';
import type { Express, Request } from 'express';
import express from 'express';
import request from 'supertest';
import { express4 } from '../support/express-4.js';
import type { RouteApp } from './support/route-app.js';
import { call, documentOf, operation, post, routeApp, textOf } from './support/route-app.js';

interface Echo {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
  readonly body?: unknown;
}

/** A route that says what it got. */
function echo(app: Express): void {
  app.use('/api', (req: Request, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const raw = Buffer.concat(chunks).toString('latin1');
      res.json({ method: req.method, url: req.originalUrl, headers: req.headers, raw });
    });
  });
}

const servers = [{ url: 'https://api.example.com/api/' }];

function parameter(name: string, place: string, more: Readonly<Record<string, unknown>> = {}) {
  return { name, in: place, schema: {}, ...(place === 'path' ? { required: true } : {}), ...more };
}

async function withParameters(path: string, parameters: readonly object[]): Promise<RouteApp> {
  return routeApp({
    document: documentOf({ [path]: { get: operation('op', { parameters }) } }, { servers }),
    routes: echo,
  });
}

async function echoOf(app: Express, args: Readonly<Record<string, unknown>>): Promise<Echo> {
  const { structuredContent } = await call(app, 'op', args);
  return structuredContent as Echo;
}

const colours = ['blue', 'black & white'];
const range = { from: 1, to: 'a/b' };

describe('a parameter', () => {
  it.each([
    ['query', { explode: true }, colours, 'x=blue&x=black%20%26%20white'],
    ['query', { explode: false }, colours, 'x=blue,black%20%26%20white'],
    ['query', { style: 'spaceDelimited', explode: false }, colours, 'x=blue%20black%20%26%20white'],
    ['query', { style: 'pipeDelimited', explode: false }, colours, 'x=blue%7Cblack%20%26%20white'],
    ['query', { explode: true }, range, 'from=1&to=a%2Fb'],
    ['query', { explode: false }, range, 'x=from,1,to,a%2Fb'],
    [
      'query',
      { style: 'deepObject' },
      { a: 1, b: { c: [2, 3] }, d: [{ e: 4 }] },
      'x%5Ba%5D=1&x%5Bb%5D%5Bc%5D=2&x%5Bb%5D%5Bc%5D=3&x%5Bd%5D%5B0%5D%5Be%5D=4',
    ],
    ['query', { allowReserved: true }, 'a/b?c=d&e#f', 'x=a/b?c%3Dd%26e%23f'],
    [
      'query',
      { schema: undefined, content: { 'application/json': { schema: {} } } },
      range,
      'x=%7B%22from%22%3A1%2C%22to%22%3A%22a%2Fb%22%7D',
    ],
    ['query', {}, true, 'x=true'],
    ['query', {}, [], ''],
    ['query', {}, null, ''],
  ])('in the %s with %j writes %j', async (place, more, value, search) => {
    const { app } = await withParameters('/things', [parameter('x', place, more)]);
    expect((await echoOf(app, { x: value })).url).toBe(search === '' ? '/api/things' : `/api/things?${search}`);
  });

  it.each([
    [{}, colours, 'blue,black%20%26%20white'],
    [{ explode: true }, range, 'from=1,to=a%2Fb'],
    [{ style: 'label' }, colours, '.blue,black%20%26%20white'],
    [{ style: 'label', explode: true }, range, '.from=1.to=a%2Fb'],
    [{ style: 'matrix' }, 5, ';x=5'],
    [{ style: 'matrix', explode: true }, colours, ';x=blue;x=black%20%26%20white'],
    [{ style: 'matrix' }, range, ';x=from,1,to,a%2Fb'],
    [{}, 'a/b?c#d', 'a%2Fb%3Fc%23d'],
  ])('of the path with %j writes %j', async (more, value, segment) => {
    const { app } = await withParameters('/things/{x}', [parameter('x', 'path', more)]);
    expect((await echoOf(app, { x: value })).url).toBe(`/api/things/${segment}`);
  });

  it.each(['', '.', '..'])('of the path cannot be %j, which would be another route', async (value) => {
    const { app } = await withParameters('/things/{x}', [parameter('x', 'path')]);
    const result = await call(app, 'op', { x: value });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain(value === '' ? 'must not be empty' : `cannot be "${value}"`);
  });

  it('keeps encoded dots and slashes in their segment on the way to the route', async () => {
    const { app } = await withParameters('/things/{x}/parts', [parameter('x', 'path')]);
    expect((await echoOf(app, { x: '%2e%2e/../admin' })).url).toBe('/api/things/%252e%252e%2F..%2Fadmin/parts');
  });

  it('of a header field is one line of Latin-1, or is refused', async () => {
    const { app } = await withParameters('/things', [parameter('X-Tags', 'header')]);
    expect((await echoOf(app, { 'X-Tags': ['a', 'b'] })).headers['x-tags']).toBe('a,b');
    const smuggled = await call(app, 'op', { 'X-Tags': 'a\r\nAuthorization: Bearer forged' });
    expect(smuggled).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('line breaks') as unknown }],
    });
  });

  it('of a cookie is encoded, and comes alone', async () => {
    const { app } = await withParameters('/things', [parameter('theme', 'cookie')]);
    expect((await echoOf(app, { theme: 'dark; session=stolen' })).headers['cookie']).toBe(
      'theme=dark%3B%20session%3Dstolen',
    );
  });

  it('that says who calls, how or where to is none: the call has its own', async () => {
    const names = [
      'Authorization',
      'Host',
      'Cookie',
      'Content-Length',
      'X-Forwarded-For',
      'X-HTTP-Method-Override',
      'DPoP',
    ];
    const credentials = {
      key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      sid: { type: 'apiKey', in: 'cookie', name: 'sid' },
    };
    const parameters = [
      ...names.map((name) => parameter(name, 'header', { required: true })),
      parameter('x-api-key', 'header'),
      parameter('sid', 'cookie'),
      parameter('access_token', 'query'),
      parameter('X-Kept', 'header'),
    ];
    const document = documentOf(
      { '/things': { get: operation('op', { parameters }) } },
      { servers, components: { securitySchemes: credentials } },
    );
    const { app, listed } = await routeApp({ document, routes: echo });
    expect(listed.get('op')?.['inputSchema']).toEqual({
      type: 'object',
      properties: { 'X-Kept': {} },
      additionalProperties: false,
    });
    const refused = await call(app, 'op', { Authorization: 'Bearer forged' });
    expect(textOf(refused)).toContain('must not have the property "Authorization"');
  });

  it('gets an argument with a name that hosts take', async () => {
    const parameters = [
      parameter('filter[name]', 'query'),
      parameter('ids[]', 'query'),
      parameter('id', 'path'),
      parameter('id', 'query'),
      parameter('$top', 'query'),
    ];
    const { app, listed } = await withParameters('/things/{id}', parameters);
    const { properties } = listed.get('op')?.['inputSchema'] as { readonly properties: object };
    expect(Object.keys(properties)).toEqual(['filter_name', 'ids', 'id', 'id_query', 'top']);
    const args = { filter_name: 'a', ids: [1, 2], id: 'p', id_query: 'q', top: 3 };
    expect((await echoOf(app, args)).url).toBe(
      '/api/things/p?filter%5Bname%5D=a&ids%5B%5D=1&ids%5B%5D=2&id=q&%24top=3',
    );
  });

  it('of the operation replaces the one of its path, and a forgotten one of the path is a text', async () => {
    const paths = {
      '/things/{x}': {
        parameters: [parameter('q', 'query', { schema: { type: 'string' } })],
        get: operation('op', { parameters: [parameter('q', 'query', { schema: { type: 'integer' } })] }),
      },
    };
    const { listed } = await routeApp({ document: documentOf(paths) });
    expect(listed.get('op')?.['inputSchema']).toMatchObject({
      properties: { q: { type: 'integer' }, x: { type: 'string' } },
      required: ['x'],
    });
  });

  it('can stand in a path with a query or a fragment of its own', async () => {
    const { app } = await withParameters('/things/{x}?beta=true#second', [
      parameter('x', 'path'),
      parameter('q', 'query'),
    ]);
    expect((await echoOf(app, { x: 1, q: 2 })).url).toBe('/api/things/1?beta=true&q=2');
  });
});

async function withBody(content: object, make: typeof express = express): Promise<RouteApp> {
  const paths = { '/things': { post: operation('op', { requestBody: { required: true, content } }) } };
  return routeApp({ document: documentOf(paths, { servers }), routes: echo, make });
}

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('a body, with %s,', (_name, make) => {
  it('is JSON where the operation takes it, also by a suffix', async () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const { app } = await withBody({ 'text/plain': {}, 'application/merge-patch+json': { schema } }, make);
    const { headers, raw } = await echoOf(app, { body: { a: 'é' } });
    expect(headers['content-type']).toBe('application/merge-patch+json');
    expect(headers['content-length']).toBe('10');
    expect(Buffer.from(raw, 'latin1').toString()).toBe('{"a":"é"}');
  });

  it('is a form, with the styles of its members', async () => {
    const schema = { type: 'object', properties: { a: {}, list: {}, deep: {}, json: {} } };
    const encoding = { deep: { style: 'deepObject', explode: true } };
    const { app } = await withBody({ 'application/x-www-form-urlencoded': { schema, encoding } }, make);
    const body = { a: 'x&y=z', list: [1, 2], deep: { b: { c: 1 } }, json: { d: true } };
    const { raw } = await echoOf(app, { body });
    expect(raw).toBe('a=x%26y%3Dz&list=1&list=2&deep%5Bb%5D%5Bc%5D=1&json=%7B%22d%22%3Atrue%7D');
  });

  it('is multipart, with files as base64 or data: URLs', async () => {
    const file = { type: 'string', format: 'binary' };
    const schema = {
      type: 'object',
      properties: {
        note: { type: 'string' },
        photo: file,
        more: { type: 'array', items: file },
        meta: { type: 'object' },
      },
    };
    const { app, listed } = await withBody({ 'multipart/form-data': { schema } }, make);
    expect(listed.get('op')?.['inputSchema']).toMatchObject({
      properties: { body: { properties: { photo: { type: 'string', contentEncoding: 'base64' } } } },
    });
    const body = {
      note: 'hi',
      photo: 'data:image/png;name=a%22%0D%0Ab.png;base64,iVBORw0KGgo=',
      more: ['SGk=', 'data:,Ho'],
      meta: { a: 1 },
    };
    const { headers, raw } = await echoOf(app, { body });
    const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
    const parts = raw.split(`--${boundary}`).map((part) => part.replace(/^\r\n|\r\n$/g, ''));
    expect(parts).toEqual([
      '',
      'Content-Disposition: form-data; name="note"\r\n\r\nhi',
      'Content-Disposition: form-data; name="photo"; filename="a%22%0D%0Ab.png"\r\nContent-Type: image/png\r\n\r\n' +
        '\u0089PNG\r\n\u001A\n',
      'Content-Disposition: form-data; name="more"; filename="more"\r\nContent-Type: application/octet-stream\r\n\r\nHi',
      'Content-Disposition: form-data; name="more"; filename="more"\r\nContent-Type: application/octet-stream\r\n\r\nHo',
      'Content-Disposition: form-data; name="meta"\r\nContent-Type: application/json\r\n\r\n{"a":1}',
      '--',
    ]);
    const wrong = await call(app, 'op', { body: { photo: 'no base64!' } });
    expect(textOf(wrong)).toBe('body.photo is not base64. Give the bytes as base64, or a data: URL.');
  });

  it('is text, or the bytes of a file', async () => {
    const text = await withBody({ 'text/csv': { schema: { type: 'string' } } }, make);
    const sent = await echoOf(text.app, { body: 'a,b\n1,2' });
    expect([sent.headers['content-type'], sent.raw]).toEqual(['text/csv; charset=utf-8', 'a,b\n1,2']);
    const binary = await withBody({ 'application/pdf': {} }, make);
    const bytes = await echoOf(binary.app, { body: 'AAECAwQ=' });
    expect([bytes.headers['content-type'], bytes.raw]).toEqual(['application/pdf', '\u0000\u0001\u0002\u0003\u0004']);
  });

  it('arrives parsed where the app parses bodies, and the app still serves real requests afterwards', async () => {
    const paths = {
      '/parsed/{id}': { put: operation('op', { requestBody: { content: { 'application/json': { schema: {} } } } }) },
    };
    const { app } = await routeApp({
      document: documentOf(paths),
      make,
      routes: (routes) => {
        routes.use(make.json());
        routes.put('/parsed/:id', (req, res) => {
          res.status(201).json({ id: req.params.id, got: req.body as unknown, ip: req.ip });
        });
      },
    });
    const { structuredContent } = await call(app, 'op', { id: 'a b', body: { c: [1] } });
    expect(structuredContent).toMatchObject({ id: 'a b', got: { c: [1] } });
    const real = await request(app).put('/parsed/7').send({ d: 1 });
    expect([real.status, real.body]).toMatchObject([201, { id: '7', got: { d: 1 } }]);
    expect((await post(app, 'op', { id: 'x' })).status).toBe(200);
  });
});
