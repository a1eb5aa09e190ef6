import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import express from 'express';
import { createRegistry } from '../../lib/index.js';
import { toolsFromOpenApi } from '../../lib/openapi/index.js';
import { expectChallenge } from '../../lib/testing/index.js';
import { TestServer } from '../support/dispatching.js';
import { express4 } from '../support/express-4.js';
import { challengeOf, issuer, modern } from '../support/mcp-app.js';
import type { RouteAppOptions } from './support/route-app.js';
import { answers, call, documentOf, operation, post, routeApp, textOf } from './support/route-app.js';

/** An app with one route, and its tool. */
async function appWith(
  handler: RequestHandler,
  more: Readonly<Record<string, unknown>> = {},
  rest: Partial<RouteAppOptions> = {},
) {
  const document = documentOf({ '/thing': { get: operation('op', more) } });
  const { app } = await routeApp({ document, routes: (routes) => routes.get('/thing', handler), ...rest });
  return app;
}

const whole = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] };

describe('the result of a tool', () => {
  it('is structured where the answer is JSON, and text for clients that know no structure', async () => {
    const app = await appWith((_req, res) => res.json({ id: 1, more: true }), answers(whole));
    expect(await call(app, 'op')).toMatchObject({
      structuredContent: { id: 1, more: true },
      content: [{ type: 'text', text: '{"id":1,"more":true}' }],
    });
  });

  it('says that the work was done when the answer is not what the document promises', async () => {
    const app = await appWith((_req, res) => res.json({ id: 'one' }), answers(whole));
    const result = await call(app, 'op');
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toBeUndefined();
    expect(result.content).toEqual([
      {
        type: 'text',
        text: 'The operation was carried out with HTTP 200, but its body does not fit the OpenAPI document: /id must be integer. The answer follows.',
      },
      { type: 'text', text: '{"id":"one"}' },
    ]);
    const text = await appWith((_req, res) => res.type('text').send('hello'), answers(whole));
    expect(textOf(await call(text, 'op'))).toContain('its body is not JSON');
  });

  it('needs no schema: a success without a body says its status', async () => {
    const responses = {
      200: { description: '', content: { 'application/json': { schema: whole } } },
      204: { description: '' },
    };
    const app = await appWith((_req, res) => res.status(204).end(), { responses });
    expect(await call(app, 'op')).toMatchObject({ content: [{ type: 'text', text: 'HTTP 204 No Content' }] });
  });

  it('has an array where the answer is one', async () => {
    const app = await appWith((_req, res) => res.json([1, 2]), answers({ type: 'array', items: { type: 'integer' } }));
    expect(await call(app, 'op')).toMatchObject({ structuredContent: [1, 2] });
  });

  it('is a picture, sound, a file or text, by its media type', async () => {
    const bytes = Buffer.from([1, 2, 3]);
    const send = (type: string, disposition?: string): RequestHandler => {
      return (_req, res) => {
        if (disposition !== undefined) res.set('Content-Disposition', disposition);
        res.set('Content-Type', type).send(bytes);
      };
    };
    expect((await call(await appWith(send('image/png')), 'op')).content).toEqual([
      { type: 'image', data: 'AQID', mimeType: 'image/png' },
    ]);
    expect((await call(await appWith(send('audio/mpeg')), 'op')).content).toEqual([
      { type: 'audio', data: 'AQID', mimeType: 'audio/mpeg' },
    ]);
    expect(
      (await call(await appWith(send('application/pdf', 'attachment; filename="a b.pdf"')), 'op')).content,
    ).toEqual([
      { type: 'text', text: 'a b.pdf (application/pdf, 3 bytes)' },
      { type: 'resource', resource: { uri: 'openapi:/thing', mimeType: 'application/pdf', blob: 'AQID' } },
    ]);
    expect((await call(await appWith((_req, res) => res.type('text/csv').send('a,b')), 'op')).content).toEqual([
      { type: 'text', text: 'a,b' },
    ]);
  });

  it('links to what was created, and to where a redirect leads, without going there', async () => {
    const created = await appWith((_req, res) => res.status(201).location('/things/7').json({ id: 7 }));
    expect((await call(created, 'op', {}, 'any')).content[1]).toEqual({
      type: 'resource_link',
      uri: 'https://api.example.com/things/7',
      name: '7',
    });
    const moved = await appWith((_req, res) => {
      res.redirect('https://files.example.com/a.zip');
    });
    const result = await call(moved, 'op');
    expect(textOf(result)).toBe('HTTP 302 Found');
    expect(result.content.at(-1)).toEqual({
      type: 'resource_link',
      uri: 'https://files.example.com/a.zip',
      name: 'a.zip',
    });
  });

  it('is no larger than allowed; a file is linked to instead, and the route hears that nobody reads on', async () => {
    let left = false;
    const large: RequestHandler = (_req, res) => {
      res.on('close', () => (left = true));
      res.type('application/zip');
      const write = (): void => {
        if (!res.destroyed && res.write(Buffer.alloc(1000))) setImmediate(write);
        else if (!res.destroyed) res.once('drain', write);
      };
      write();
    };
    const options = { maxResponseBytes: 10_000 };
    const app = await appWith(
      large,
      {},
      {
        options,
        document: documentOf({ '/thing': { get: operation('op') } }, { servers: [{ url: 'https://api.example.com' }] }),
      },
    );
    const result = await call(app, 'op');
    expect(result.content).toEqual([
      { type: 'text', text: 'The answer is larger than 10000 bytes. It can be fetched here:' },
      { type: 'resource_link', uri: 'https://api.example.com/thing', name: 'thing' },
    ]);
    expect(left).toBe(true);
    // One piece that is larger: nothing of it is kept, and the text says how much may be.
    const piece = await appWith((_req, res) => res.type('application/zip').send(Buffer.alloc(20_000)), {}, { options });
    expect(textOf(await call(piece, 'op'))).toMatch(/^The answer is larger than 10000 bytes/);
    const json = await appWith((_req, res) => res.json('x'.repeat(20_000)), {}, { options });
    const text = 'The answer is larger than 10000 bytes and is left out.';
    expect(await call(json, 'op')).toMatchObject({
      isError: true,
      content: [{ text: `${text} Ask for less, for instance with a filter or a smaller page.` }],
    });
  });
});

describe('an error of a route', () => {
  it('tells the model its status and what a problem document says', async () => {
    const app = await appWith((_req, res) => {
      res.status(422).type('application/problem+json');
      res.send(
        JSON.stringify({
          type: 'https://example.com/taken',
          title: 'Taken',
          detail: 'Try another day.',
          status: 422,
          day: 5,
        }),
      );
    });
    const result = await call(app, 'op');
    expect(result.isError).toBe(true);
    expect(textOf(result)).toBe(
      'HTTP 422 Unprocessable Entity\nTaken: Try another day.\nType: https://example.com/taken\n{"day":5}',
    );
  });

  it('tells JSON and plain text, and when to come back', async () => {
    const json = await appWith((_req, res) =>
      res.status(429).set('Retry-After', '7').json({ error: 'slow down', stack: 'secret' }),
    );
    expect(textOf(await call(json, 'op'))).toBe(
      'HTTP 429 Too Many Requests\n{"error":"slow down"}\nRetry after 7 seconds.',
    );
    const text = await appWith((_req, res) => res.status(409).type('text').send('busy'));
    expect(textOf(await call(text, 'op'))).toBe('HTTP 409 Conflict\nbusy');
  });

  it('that was thrown shows nothing of the inside', async () => {
    const app = await appWith(() => {
      throw new Error('password is hunter2');
    });
    app.set('env', 'test');
    expect(textOf(await call(app, 'op'))).toBe('HTTP 500 Internal Server Error');
    const absent = await appWith((_req, _res, next) => {
      next();
    });
    expect(textOf(await call(absent, 'op'))).toBe('HTTP 404 Not Found');
  });
});

describe('a refusal by a guard of the app', () => {
  const refuse = (status: number, challenge?: string): RequestHandler => {
    return (_req, res) => {
      if (challenge !== undefined) res.set('WWW-Authenticate', challenge);
      res.status(status).json({ error: 'no' });
    };
  };

  it('for a lack of scopes becomes our step-up', async () => {
    const app = await appWith(refuse(403, 'Bearer error="insufficient_scope", scope="things:write things:read"'));
    const response = await post(app, 'op', {}, 'things:read');
    expect(response.status).toBe(403);
    expectChallenge(response, { error: 'insufficient_scope', scope: 'things:write things:read' });
  });

  it('stays a result when more scopes would not help', async () => {
    const held = await appWith(refuse(403, 'Bearer error="insufficient_scope", scope="a"'));
    expect(textOf(await call(held, 'op', {}, 'a'))).toBe('HTTP 403 Forbidden\n{"error":"no"}');
    const other = await appWith(refuse(403));
    expect(await call(other, 'op', {}, 'a')).toMatchObject({ isError: true });
    const session = await appWith(refuse(401, 'Basic realm="x"'));
    expect(textOf(await call(session, 'op', {}, 'a'))).toBe('HTTP 401 Unauthorized\n{"error":"no"}');
  });

  it('for want of a token, or of a good one, is 401 with our challenge', async () => {
    const app = await appWith(refuse(401, 'Bearer error="invalid_token"'));
    const without = await post(app, 'op');
    expect([without.status, challengeOf(without)]).toEqual([401, expect.stringContaining('resource_metadata=')]);
    const bad = await post(app, 'op', {}, 'a');
    expect([bad.status, challengeOf(bad)]).toEqual([401, expect.stringContaining('error="invalid_token"')]);
    const weak = await appWith(
      refuse(401, 'Bearer error="insufficient_user_authentication", acr_values="mfa", max_age="60"'),
    );
    const stronger = await post(weak, 'op', {}, 'a');
    expect([stronger.status, challengeOf(stronger)]).toEqual([
      401,
      expect.stringMatching(/acr_values="mfa".*max_age="?60/),
    ]);
  });
});

describe.each([
  ['Express 5', express],
  ['Express 4', express4],
])('a stream of a route, with %s,', (_name, make) => {
  async function messagesOf(handler: RequestHandler): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const app = await appWith(handler, {}, { make });
    const meta = { _meta: { progressToken: 'p' } };
    const response = await modern(
      app,
      'tools/call',
      { name: 'op', arguments: {}, ...meta },
      { Authorization: `Bearer ${await issuer.token({ scope: 'a' })}` },
    );
    const data = response.text.split('\n').filter((line) => line.startsWith('data: ') && line.length > 6);
    return data.map((line) => JSON.parse(line.slice(6)) as Readonly<Record<string, unknown>>);
  }

  const progressOf = (messages: readonly Readonly<Record<string, unknown>>[]): unknown =>
    messages
      .filter(({ method }) => method === 'notifications/progress')
      .map(({ params }) => (params as { message: string }).message);

  it('of events becomes progress, and their data the result', async () => {
    const messages = await messagesOf((req, res) => {
      req.socket.setTimeout(0);
      res.set('Content-Type', 'text/event-stream').flushHeaders();
      res.write(': hello\n\nevent: step\ndata: one\ndata: more\n\nda');
      setTimeout(() => res.end('ta: zwölf\r\n\r\ndata: three'), 5);
    });
    expect(progressOf(messages)).toEqual(['one\nmore', 'zwölf']);
    expect(messages.at(-1)).toMatchObject({ result: { content: [{ text: 'one\nmore\nzwölf\nthree' }] } });
  });

  it('of JSON lines becomes progress line by line', async () => {
    const messages = await messagesOf((_req, res) => {
      res.type('application/x-ndjson').write('{"a":1}\n{"a"');
      setTimeout(() => res.end(':2}\n'), 5);
    });
    expect(progressOf(messages)).toEqual(['{"a":1}', '{"a":2}']);
    expect(messages.at(-1)).toMatchObject({ result: { content: [{ text: '{"a":1}\n{"a":2}' }] } });
  });

  it('of one JSON text in pieces tells how much has come', async () => {
    const messages = await messagesOf((_req, res) => {
      res.type('json').write('{"a":');
      setTimeout(() => res.end('1}'), 5);
    });
    expect(progressOf(messages)).toEqual(['7 bytes']);
    expect(messages.at(-1)).toMatchObject({ result: { structuredContent: { a: 1 } } });
  });

  it('that does not end is left at the time limit, as by a client that goes', async () => {
    const seen: string[] = [];
    const app = await appWith(
      (req, res) => {
        req.on('close', () => seen.push('request'));
        res.on('close', () => seen.push('response'));
        res.set('Content-Type', 'text/event-stream').write('data: 1\n\n');
      },
      {},
      { make, options: { timeoutMs: 50 } },
    );
    expect(await call(app, 'op')).toMatchObject({ isError: true });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seen).toEqual(expect.arrayContaining(['request', 'response']));
  });
});

describe('over a transport without requests', () => {
  it('a route runs with no caller of HTTP', async () => {
    const app = express();
    app.get('/thing', (req, res) => {
      res.json({ authorization: req.headers.authorization ?? null, ip: req.ip });
    });
    const registry = createRegistry({ name: 'local', version: '1.0.0' });
    await toolsFromOpenApi(registry, documentOf({ '/thing': { get: operation('op') } }), { app });
    const server = new TestServer(registry);
    const answer = await server.call('2025-11-25', 'tools/call', { name: 'op', arguments: {} });
    expect(JSON.stringify(answer)).toContain('{\\"authorization\\":null');
  });
});
