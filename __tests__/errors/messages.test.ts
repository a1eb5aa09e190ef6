import { describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import * as z from 'zod';
import * as zodMini from 'zod/mini';
import { ConfigurationError, createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import { nearMiss } from '../../lib/errors/near-miss.js';
import { mustBe } from '../../lib/errors/describe-value.js';
import { withoutAuth } from './without-auth.js';
import { stumbles } from './messages.js';
import { untypedStumbles } from './untyped-messages.js';

async function mistakeOf(write: () => unknown): Promise<unknown> {
  try {
    await write();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('what beginners write', () => {
  it.each([...stumbles, ...untypedStumbles])(
    '$title: the message says what to write instead',
    async ({ write, says, help }) => {
      const error = await mistakeOf(write);
      expect(error).toBeInstanceOf(ConfigurationError);
      expect((error as ConfigurationError).message).toContain(says);
      expect((error as ConfigurationError).help).toBe(`express-mcp/docs/${help}`);
    },
  );

  it.each<[string, unknown, string]>([
    ['mcpAuth', mcpAuth, 'Write app.use(mcpAuth({ … })) in place of app.use(mcpAuth).'],
    ['mcpRouter', mcpRouter, 'Write app.use(mcpRouter(registry)) in place of app.use(mcpRouter).'],
    ['mcpErrorHandler', mcpErrorHandler, 'Write app.use(mcpErrorHandler()) in place of app.use(mcpErrorHandler).'],
  ])('%s without the call is told at the first request', async (name, middleware, message) => {
    const errors: unknown[] = [];
    const app = express();
    app.use(middleware as express.RequestHandler);
    app.use((error: unknown, _request: express.Request, response: express.Response, _next: express.NextFunction) => {
      errors.push(error);
      response.status(500).end();
    });
    expect((await request(app).post('/mcp').send({})).status).toBe(500);
    expect(errors).toEqual([expect.objectContaining({ name: 'ConfigurationError' })]);
    expect(String(errors[0])).toContain(`${name} was given to the app without being called. ${message}`);
  });

  it('takes what the advice about zod/mini says', () => {
    const schema = z.toJSONSchema(zodMini.object({ a: zodMini.string() }));
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    expect(() => registry.tool('add', { inputSchema: schema as { type: 'object' } }, () => 'done')).not.toThrow();
  });
});

describe('what callers are told', () => {
  it('names the option that allows an Origin', async () => {
    const response = await withoutAuth([]).set('Origin', 'https://evil.example');
    expect(response.status).toBe(403);
    expect(response.text).toContain('allowedOrigins of mcpRouter, or by cors of mcpAuth');
  });

  it('says that other middleware has read the body', async () => {
    const drained = await withoutAuth([
      (incoming, _response, next) => {
        incoming.resume().on('end', () => {
          next();
        });
      },
    ]);
    expect(drained.status).toBe(400);
    expect(drained.text).toContain('middleware of the server read the body before it came to the endpoint');
  });

  it('says so when other middleware has read a part of the body', async () => {
    const listened = await withoutAuth([
      (incoming, _response, next) => {
        incoming.once('data', () => {
          incoming.pause();
          next();
        });
      },
    ]);
    expect(listened.text).toContain('middleware of the server read the body before it came to the endpoint');
  });

  it('reads a body that other middleware listens to, if nothing has come yet', async () => {
    const watched = await withoutAuth([
      (incoming, _response, next) => {
        incoming.on('data', () => undefined);
        next();
      },
    ]);
    expect(watched.status).toBe(200);
  });
});

describe('a near miss', () => {
  const known = ['issuer', 'issuers', 'requiredScopes', 'path', '_meta', 'allowAnonymous'];

  it.each([
    ['isuer', 'issuer'],
    ['issuer_', 'issuer'],
    ['isseur', 'issuer'],
    ['REQUIRED_SCOPES', 'requiredScopes'],
    ['requiredScope', 'requiredScopes'],
    ['meta', '_meta'],
    ['paht', 'path'],
    ['allowAnonymus', 'allowAnonymous'],
    ['audience', undefined],
    ['x', undefined],
    ['', undefined],
    ['p'.repeat(100_000), undefined],
  ])('%s is %s', (written, meant) => {
    expect(nearMiss(written, known)).toBe(meant);
  });
});

describe('a wrong value in a message', () => {
  it.each([
    ['text\n', 'x must be a word, not "text\uFFFD"'],
    [7, 'x must be a word, not 7'],
    [null, 'x must be a word, not null'],
    [undefined, 'x must be a word, not undefined'],
    [[1], 'x must be a word, not an array'],
    [{}, 'x must be a word, not an object'],
    [() => 1, 'x must be a word, not a function'],
    [new URL('https://a.example/b'), 'x must be a text, not a URL object. Write "https://a.example/b"'],
  ])('%p', (value, shown) => {
    expect(mustBe('x', 'a word', value)).toBe(shown);
  });
});
