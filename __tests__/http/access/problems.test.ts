import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { McpAuthOptions, Problem } from '../../../lib/index.js';
import { TemporarilyUnavailableError, createRegistry, memoryRevocationStore } from '../../../lib/index.js';
import { ProblemLog } from '../../../lib/http/resource/problem-log.js';
import type { TestIssuer } from '../../../lib/testing/index.js';
import { createTestIssuer } from '../../../lib/testing/index.js';
import { FakeIssuer } from '../../support/fake-issuer.js';
import { leftOpen } from '../../support/left-open.js';
import { issuer, notesRegistry, resource } from '../../support/mcp-app.js';
import { RunningEndpoint, closeEndpoints } from '../../support/running-endpoint.js';

let problems: Problem[] = [];
let lines: jest.SpiedFunction<typeof console.error>;
beforeEach(() => {
  problems = [];
  lines = jest.spyOn(console, 'error').mockImplementation(() => undefined);
});
afterEach(async () => {
  lines.mockRestore();
  await closeEndpoints();
});

const note = (problem: Problem): void => {
  problems.push(problem);
};

async function start(
  auth: Partial<McpAuthOptions>,
  registry: Parameters<typeof RunningEndpoint.start>[0] = notesRegistry(),
): Promise<RunningEndpoint> {
  return RunningEndpoint.start(registry, { auth: { onProblem: note, ...auth } });
}

async function call(endpoint: RunningEndpoint, token: string, name = 'open'): Promise<number> {
  const response = await endpoint.modern('tools/call', { name }, { headers: { Authorization: `Bearer ${token}` } });
  await response.text();
  return response.status;
}

/** An issuer that runs, with tokens of its own. */
async function runningIssuer(metadata: object = {}): Promise<{ fake: FakeIssuer; tokens: TestIssuer }> {
  const fake = await new FakeIssuer().listen();
  leftOpen.add(() => fake.close());
  const tokens = await createTestIssuer({ issuer: fake.origin, audience: resource });
  fake.publish(tokens.jwks, metadata);
  return { fake, tokens };
}

describe('onProblem', () => {
  it('hears once that the issuer cannot be reached, with the reason at the bottom', async () => {
    const tokens = await createTestIssuer({ issuer: 'http://127.0.0.1:9', audience: resource });
    const endpoint = await start({ issuers: [{ issuer: tokens.issuer }] });
    const token = await tokens.token();
    expect([await call(endpoint, token), await call(endpoint, token)]).toEqual([503, 503]);
    expect(problems).toMatchObject([{ code: 'issuer_unreachable', resource, cause: expect.any(Error) }]);
    expect(problems[0]?.message).toContain('Tokens of http://127.0.0.1:9 cannot be checked');
    expect(problems[0]?.message).toMatch(/bad port|ECONNREFUSED|fetch failed/);
    expect(lines).not.toHaveBeenCalled();
  });

  it('hears that a verifier of the app cannot check tokens', async () => {
    const verifier = {
      verify: () => {
        throw new TemporarilyUnavailableError(5, { cause: new Error('the database is away') });
      },
    };
    const endpoint = await start({ verifier });
    expect(await call(endpoint, 'x'.repeat(20))).toBe(503);
    expect(problems).toMatchObject([
      { code: 'tokens_not_checked', message: expect.stringContaining('the database is away') },
    ]);
  });

  it('hears that a store of the app does not answer, and is not sent to look after the issuer', async () => {
    const { fake, tokens } = await runningIssuer();
    const revocation = { ...memoryRevocationStore(), revokedAt: () => Promise.reject(new Error('Redis is away')) };
    const endpoint = await start({ issuers: [{ issuer: fake.origin }], stores: { revocation } });
    expect(await call(endpoint, await tokens.token({ scope: 'x' }))).toBe(503);
    expect(problems).toMatchObject([
      {
        code: 'tokens_not_checked',
        message: expect.stringContaining('Redis is away'),
        advice: 'Look after the store that was given to mcpAuth as stores.revocation or stores.replay.',
      },
    ]);
  });

  it('has a message, an advice and a page for each problem, and says so on standard error', async () => {
    const { fake, tokens } = await runningIssuer({ scopes_supported: ['notes:read'] });
    const away = await createTestIssuer({ issuer: 'http://127.0.0.1:9', audience: resource });
    const stranger = await createTestIssuer({ issuer: 'https://login.example.com/', audience: resource });
    const broken = { verify: () => Promise.reject(new TemporarilyUnavailableError(5)) };
    const wrongKeys = await runningIssuer();
    wrongKeys.fake.json('/jwks', { keys: wrongKeys.tokens.jwks.keys.map((key) => ({ ...key, use: 'wrong' })) });
    const cases: readonly (readonly [string, Partial<McpAuthOptions>, string, string?])[] = [
      ['issuer_unreachable', { issuers: [{ issuer: away.issuer }] }, await away.token()],
      ['tokens_not_checked', { verifier: broken }, 'x'.repeat(20)],
      ['wrong_audience', {}, await issuer.token({ audience: 'notes' })],
      ['wrong_issuer', {}, await stranger.token()],
      ['unusable_keys', { issuers: [{ issuer: wrongKeys.fake.origin }] }, await wrongKeys.tokens.token()],
      ['scopes_not_offered', { issuers: [{ issuer: fake.origin }] }, await tokens.token({ scope: 'x' }), 'write'],
    ];
    for (const [code, auth, token, tool] of cases) {
      lines.mockClear();
      const endpoint = await RunningEndpoint.start(notesRegistry(), { auth });
      for (let count = 0; count < 3; count += 1) await call(endpoint, token, tool);
      const told = lines.mock.calls.map(([line]) => String(line));
      expect([code, told.length]).toEqual([code, 1]);
      expect(told[0]).toMatch(
        new RegExp(`^express-mcp: ${code} at \\S+: .+\\. [A-Z].+\\. See docs/why-401\\.md#${code}\\.$`),
      );
    }
  });

  it('hears of a wrong audience when no token is accepted, and not when one was', async () => {
    const endpoint = await start({});
    const [wrong, good] = [await issuer.token({ audience: 'notes' }), await issuer.token()];
    expect([await call(endpoint, good), await call(endpoint, wrong), await call(endpoint, wrong)]).toEqual([
      200, 401, 401,
    ]);
    expect(problems).toEqual([]);
    const other = await start({});
    expect(await call(other, wrong)).toBe(401);
    expect(problems).toMatchObject([
      { code: 'wrong_audience', message: `The aud claim of a token is "notes", and must be "${resource}"` },
    ]);
  });

  it('hears of a wrong issuer, and of keys that cannot be used', async () => {
    const stranger = await createTestIssuer({ issuer: 'https://login.example.com/', audience: resource });
    expect(await call(await start({}), await stranger.token())).toBe(401);
    const { fake, tokens } = await runningIssuer();
    const keys = tokens.jwks.keys.map((key) => ({ ...key, use: 'wrong' }));
    fake.json('/jwks', { keys });
    expect(await call(await start({ issuers: [{ issuer: fake.origin }] }), await tokens.token())).toBe(401);
    expect(problems.map(({ code }) => code)).toEqual(['wrong_issuer', 'unusable_keys']);
  });

  it('hears of scopes that the authorization server does not list, the hierarchy considered', async () => {
    const { fake, tokens } = await runningIssuer({ scopes_supported: ['notes:read', 'notes:all'] });
    const registry = createRegistry({ name: 'x', version: '1' });
    for (const name of ['read', 'write', 'admin']) registry.tool(name, { scopes: [`notes:${name}`] }, () => 'x');
    const issuers = [{ issuer: fake.origin }];
    const endpoint = await start({ issuers, scopeHierarchy: { 'notes:all': ['notes:write'] } }, registry);
    const token = await tokens.token({ scope: 'other' });
    for (const name of ['read', 'write', 'admin', 'admin']) {
      expect(await call(endpoint, token, name)).toBe(403);
    }
    expect(problems).toMatchObject([{ code: 'scopes_not_offered' }]);
    expect(problems[0]?.message).toBe(
      `The tool "admin" needs notes:admin, which scopes_supported of ${fake.origin} does not list`,
    );
  });

  it('hears nothing of scopes where the metadata lists none, or is not known', async () => {
    const { fake, tokens } = await runningIssuer();
    const endpoint = await start({ issuers: [{ issuer: fake.origin }] });
    expect(await call(endpoint, await tokens.token({ scope: 'x' }), 'write')).toBe(403);
    expect(await call(await start({}), await issuer.token({ scope: 'x' }), 'write')).toBe(403);
    expect(problems).toEqual([]);
  });

  it('hears nothing of what clients do wrong', async () => {
    const endpoint = await start({});
    const expired = await issuer.token({ expiresIn: -60 });
    const statuses = [await call(endpoint, 'nonsense'), await call(endpoint, expired)];
    const anonymous = await endpoint.modern('tools/call', { name: 'open' });
    expect([...statuses, anonymous.status]).toEqual([401, 401, 401]);
    expect(await call(endpoint, await issuer.token({ scope: 'x' }), 'write')).toBe(403);
    expect(problems).toEqual([]);
  });

  it('of the router is asked when mcpAuth has none, and standard error when neither has', async () => {
    const wrong = await issuer.token({ audience: 'notes' });
    const behind = await RunningEndpoint.start(notesRegistry(), { auth: {}, onProblem: note });
    expect(await call(behind, wrong)).toBe(401);
    expect([problems.length, lines.mock.calls.length]).toEqual([1, 0]);
    const silent = await RunningEndpoint.start(notesRegistry(), { auth: {} });
    expect([await call(silent, wrong), await call(silent, wrong)]).toEqual([401, 401]);
    expect(lines.mock.calls).toEqual([
      [expect.stringContaining(`express-mcp: wrong_audience at ${resource}: The aud claim`)],
    ]);
    expect(String(lines.mock.calls[0]?.[0])).toContain('See docs/why-401.md#wrong_audience.');
  });

  it('must be a function', async () => {
    await expect(start({ onProblem: 'log' as never })).rejects.toThrow('onProblem must be a function');
    const wrong = RunningEndpoint.start(notesRegistry(), { onProblem: 'log' as never });
    await expect(wrong).rejects.toThrow('onProblem must be a function');
  });

  it('has a section of docs/why-401.md for each problem', () => {
    const source = readFileSync('lib/http/resource/problem.ts', 'utf8');
    const [, union = ''] = /export type ProblemCode =([^;]*);/.exec(source) ?? [];
    const codes = [...union.matchAll(/'(\w+)'/g)].map(([, code = '']) => code).sort();
    const page = readFileSync('docs/why-401.md', 'utf8');
    expect(codes).toHaveLength(6);
    expect([...page.matchAll(/^### (\w+)$/gm)].map(([, code = '']) => code).sort()).toEqual(codes);
  });
});

describe('a log of problems', () => {
  const problem = (message: string): Problem => ({
    code: 'wrong_issuer',
    message,
    advice: 'Mend it.',
    resource,
    cause: undefined,
  });

  it('says the same again after a minute, another cause at once, and holds a bounded number', () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const log = new ProblemLog();
    const told: string[] = [];
    const tell = (message: string): void => {
      log.tell(problem(message), (each) => told.push(each.message));
    };
    tell('a');
    tell('a');
    tell('b');
    now = 59_999;
    tell('a');
    expect(told).toEqual(['a', 'b']);
    now = 60_000;
    tell('a');
    expect(told).toEqual(['a', 'b', 'a']);
    for (let count = 0; count < 100; count += 1) tell(String(count));
    tell('a');
    expect(told.slice(-1)).toEqual(['a']);
    clock.mockRestore();
  });

  it('takes tokens for all refused only a minute after the last that was accepted', () => {
    let now = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => now);
    const log = new ProblemLog();
    expect(log.acceptsNone).toBe(true);
    log.tokenAccepted();
    expect(log.acceptsNone).toBe(false);
    now = 59_999;
    expect(log.acceptsNone).toBe(false);
    now = 60_000;
    expect(log.acceptsNone).toBe(true);
    clock.mockRestore();
  });
});
