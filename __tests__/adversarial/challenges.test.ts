// No caller, no token and no registry decides how long a challenge is: proxies answer 502 where a field is too long for them.
import { describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import express from 'express';
import {
  anyOf,
  allOf,
  createRegistry,
  InsufficientScopeError,
  mcpAuth,
  mcpErrorHandler,
  mcpRouter,
} from '../../lib/index.js';
import type { McpAuthOptions, Registry, ScopeRequirement } from '../../lib/index.js';
import { authOptions, challengeOf, issuer, modern } from '../support/mcp-app.js';

const maxLength = 3072;

function appWith(registry: Registry, auth: Partial<McpAuthOptions> = {}) {
  const app = express().set('env', 'test');
  app.use(mcpAuth(authOptions(auth)), mcpRouter(registry as never, { onError: () => undefined }), mcpErrorHandler());
  return app;
}

function registryWith(scopes: ScopeRequirement | ((args: Readonly<Record<string, unknown>>) => ScopeRequirement)) {
  const registry = createRegistry({ name: 'notes', version: '1.0.0' });
  registry.tool('t', { scopes, inputSchema: { type: 'object' } }, () => '');
  return registry as unknown as Registry;
}

const names = (count: number, length: number, prefix = '') =>
  Array.from({ length: count }, (_none, index) => `${prefix}${String(index)}`.padEnd(length, 'x'));

async function refused(app: express.Express, scope: string, args: object = {}): Promise<Response> {
  return modern(
    app,
    'tools/call',
    { name: 't', arguments: args },
    { Authorization: `Bearer ${await issuer.token({ scope })}` },
  );
}

/** The scopes of the challenge. */
function scopesOf(response: Response): readonly string[] {
  return (/scope="([^"]*)"/.exec(challengeOf(response) ?? '')?.[1] ?? '').split(' ').filter((scope) => scope !== '');
}

describe('a challenge', () => {
  it('has at most 3,072 characters, whatever an item needs, and names whole scopes', async () => {
    const needed = names(64, 256);
    const response = await refused(appWith(registryWith(needed)), '');
    expect(response.status).toBe(403);
    const challenge = challengeOf(response) ?? '';
    expect(challenge.length).toBeLessThanOrEqual(maxLength);
    expect(challenge.length).toBeGreaterThan(maxLength - 300);
    expect(scopesOf(response).length).toBeGreaterThan(5);
    expect(needed).toEqual(expect.arrayContaining([...scopesOf(response)]));
    expect(challenge).toMatch(/^Bearer (?:[a-z_]+="[^"]*"(?:, |$))+$/);
    expect(/error_description="([^"]*)"/.exec(challenge)?.[1]).toHaveLength(256);
    // Everything stands in the body.
    expect((response.body as { scope: string }).scope.split(' ')).toEqual(needed);
  });

  it('names what is lacking before what is held, where both have no room', async () => {
    const [held, lacking] = [names(16, 200, 'held-'), names(4, 200, 'lacking-')];
    const response = await refused(appWith(registryWith([...held, ...lacking])), held.join(' '));
    expect(scopesOf(response).slice(0, 4)).toEqual(lacking);
    expect(scopesOf(response).length).toBeGreaterThan(4);
    expect(challengeOf(response)?.length).toBeLessThanOrEqual(maxLength);
  });

  it('names both in the order of need where they have room', async () => {
    const response = await refused(appWith(registryWith(['b', 'a'])), 'a c');
    expect(scopesOf(response)).toEqual(['b', 'a', 'c']);
  });

  it('is short for a token with thousands of scopes', async () => {
    const response = await refused(appWith(registryWith('needed')), names(1000, 6).join(' '));
    expect(response.status).toBe(403);
    expect(challengeOf(response)?.length).toBeLessThanOrEqual(maxLength);
    expect(scopesOf(response)[0]).toBe('needed');
  });

  it('is short for 64 alternatives of long scopes, of which it names one', async () => {
    const alternatives = Array.from({ length: 64 }, (_none, index) => allOf(...names(12, 256, `a${String(index)}-`)));
    const response = await refused(appWith(registryWith(anyOf(...alternatives))), '');
    expect(challengeOf(response)?.length).toBeLessThanOrEqual(maxLength);
  });

  it('is short with two schemes, a realm, and scopes that a handler names', async () => {
    const registry = createRegistry({ name: 'notes', version: '1.0.0' });
    registry.tool('t', {}, () => {
      throw new InsufficientScopeError({ requiredScopes: names(500, 100) });
    });
    const app = appWith(registry, { dpop: 'supported', realm: 'n'.repeat(200) });
    const response = await refused(app, '');
    expect(response.status).toBe(403);
    expect(challengeOf(response)?.length).toBeLessThanOrEqual(maxLength);
    expect(scopesOf(response).length).toBeGreaterThan(5);
  });

  it('is short for those who have not signed in', async () => {
    const requiredScopes = names(40, 200);
    const response = await modern(appWith(registryWith([]), { requiredScopes, dpop: 'supported' }), 'tools/list');
    expect(response.status).toBe(401);
    expect(challengeOf(response)?.length).toBeLessThanOrEqual(maxLength);
    expect(scopesOf(response).length).toBeGreaterThan(3);
  });
});

describe('scopes that a function makes of arguments', () => {
  const app = appWith(
    registryWith(({ kind, areas }) => {
      const scopes = (areas as string[]).map((area) => `reports:${area}`);
      if (kind === 'any') return anyOf(...scopes.slice(0, 1000));
      if (kind === 'nested') return anyOf('a', allOf(...scopes.slice(0, 1000)));
      if (kind === 'deep') return scopes.reduce<ScopeRequirement>((inner, scope) => [scope, inner], 'a');
      return scopes;
    }),
  );

  it.each([
    ['many', { areas: names(200, 4) }],
    ['very many', { areas: names(200_000, 8) }],
    ['many alternatives', { kind: 'any', areas: names(300, 4) }],
    ['a long one in an alternative', { kind: 'any', areas: ['x'.repeat(300)] }],
    ['one with a blank inside of another requirement', { kind: 'nested', areas: ['a b'] }],
    ['too deep', { kind: 'deep', areas: names(50_000, 6) }],
  ])("are the caller's fault where they are %s, and cost no more than their size", async (_what, args) => {
    const before = process.cpuUsage();
    const response = await refused(app, '', args);
    expect([response.status, response.body]).toMatchObject([200, { error: { code: -32602 } }]);
    // Microseconds of CPU.
    expect(process.cpuUsage(before).user).toBeLessThan(10_000_000);
    expect(response.text.length).toBeLessThan(500);
  });

  it('may be some', async () => {
    expect(scopesOf(await refused(app, '', { areas: ['north', 'south'] }))).toEqual(['reports:north', 'reports:south']);
  });
});

describe('a scope of more than 256 characters', () => {
  it('is refused at start-up', () => {
    const message = 'tool "t": "xxx';
    expect(() => registryWith('x'.repeat(257))).toThrow(message);
    expect(() => registryWith('x'.repeat(257))).toThrow('has 257 characters. A scope may have at most 256');
    expect(() => registryWith('x'.repeat(256))).not.toThrow();
  });
});
