import { describe, expect, it } from '@jest/globals';
import express from 'express';
import type { IncludeOptions } from '../../lib/index.js';
import { anyOf, createRegistry, mcpAuth, mcpErrorHandler, mcpRouter } from '../../lib/index.js';
import type { CatalogChange } from '../../lib/registry/catalog-changes.js';
import { accessMatrix, createTestIssuer, testClient } from '../../lib/testing/index.js';

const info = (name: string) => ({ name, version: '1.0.0' });
const create = () => createRegistry(info('shop'));

function billing() {
  const registry = createRegistry(info('billing'), { state: { ledger: 'of billing' } });
  const refund = registry.tool(
    'refund',
    { scopes: ['billing:write'] },
    (_args, { state }) => `refunded by ${state.ledger}`,
  );
  registry.prompt(
    'remind',
    { arguments: { name: { required: true, complete: (value) => [`${value}x`] } } },
    ({ name }) => name,
  );
  registry.resource('billing://all', { scopes: ['billing:read'] }, (_about, { state }) => state.ledger);
  const invoices = registry.resourceTemplate(
    'billing://invoice/{id}',
    { list: ({ state }) => [{ uri: `billing://invoice/${state.ledger.length}` }] },
    ({ variables }) => variables.id,
  );
  return { registry, refund, invoices };
}

function shop(options: IncludeOptions = {}) {
  const included = billing();
  const registry = create();
  registry.tool('hello', {}, () => 'hello');
  registry.include(included.registry, options);
  return { ...included, shop: registry, billing: included.registry };
}

const namesIn = (registry: ReturnType<typeof create>) =>
  registry.catalog.usableItems.map(({ kind, key }) => `${kind} ${key}`);

function refusal(act: () => unknown): { readonly code?: string; readonly message?: string } {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  return {};
}

describe('registry.include', () => {
  it('puts a prefix before the names of tools and prompts, and leaves URIs as they are', async () => {
    const { shop: registry } = shop({ prefix: 'billing_' });
    expect(namesIn(registry)).toEqual([
      'tool hello',
      'tool billing_refund',
      'prompt billing_remind',
      'resource billing://all',
      'resource-template billing://invoice/{id}',
    ]);
    const client = await testClient(registry, { scopes: ['billing:write', 'billing:read'] });
    expect((await client.listTools()).map(({ name }) => name)).toEqual(['hello', 'billing_refund']);
    expect((await client.call('billing_refund')).text).toBe('refunded by of billing');
    await expect(client.call('refund')).rejects.toThrow(/Unknown tool/);
    expect((await client.getPrompt('billing_remind', { name: 'Ada' })).messages[0]?.content).toMatchObject({
      text: 'Ada',
    });
    expect((await client.readResource('billing://invoice/7')).contents).toMatchObject([{ text: '7' }]);
    const ref = { type: 'ref/prompt', name: 'billing_remind' };
    const completed = await client.request('completion/complete', { ref, argument: { name: 'name', value: 'a' } });
    expect(completed).toMatchObject({ completion: { values: ['ax'] } });
  });

  it('gives handlers, readers and lists the state of their own registry', async () => {
    const { shop: registry } = shop();
    const client = await testClient(registry, { scopes: ['billing:read'] });
    expect((await client.readResource('billing://all')).contents).toMatchObject([{ text: 'of billing' }]);
    expect((await client.listResources()).map(({ uri }) => uri)).toEqual(['billing://all', 'billing://invoice/10']);
  });

  it('demands its scopes besides those of the items, for every method', async () => {
    const { shop: registry } = shop({ prefix: 'billing_', scopes: ['staff'] });
    expect(accessMatrix(registry, { staff: ['staff'], clerk: ['staff', 'billing:write'], other: ['billing:write'] }))
      .toMatchInlineSnapshot(`
     {
       "prompt billing_remind": {
         "clerk": "may use",
         "other": "needs scopes",
         "staff": "may use",
       },
       "resource billing://all": {
         "clerk": "needs scopes",
         "other": "needs scopes",
         "staff": "needs scopes",
       },
       "resource-template billing://invoice/{id}": {
         "clerk": "may use",
         "other": "needs scopes",
         "staff": "may use",
       },
       "tool billing_refund": {
         "clerk": "may use",
         "other": "needs scopes",
         "staff": "needs scopes",
       },
       "tool hello": {
         "clerk": "may use",
         "other": "may use",
         "staff": "may use",
       },
     }
    `);
    const client = await testClient(registry, { scopes: ['billing:write', 'billing:read'] });
    await client.expectRefused('billing_refund', { scope: ['staff', 'billing:write'] });
    await client.expectRefused(client.getPrompt('billing_remind', { name: 'Ada' }), { scope: 'staff' });
    await client.expectRefused(client.readResource('billing://all'), { scope: 'staff' });
    await client.expectRefused(client.readResource('billing://invoice/7'), { scope: 'staff' });
    const ref = { type: 'ref/resource', uri: 'billing://invoice/{id}' };
    const argument = { name: 'id', value: '' };
    await client.expectRefused(client.request('completion/complete', { ref, argument }), { scope: 'staff' });
    // A template's list has names of data: without the scopes it is empty.
    expect((await client.listResources()).map(({ uri }) => uri)).toEqual(['billing://all']);
    expect((await client.call('hello')).text).toBe('hello');
  });

  it('adds its scopes to those that depend on arguments', async () => {
    const other = createRegistry(info('other'));
    const inputSchema = { type: 'object', properties: { area: { type: 'string' } }, required: ['area'] } as const;
    other.tool('report', { inputSchema, scopes: ({ area }) => `reports:${String(area)}` }, () => 'report');
    const registry = create();
    registry.include(other, { scopes: anyOf('staff', 'admin') });
    const call = async (...scopes: string[]) => (await testClient(registry, { scopes })).call('report', { area: 'eu' });
    expect((await call('admin', 'reports:eu')).text).toBe('report');
    await expect(call('reports:eu')).rejects.toMatchObject({ scopes: ['staff', 'reports:eu'] });
    await expect(call('staff')).rejects.toMatchObject({ scopes: ['staff', 'reports:eu'] });
  });

  it('conceals what is concealed also from callers without the added scopes', async () => {
    const other = createRegistry(info('other'));
    other.tool('secret', { visibility: 'concealed', scopes: ['a'] }, () => 'secret');
    const registry = create();
    registry.include(other, { scopes: ['staff'] });
    const half = await testClient(registry, { scopes: ['a'] });
    await expect(half.call('secret')).rejects.toThrow(/Unknown tool/);
    expect(await half.listTools()).toEqual([]);
    expect((await (await testClient(registry, { scopes: ['a', 'staff'] })).call('secret')).text).toBe('secret');
  });

  it('applies its defaults to items for which neither they nor their registry say anything', async () => {
    const open = createRegistry(info('open'));
    open.tool('unsaid', {}, () => 'x');
    open.tool('none', { scopes: [] }, () => 'x');
    const own = createRegistry(info('own'), { defaults: { scopes: ['own'] } });
    own.tool('owned', {}, () => 'x');
    const registry = createRegistry(info('shop'), { defaults: { scopes: ['shop'] } });
    registry.include(open);
    registry.include(own);
    expect(registry.catalog.tools.items.map(({ key, access }) => [key, access.description])).toEqual([
      ['unsaid', 'shop'],
      ['none', 'no scopes'],
      ['owned', 'own'],
    ]);
    await (await testClient(registry, { scopes: [] })).expectRefused('unsaid', { scope: 'shop' });
  });

  it('does not change when arrays of scopes are changed afterwards', () => {
    const scopes = ['a'];
    const added = ['staff'];
    const other = createRegistry(info('other'));
    other.tool('x', { scopes }, () => 'x');
    scopes.length = 0;
    const registry = create();
    registry.include(other, { scopes: added });
    added.length = 0;
    other.tool('y', { scopes: ['b'] }, () => 'y');
    expect(registry.catalog.tools.items.map(({ access }) => access.description)).toEqual([
      'staff and a',
      'staff and b',
    ]);
  });

  it('shows items that come, change, are disabled and go later', async () => {
    const { shop: registry, billing: other, refund } = shop({ prefix: 'billing_', scopes: ['staff'] });
    const client = await testClient(registry, { scopes: ['staff', 'billing:write', 'billing:admin'] });
    const tools = async () => (await client.listTools()).map(({ name, title }) => title ?? name);
    refund.update({ title: 'Refund', scopes: ['billing:admin'] });
    const late = other.tool('late', {}, () => 'late');
    expect(await tools()).toEqual(['hello', 'Refund', 'billing_late']);
    expect(registry.catalog.tools.get('billing_refund')?.access.description).toBe('staff and billing:admin');
    expect((await client.call('billing_late')).text).toBe('late');
    refund.disable();
    expect(await tools()).toEqual(['hello', 'billing_late']);
    await expect(client.call('billing_refund')).rejects.toThrow(/Unknown tool/);
    late.remove();
    refund.enable();
    expect(await tools()).toEqual(['hello', 'Refund']);
  });

  it('tells of changes, to callers who may hear of them', () => {
    const { shop: registry, billing: other, refund, invoices } = shop({ scopes: ['staff'] });
    const changes: CatalogChange[] = [];
    registry.catalog.changes.listen((change) => changes.push(change));
    refund.disable();
    other.resourceUpdated('billing://all');
    invoices.listChanged();
    expect(changes).toEqual([
      { kind: 'list', list: 'tools', visibleWith: undefined },
      { kind: 'resource', uri: 'billing://all' },
      { kind: 'list', list: 'resources', visibleWith: [['staff']] },
    ]);
  });

  it('puts its middleware around that of the included registry, which knows its own names and state', async () => {
    const { shop: registry, billing: other } = shop({ prefix: 'billing_' });
    const seen: string[] = [];
    other.use((call, next) => {
      seen.push(`inner ${call.target.name ?? ''} ${call.ctx.state.ledger}`);
      return next();
    });
    registry.use((call, next) => {
      seen.push(`outer ${call.target.name ?? ''} ${String(call.ctx.state)}`);
      return next();
    });
    const client = await testClient(registry, { scopes: ['billing:write'] });
    await client.call('billing_refund');
    await client.getPrompt('billing_remind', { name: 'Ada' });
    await client.readResource('billing://invoice/7');
    await client.call('hello');
    expect(seen).toEqual([
      'outer billing_refund undefined',
      'inner refund of billing',
      'outer billing_remind undefined',
      'inner remind of billing',
      'outer billing://invoice/7 undefined',
      'inner billing://invoice/7 of billing',
      'outer hello undefined',
    ]);
  });

  it('decides again when a middleware changes arguments, with the added scopes', async () => {
    const other = createRegistry(info('other'));
    const inputSchema = { type: 'object', properties: { area: { type: 'string' } } } as const;
    other.tool('report', { inputSchema, scopes: ({ area }) => [`reports:${String(area)}`] }, ({ area }) =>
      String(area),
    );
    other.use((_call, next) => next({ area: 'us' }));
    const registry = create();
    registry.include(other, { scopes: ['staff'] });
    const client = await testClient(registry, { scopes: ['staff', 'reports:eu'] });
    await client.expectRefused('report', { area: 'eu' }, { scope: 'reports:us' });
    const allowed = await testClient(registry, { scopes: ['staff', 'reports:eu', 'reports:us'] });
    expect((await allowed.call('report', { area: 'eu' })).text).toBe('us');
  });

  it('goes through several registries, with all prefixes, scopes, middleware and the innermost state', async () => {
    const { billing: other } = shop();
    const middle = createRegistry(info('middle'), { state: 'of the middle' });
    const outer = createRegistry(info('outer'), { state: 'outermost' });
    outer.include(middle, { prefix: 'm.', scopes: ['outer'] });
    middle.include(other, { prefix: 'b.', scopes: ['middle'] });
    const seen: unknown[] = [];
    for (const registry of [other, middle, outer]) {
      registry.use(({ ctx, target }: { ctx: { state: unknown }; target: { name?: string } }, next: () => unknown) => {
        seen.push([target.name, ctx.state]);
        return next();
      });
    }
    const client = await testClient(outer, { scopes: ['outer', 'middle', 'billing:write'] });
    expect((await client.call('m.b.refund')).text).toBe('refunded by of billing');
    expect(seen).toEqual([
      ['m.b.refund', 'outermost'],
      ['b.refund', 'of the middle'],
      ['refund', { ledger: 'of billing' }],
    ]);
    await (
      await testClient(outer, { scopes: ['outer'] })
    ).expectRefused('m.b.refund', { scope: ['middle', 'billing:write'] });
    const { message } = refusal(() => {
      other.include(outer);
    });
    expect(message).toContain('a registry cannot include a registry that includes it');
  });

  it('brings skills with their files, tasks and extensions, those that come later too', async () => {
    const other = createRegistry(info('other'), { state: 'other' });
    const registry = create();
    const prepared: string[] = [];
    other.skill('notes', { description: 'Writes notes.', instructions: 'Write.', files: { 'a.md': 'a' } });
    other.extension('com.example/search', {
      methods: { 'com.example/find': { handler: (_params, ctx) => ({ found: ctx.state }) } },
    });
    registry.include(other, { prefix: 'other_', scopes: ['staff'] });
    other.extension('com.example/late', { methods: { 'com.example/later': { handler: () => ({ late: true }) } } });
    other.tool(
      'export',
      { task: { support: 'optional', prepare: (_args, ctx) => void prepared.push(ctx.state) } },
      (_args, ctx) => `exported ${ctx.state}`,
    );
    expect([...registry.catalog.extensions.keys()].sort()).toEqual([
      'com.example/late',
      'com.example/search',
      'io.modelcontextprotocol/skills',
      'io.modelcontextprotocol/tasks',
    ]);
    const extensions = { 'com.example/search': {}, 'com.example/late': {}, 'io.modelcontextprotocol/skills': {} };
    const client = await testClient(registry, { scopes: ['staff'], capabilities: { extensions } });
    expect(await client.request('com.example/find')).toMatchObject({ found: 'other' });
    expect(await client.request('com.example/later')).toMatchObject({ late: true });
    expect((await client.readResource('skill://notes/a.md')).contents).toMatchObject([{ text: 'a' }]);
    expect(await client.request('skills/list')).toMatchObject({ skills: [{ uri: 'skill://notes/SKILL.md' }] });
    expect((await client.call('other_export')).text).toBe('exported other');
    expect(prepared).toEqual(['other']);
    const stranger = await testClient(registry, { scopes: [], capabilities: { extensions } });
    await stranger.expectRefused(stranger.request('com.example/find'), { scope: 'staff' });
    await stranger.expectRefused(stranger.readResource('skill://notes/a.md'), { scope: 'staff' });
    await stranger.expectRefused(stranger.request('skills/get', { uri: 'skill://notes/SKILL.md' }), { scope: 'staff' });
  });

  it('refuses over HTTP with one challenge for all scopes', async () => {
    const { issuer, jwks } = await createTestIssuer();
    const { shop: registry } = shop({ prefix: 'billing_', scopes: ['staff'] });
    const resource = 'https://api.example.com/mcp';
    const app = express();
    app.use(mcpAuth({ resource, issuers: [{ issuer, jwks }], requiredScopes: ['mcp'] }), mcpRouter(registry));
    app.use(mcpErrorHandler());
    const client = await testClient(app, { scopes: ['mcp'] });
    await client.expectRefused('billing_refund', { status: 403, scope: ['staff', 'billing:write'] });
    const whole = await testClient(app, { scopes: ['mcp', 'staff', 'billing:write'] });
    expect((await whole.call('billing_refund')).text).toBe('refunded by of billing');
  });

  describe('refuses', () => {
    it.each<[string, unknown, string]>([
      ['a prefix without an end', { prefix: 'billing' }, "end with one of the last three: { prefix: 'billing_' }"],
      ['a prefix that no name can have', { prefix: 'a/' }, 'prefix must be letters'],
      ['a scope that is none', { scopes: ['a b'] }, 'registry.include'],
      ['scopes that depend on arguments', { scopes: () => 'a' }, 'scopes must be a scope'],
      ['an unknown option', { name: 'x' }, 'there is no "name"'],
    ])('%s', (_what, options, words) => {
      const registry = create();
      const { message } = refusal(() => {
        registry.include(billing().registry, options as IncludeOptions);
      });
      expect(message).toContain(words);
      expect(namesIn(registry)).toEqual([]);
    });

    it('itself, and what is no registry', () => {
      const registry = create();
      expect(
        refusal(() => {
          registry.include(registry);
        }).message,
      ).toContain('cannot include itself');
      expect(
        refusal(() => {
          registry.include({ catalog: {} } as never);
        }).message,
      ).toContain('needs a registry');
    });

    it('names that are taken, and then includes nothing', () => {
      const registry = create();
      registry.resource('billing://all', {}, () => 'mine');
      const act = () => {
        registry.include(billing().registry, { prefix: 'billing_' });
      };
      expect(refusal(act)).toMatchObject({ code: 'duplicate_name' });
      expect(namesIn(registry)).toEqual(['resource billing://all']);
      registry.tool('refund', {}, () => 'mine');
      expect(
        refusal(() => {
          registry.include(billing().registry);
        }),
      ).toMatchObject({ code: 'duplicate_name' });
    });

    it('a URI that another included registry has, and says that a prefix does not help', () => {
      const { shop: registry } = shop({ prefix: 'a_' });
      const again = () => {
        registry.include(billing().registry, { prefix: 'b_' });
      };
      expect(refusal(again)).toMatchObject({
        code: 'duplicate_name',
        message:
          'There is a resource "billing://all" already. A prefix goes before names of tools and prompts only. ' +
          'Take another URI in one of the two registries.',
      });
      expect(namesIn(registry).filter((name) => name.includes('b_'))).toEqual([]);
      const named = createRegistry(info('named'));
      named.tool('hello', {}, () => 'hello');
      expect(
        refusal(() => {
          registry.include(named);
        }).message,
      ).toBe(
        'There is a tool "hello" already. Give include() another prefix, or take another name in one of the two registries.',
      );
    });

    it('an item that comes later and is taken there, in both registries', () => {
      const { shop: registry, billing: other } = shop();
      expect(refusal(() => other.tool('hello', {}, () => 'x'))).toMatchObject({ code: 'duplicate_name' });
      expect(other.catalog.tools.get('hello')).toBeUndefined();
      expect(registry.catalog.tools.items).toHaveLength(2);
    });

    it('a name that is too long with its prefix, at once and later', () => {
      const { billing: other } = shop({ prefix: `${'p'.repeat(60)}_` });
      expect(refusal(() => other.tool('n'.repeat(70), {}, () => 'x'))).toMatchObject({ code: 'invalid_name' });
      expect(other.catalog.tools.items.map(({ key }) => key)).toEqual(['refund']);
    });

    it('an update that its rules do not go together with, and changes nothing then', () => {
      const other = createRegistry(info('other'));
      const handle = other.tool('x', { scopes: ['a'] }, () => 'x');
      const registry = createRegistry(info('shop'), { defaults: { visibility: 'concealed' } });
      registry.include(other);
      const { message } = refusal(() => {
        handle.update({ scopes: () => 'b' });
      });
      expect(message).toContain('registry.include: tool "x": scopes that depend on the arguments cannot decide');
      expect(other.catalog.tools.get('x')?.access.description).toBe('a');
    });

    it('an extension that is there already', () => {
      const other = createRegistry(info('other'));
      other.extension('com.example/search');
      const registry = create();
      registry.extension('com.example/search');
      expect(
        refusal(() => {
          registry.include(other);
        }),
      ).toMatchObject({ code: 'duplicate_name' });
    });
  });
});

describe('listChanged of a template', () => {
  it('tells callers who may read what the template names', () => {
    const registry = create();
    const handle = registry.resourceTemplate('notes://{id}', { scopes: ['notes:read'], list: () => [] }, () => 'x');
    const changes: CatalogChange[] = [];
    registry.catalog.changes.listen((change) => changes.push(change));
    handle.listChanged();
    handle.disable();
    changes.length = 1;
    handle.listChanged();
    expect(changes).toEqual([{ kind: 'list', list: 'resources', visibleWith: [['notes:read']] }]);
  });
});
