// Regression tests for the findings of an attack on the package.
import { PassThrough } from 'node:stream';
import { describe, expect, it, jest } from '@jest/globals';
import type { RequestHandler } from 'express';
import express from 'express';
import request from 'supertest';
import { z } from 'zod';
import { Cancelling } from '../../lib/server/cancellation/cancellation.js';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter, mcpScopes } from '../../lib/index.js';
import { JwtVerifier } from '../../lib/oauth/jwt-verifier.js';
import { compileClaimMapping } from '../../lib/oauth/claim-mapping.js';
import { givenKeys, remoteKeys } from '../../lib/oauth/key-source.js';
import { serveStdio } from '../../lib/stdio/index.js';
import type { JsonRpcBody } from '../support/dispatching.js';
import { requestOf, TestServer } from '../support/dispatching.js';
import { express4 } from '../support/express-4.js';
import { FakeIssuer } from '../support/fake-issuer.js';
import { forge, jwks } from '../support/forge.js';
import { authOptions, challengeOf, issuer, modern, resource } from '../support/mcp-app.js';

const reached: RequestHandler = (_req, res) => {
  res.json({ reached: true });
};
const bearer = async (scope: string) => ({ Authorization: `Bearer ${await issuer.token({ scope })}` });
const call = (method: string, params: object) => ({ jsonrpc: '2.0', id: 1, method, params });

describe.each([
  ['5', express],
  ['4.21', express4],
])('mcpScopes in an app of Express %s', (_version, expressOf) => {
  it('is not switched off by an mcpAuth that took the request for another', async () => {
    const app = expressOf();
    app.use(mcpAuth(authOptions()));
    app.use('/mcp', mcpScopes({ tools: { delete: 'notes:write' } }), reached);
    app.post('/other', mcpScopes({ tools: { delete: 'notes:write' }, path: '/other' }), reached);
    app.use(mcpErrorHandler());
    for (const path of ['/mcp', '/mcp//', '/mcp/x', '/mcp/../mcp', '/other', '/OTHER/']) {
      const response = await request(app)
        .post(path)
        .send(call('tools/call', { name: 'delete' }));
      expect([401, 403]).toContain(response.status);
      expect(response.body).not.toHaveProperty('reached');
    }
  });
});

describe('the rules of mcpScopes for resources', () => {
  const app = express();
  app.post(
    '/mcp',
    mcpAuth(authOptions()),
    mcpScopes({
      resources: {
        'notes://{id}': 'notes:read',
        'notes://{id}/secret': 'notes:secret',
        'file:///{+path}': 'files',
        'https://a.example/one': 'one',
      },
    }),
    reached,
  );
  app.use(mcpErrorHandler());
  const read = async (uri: unknown, scope = '') =>
    request(app)
      .post('/mcp')
      .set(await bearer(scope))
      .send(call('resources/read', { uri: uri as string }));

  it.each([
    ...['notes://7', 'notes://7?x', 'notes://7#x', 'notes://7!', "notes://7'", 'notes://7;', 'notes://bob@example.com'],
    ...['NOTES://7', 'notes://%37', 'notes%3A//7', 'file:///a|b', 'file:///%', 'file:///b%zz', 'file:/a'],
    ...['https://A.example/one', 'https://a.example:443/x/../one', 'https://a.example/%6fne'],
    ...['https://a.example/one?x', 'https://a.example/other', 'unknown://x'],
  ])('reach at least as far as those of any server behind: %j', async (uri) => {
    expect((await read(uri)).status).toBe(403);
  });

  it('let pass what they allow', async () => {
    expect((await read('notes://7', 'notes:read')).status).toBe(200);
    expect((await read('notes://7/secret', 'notes:read')).status).toBe(403);
    expect((await read('notes://7/secret', 'notes:read notes:secret')).status).toBe(200);
    expect((await read('https://a.example/one', 'one')).status).toBe(200);
    expect((await read('unknown://x', 'one')).body).toMatchObject({
      error: 'access_denied',
      error_description: 'There is no rule for this resource',
    });
  });
});

describe('scopes that depend on arguments', () => {
  it('are decided about the values that the handler gets', async () => {
    const registry = createRegistry({ name: 'mail', version: '1' });
    const inputSchema = z.object({ folder: z.string().trim().toLowerCase(), force: z.boolean().default(true) });
    registry.tool(
      'empty',
      { inputSchema, scopes: ({ folder }) => (folder === 'trash' ? 'admin' : 'read') },
      ({ folder }) => `emptied ${folder}`,
    );
    registry.tool('force', { inputSchema, policy: ({ force }) => force !== true || 'Not by force' }, () => 'forced');
    registry.tool('plain', { inputSchema, scopes: 'read' }, ({ folder }) => `looked into ${folder}`);
    registry.tool(
      'broken',
      {
        inputSchema,
        scopes: ({ force }) => {
          if (force === true) throw new Error('only afterwards');
          return 'read';
        },
      },
      () => 'never',
    );
    const app = express().use(
      mcpAuth(authOptions()),
      mcpRouter(registry, { onError: () => undefined }),
      mcpErrorHandler(),
    );
    const run = async (name: string, args: object) =>
      modern(app, 'tools/call', { name, arguments: args }, await bearer('read'));
    expect((await run('empty', { folder: 'trash' })).status).toBe(403);
    expect((await run('empty', { folder: ' Trash' })).status).toBe(403);
    expect((await run('empty', { folder: ' Inbox' })).text).toContain('emptied inbox');
    expect((await run('force', { folder: 'x' })).body).toMatchObject({ error_description: 'Not by force' });
    expect((await run('force', { folder: 'x', force: false })).text).toContain('forced');
    expect((await run('broken', { folder: 'x' })).text).not.toContain('never');
    expect((await run('plain', { folder: ' Inbox' })).text).toContain('looked into inbox');
  });
});

describe('a resource', () => {
  const registry = createRegistry({ name: 'notes', version: '1' });
  registry.resource('notes://secret', { scopes: 'admin' }, () => 'the secret');
  registry.resourceTemplate('notes://{id}', { scopes: 'read' }, ({ variables }) => `note ${variables.id}`);
  registry.resourceTemplate('files://private/{name}', { scopes: 'admin' }, ({ variables }) => variables.name);
  registry.resourceTemplate('files://{+path}', { scopes: 'read' }, ({ variables }) => variables.path);
  const app = express().use(mcpAuth(authOptions()), mcpRouter(registry), mcpErrorHandler());

  it.each([
    ...['notes://%73ecret', 'notes://secre%74', 'files://%70rivate/k', 'files://private%2Fk'],
    ...['files://x/../private/k', 'files://x/..%2Fprivate/k'],
  ])('cannot be read under a disguise: %s', async (uri) => {
    const response = await modern(app, 'resources/read', { uri }, await bearer('read'));
    const { result } = response.body as JsonRpcBody;
    expect(JSON.stringify(result ?? '')).not.toMatch(/note secret|"text":"(?:private\/)?k"/);
  });

  it('can still be read as it is written', async () => {
    expect((await modern(app, 'resources/read', { uri: 'notes://secret' }, await bearer('read'))).status).toBe(403);
    for (const uri of ['notes://1', 'notes://a%20b', 'notes://%C3%BC', 'files://public/a', 'files://a%2Fb']) {
      expect((await modern(app, 'resources/read', { uri }, await bearer('read'))).body).toHaveProperty('result');
    }
  });
});

describe('what is concealed', () => {
  const registry = createRegistry({ name: 'notes', version: '1' });
  registry.tool('secret', { scopes: 'admin:secret', visibility: 'concealed' }, () => 'secret');
  registry.prompt('secret', { scopes: 'admin:secret', visibility: 'concealed', arguments: { a: {} } }, () => 'secret');
  registry.tool('throws', { scopes: ({ f }) => (f as string).slice(1) }, () => 'x');
  registry.prompt('open', { arguments: { a: { complete: () => [] } } }, () => 'open');
  const app = express().use(
    mcpAuth(authOptions({ requiredScopes: ['mcp'] })),
    mcpRouter(registry, { onError: () => undefined }),
    mcpErrorHandler(),
  );
  const ask = async (method: string, params: object, scope: string) => {
    const name = ['name' in params ? params.name : ''].join('');
    return modern(app, method, { ...params }, { ...(await bearer(scope)), 'Mcp-Name': name });
  };

  it('is in no challenge, also when the scopes of the endpoint are missing', async () => {
    const concealed = await ask('tools/call', { name: 'secret' }, 'other');
    const absent = await ask('tools/call', { name: 'absent' }, 'other');
    expect(challengeOf(concealed)).toBe(challengeOf(absent));
    expect(concealed.body).toEqual(absent.body);
  });

  it.each([
    ['tools/call', { arguments: [] }],
    ['prompts/get', { arguments: { a: 1 } }],
    ['prompts/get', { arguments: 7 }],
  ])('cannot be told from nothing by malformed params of %s: %j', async (method, params) => {
    const concealed = await ask(method, { name: 'secret', ...params }, 'mcp');
    const absent = await ask(method, { name: 'absent', ...params }, 'mcp');
    expect(concealed.text.replaceAll('secret', 'absent')).toBe(absent.text);
  });

  it('cannot be told from nothing by a malformed completion', async () => {
    const complete = (name: string) =>
      ask('completion/complete', { ref: { type: 'ref/prompt', name }, argument: { name: 7 } }, 'mcp');
    expect((await complete('secret')).text).toBe((await complete('absent')).text);
  });

  it('is no more than what a scope function that throws tells who may not use the endpoint', async () => {
    const response = await ask('tools/call', { name: 'throws' }, 'other');
    expect(response.status).toBe(403);
    expect(response.body).toMatchObject({ error: 'insufficient_scope', scope: 'mcp other' });
  });
});

describe('a process', () => {
  it('does not keep what listens to the signal of a call that is over', async () => {
    const registry = createRegistry({ name: 'notes', version: '1' });
    const signals: AbortSignal[] = [];
    registry.tool('listen', {}, (_args, { signal }) => {
      signals.push(signal);
      return 'heard';
    });
    const server = new TestServer(registry);
    const disconnect = new Cancelling();
    const added = jest.spyOn(disconnect, 'onCancelled');
    await server.call('2026-07-28', 'tools/call', { name: 'listen' }, { disconnect });
    expect(added).toHaveBeenCalledTimes(1);
    expect(disconnect.listeners).toBe(0);
    disconnect.cancel();
    expect(signals[0]?.aborted).toBe(false);
    const late = await server.call('2026-07-28', 'tools/call', { name: 'listen' }, { disconnect });
    // A call that was over before it began gets no answer.
    expect(late.body).toBeUndefined();
    expect(signals[1]?.aborted).toBe(true);
  });

  it('does not end because of a log that fails later', async () => {
    const registry = createRegistry({ name: 'notes', version: '1' });
    registry.tool('break', {}, () => {
      throw new Error('broken');
    });
    const onError = () => Promise.reject(new Error('log server is down'));
    const app = express().use(mcpRouter(registry, { onError }), mcpErrorHandler());
    // An unhandled rejection would fail the test run.
    expect((await modern(app, 'tools/call', { name: 'break' })).text).toContain('Internal error');
    await new Promise(setImmediate);
  });

  it('ends serving stdio when its output is closed without an error', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const server = await serveStdio(createRegistry({ name: 'notes', version: '1' }), { input, output });
    output.destroy();
    await server.closed;
    expect(input.destroyed).toBe(true);
  });
});

describe('a token', () => {
  const claims = { iss: 'https://i.example', aud: resource, exp: Math.floor(Date.now() / 1000) + 60, client_id: 'c' };
  const verifierWith = (keys: readonly object[]) =>
    new JwtVerifier({
      issuer: claims.iss,
      audiences: [resource],
      algorithms: ['ES256', 'RS256'],
      clockToleranceSeconds: 5,
      keys: givenKeys({ keys: keys as (typeof jwks)['keys'] }),
      readClaims: compileClaimMapping({}, 'test'),
    });

  it.each([7, ['at+jwt'], { a: 1 }, true, null])(
    'with the type %j is refused, and is no error of ours',
    async (typ) => {
      const token = forge(claims, { header: { typ } });
      await expect(verifierWith(jwks.keys).verify(token)).rejects.toMatchObject({ code: 'invalid_token' });
    },
  );

  it('without a key name is good beside a key that cannot be used', async () => {
    const [ec] = jwks.keys.map(({ kid: _kid, ...key }) => key);
    const broken = { kty: 'EC', crv: 'P-256', x: 'AQAB', y: 'AQAB' };
    const token = forge(claims, { header: { kid: undefined } });
    for (const keys of [
      [broken, ec ?? {}],
      [ec ?? {}, broken],
    ]) {
      expect(await verifierWith(keys).verify(token)).toMatchObject({ clientId: 'c' });
    }
  });

  it('stays good while its issuer answers with a key set that has no key in it', async () => {
    const fake = await new FakeIssuer().listen();
    try {
      for (const keys of [[{}], [null], [{ kty: 'EC', use: 'enc' }], []]) {
        fake.json('/jwks', { keys });
        const source = remoteKeys(`${fake.origin}/jwks`);
        await expect(source.find({ alg: 'ES256' }, { payload: '', signature: '' })).rejects.toMatchObject({
          cause: { message: expect.stringMatching('has no keys') as unknown },
        });
      }
    } finally {
      await fake.close();
    }
  });
});

describe('a prompt', () => {
  it('needs its argument also when every object has something of that name', async () => {
    const registry = createRegistry({ name: 'notes', version: '1' });
    registry.prompt('p', { arguments: { constructor: { required: true } } }, () => 'never');
    const { body } = await new TestServer(registry).send(requestOf('2025-06-18', 'prompts/get', { name: 'p' }), {
      header: '2025-06-18',
    });
    expect(body?.error?.message).toBe('Prompt "p" needs the argument "constructor"');
  });
});
