import { describe, expect, it } from '@jest/globals';
import express from 'express';
import fc from 'fast-check';
import type { AccessDecision, RegistryOptions } from '../../../lib/index.js';
import { createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../../lib/index.js';
import type { Policy } from '../../../lib/registry/access.js';
import { callerWith, TestServer } from '../../support/dispatching.js';
import { authOptions, issuer, modern } from '../../support/mcp-app.js';

function appWith(registry: ReturnType<typeof createRegistry>, onError: (error: unknown) => void = () => undefined) {
  return express().use(mcpAuth(authOptions()), mcpRouter(registry, { onError }), mcpErrorHandler());
}

async function bearer(scope = 'a'): Promise<Readonly<Record<string, string>>> {
  return { Authorization: `Bearer ${await issuer.token({ scope })}` };
}

interface Page {
  readonly result: { readonly tools: readonly { readonly name: string }[]; readonly nextCursor?: string };
}

async function namesIn(app: ReturnType<typeof appWith>): Promise<readonly string[]> {
  const headers = await bearer();
  const names: string[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const response = await modern(app, 'tools/list', cursor === undefined ? {} : { cursor }, headers);
    const { tools, nextCursor } = (response.body as Page).result;
    names.push(...tools.map(({ name }) => name));
    cursor = nextCursor;
  }
  return names;
}

describe('a list with async policies', () => {
  it('asks each of 1,000 once at the same time, and its pages skip and show nothing that they should not', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' }, { pageSize: 1000 });
    let asked = 0;
    let waiting = 0;
    let most = 0;
    const odd =
      (index: number): Policy =>
      async (args, _auth, question) => {
        expect([args, question]).toEqual([{}, { purpose: 'list' }]);
        asked += 1;
        waiting += 1;
        most = Math.max(most, waiting);
        await new Promise(setImmediate);
        waiting -= 1;
        return index % 2 === 1;
      };
    for (let index = 0; index < 1000; index += 1) {
      registry.tool(`t${String(index)}`, { visibility: 'granted', policy: odd(index) }, () => 'x');
    }
    expect(await namesIn(appWith(registry))).toHaveLength(500);
    expect([asked, most]).toEqual([1000, 1000]);
  });

  it('goes on behind a cursor with what the policy shows', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' }, { pageSize: 3 });
    for (let index = 0; index < 10; index += 1) {
      const policy: Policy = () => Promise.resolve(index % 3 !== 0);
      registry.tool(`t${String(index)}`, { visibility: 'concealed', policy }, () => 'x');
    }
    expect(await namesIn(appWith(registry))).toEqual(['t1', 't2', 't4', 't5', 't7', 't8']);
  });

  it('leaves out what a policy cannot say, and tells the app once', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    const failing: readonly Policy[] = [
      () => Promise.reject(new Error('no database')),
      () => 1 as never,
      () => new Promise(() => undefined),
    ];
    for (const [index, policy] of failing.entries()) {
      registry.tool(`t${String(index)}`, { visibility: 'granted', timeoutMs: 20, policy }, () => 'x');
    }
    registry.tool('open', {}, () => 'x');
    const errors: unknown[] = [];
    expect(await namesIn(appWith(registry, (error) => errors.push(error)))).toEqual(['open']);
    expect(errors).toHaveLength(1);
  });
});

describe('a concealed tool that the policy refuses', () => {
  it('does not exist for the caller', async () => {
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    registry.tool('secret', { visibility: 'concealed', policy: () => Promise.resolve('Not you') }, () => 'x');
    const headers = await bearer();
    const secret = await modern(appWith(registry), 'tools/call', { name: 'secret' }, headers);
    const none = await modern(appWith(registry), 'tools/call', { name: 'secreT' }, headers);
    expect(secret.status).toBe(none.status);
    expect(secret.text).toBe(none.text.replace('secreT', 'secret'));
  });
});

describe('defaults of a registry', () => {
  const registryWith = (defaults: RegistryOptions<undefined>['defaults']) =>
    createRegistry({ name: 'test', version: '1.0.0' }, { defaults: defaults ?? {} });

  it('count for every item that does not say', async () => {
    const registry = registryWith({ scopes: ['b'] });
    registry.tool('closed', {}, () => 'x');
    registry.tool('open', { scopes: [] }, () => 'x').update({ title: 'Open' });
    const app = appWith(registry);
    expect((await modern(app, 'tools/call', { name: 'closed' }, await bearer())).status).toBe(403);
    expect((await modern(app, 'tools/call', { name: 'open' }, await bearer())).body).toMatchObject({ result: {} });
  });

  it.each<[string, RegistryOptions<undefined>['defaults'], object, number, object]>([
    ['policy', { policy: () => 'Not today' }, { policy: () => true }, 403, { error: 'access_denied' }],
    [
      'authentication',
      { authentication: { maxAgeSeconds: 60 } },
      { authentication: { maxAgeSeconds: 1e9 } },
      401,
      { error: 'insufficient_user_authentication' },
    ],
    [
      'visibility',
      { scopes: ['b'], visibility: 'concealed' },
      { scopes: [] },
      200,
      { error: { code: -32602, message: 'Unknown tool: "closed"' } },
    ],
  ])('have an effect, and an item may say otherwise: %s', async (_what, defaults, own, status, body) => {
    const registry = registryWith(defaults);
    registry.tool('closed', {}, () => 'x');
    registry.tool('open', own, () => 'x');
    const claims = { auth_time: Math.floor(Date.now() / 1000) - 3600 };
    const headers = { Authorization: `Bearer ${await issuer.token({ scope: 'a', claims })}` };
    const app = appWith(registry);
    const closed = await modern(app, 'tools/call', { name: 'closed' }, headers);
    expect([closed.status, closed.body]).toMatchObject([status, body]);
    expect((await modern(app, 'tools/call', { name: 'open' }, headers)).body).toMatchObject({ result: {} });
  });

  it('hide every list item, of each kind, that does not say', async () => {
    const registry = registryWith({ visibility: 'granted', policy: (_args, _auth, { purpose }) => purpose === 'use' });
    registry.tool('hidden', {}, () => 'x');
    registry.tool('shown', { visibility: 'always' }, () => 'x');
    registry.prompt('hidden', {}, () => 'x');
    registry.resource('notes://hidden', {}, () => 'x');
    registry.resourceTemplate('notes://of/{id}', {}, () => 'x');
    const app = appWith(registry);
    expect(await namesIn(app)).toEqual(['shown']);
    const lists = {
      'prompts/list': 'prompts',
      'resources/list': 'resources',
      'resources/templates/list': 'resourceTemplates',
    };
    for (const [method, member] of Object.entries(lists)) {
      expect((await modern(app, method, {}, await bearer())).body).toMatchObject({ result: { [member]: [] } });
    }
  });

  it('are checked at once', () => {
    expect(() => registryWith({ scopes: ['a b'] })).toThrow('createRegistry defaults');
    expect(() => registryWith({ scope: ['a'] } as never)).toThrow('there is no "scope"');
  });
});

describe('scopes that a function makes of arguments', () => {
  it.each(['two words', 'x'.repeat(257), 'x'.repeat(20_000)])(
    '%#: are invalid params when they are none',
    async (area) => {
      const registry = createRegistry({ name: 'test', version: '1.0.0' });
      const scopes = (args: Readonly<Record<string, unknown>>): string => `area:${String(args['area'])}`;
      registry.tool('read', { scopes, inputSchema: { type: 'object' } }, () => 'x');
      const errors: unknown[] = [];
      const app = appWith(registry, (error) => errors.push(error));
      const response = await modern(app, 'tools/call', { name: 'read', arguments: { area } }, await bearer());
      expect(response.body).toMatchObject({ error: { code: -32602 } });
      expect(response.text.length).toBeLessThan(500);
      expect(errors).toEqual([]);
    },
  );

  it('are audited as before', async () => {
    const decisions: AccessDecision[] = [];
    const registry = createRegistry({ name: 'test', version: '1.0.0' });
    registry.tool('read', { scopes: () => Promise.resolve(['b']) }, () => 'x');
    const auth = mcpAuth(authOptions({ onDecision: (decision) => decisions.push(decision) }));
    const app = express().use(auth, mcpRouter(registry), mcpErrorHandler());
    expect((await modern(app, 'tools/call', { name: 'read' }, await bearer())).status).toBe(403);
    expect(decisions.at(-1)).toMatchObject({ code: 'insufficient_scope', requiredScopes: ['b'] });
  });
});

describe('pages of lists', () => {
  it('show every item that the policies show, once and in order, and no other, whatever is hidden or changes meanwhile', async () => {
    const shape = fc.record({
      pageSize: fc.integer({ min: 1, max: 7 }),
      // Kinds of items: open, hidden by a policy at once or later, hidden by scopes, or with a policy that fails.
      items: fc.array(fc.constantFrom('open', 'sync', 'async', 'hidden', 'hidden later', 'scoped', 'fails'), {
        minLength: 1,
        maxLength: 24,
      }),
      // Removed or disabled between two pages, by index.
      gone: fc.array(fc.nat({ max: 23 }), { maxLength: 3 }),
    });
    const policies: Readonly<Record<string, Policy | undefined>> = {
      sync: () => true,
      async: () => new Promise((resolve) => setImmediate(resolve, true)),
      hidden: () => 'no',
      'hidden later': () => Promise.resolve(false),
      fails: () => Promise.reject(new Error('no database')),
    };
    const isShown = (kind: string | undefined): boolean => ['open', 'sync', 'async'].includes(kind ?? '');
    await fc.assert(
      fc.asyncProperty(shape, async ({ pageSize, items, gone }) => {
        const registry = createRegistry({ name: 'test', version: '1.0.0' }, { pageSize });
        const handles = items.map((kind, index) => {
          const policy = policies[kind];
          const scopes = kind === 'scoped' ? ['other'] : [];
          const visibility = index % 2 === 0 ? 'concealed' : 'granted';
          return registry.tool(
            `t${String(index)}`,
            { scopes, visibility, ...(policy === undefined ? {} : { policy }) },
            () => 'x',
          );
        });
        const server = new TestServer(registry);
        const caller = callerWith('a');
        const seen: string[] = [];
        const removed = new Set<number>();
        let cursor: string | undefined;
        do {
          const params = cursor === undefined ? {} : { cursor };
          const { body } = await server.call('2026-07-28', 'tools/list', params, { caller });
          const { tools, nextCursor } = body?.result as Page['result'];
          expect(tools.length).toBeLessThanOrEqual(pageSize);
          // A page that is not the last is not empty, so that no client continues forever.
          if (nextCursor !== undefined) expect(tools.length).toBe(pageSize);
          seen.push(...tools.map(({ name }) => name));
          cursor = nextCursor;
          const index = gone[removed.size];
          if (index !== undefined && index < items.length && !removed.has(index)) {
            removed.add(index);
            if (index % 2 === 0) handles[index]?.remove();
            else handles[index]?.disable();
          }
        } while (cursor !== undefined);
        const shown = items.flatMap((kind, index) => (isShown(kind) ? [`t${String(index)}`] : []));
        // Items that stay the whole time are seen exactly once; removed ones at most once.
        expect(seen.filter((name) => !removed.has(Number(name.slice(1))))).toEqual(
          shown.filter((name) => !removed.has(Number(name.slice(1)))),
        );
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((name) => !shown.includes(name))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
