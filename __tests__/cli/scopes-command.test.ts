import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { RequestHandler } from 'express';
import express from 'express';
import { loadRegistry } from '../../lib/cli/load-registry.js';
import { reportRows, reportScopes } from '../../lib/cli/scope-report.js';
import { anyOf, createRegistry, mcpAuth } from '../../lib/index.js';
import { fixtures, runCli } from '../support/command-line.js';

const roles = ['--role', 'reader=notes:read', '--role', 'admin=notes:admin', '--role', 'guest='];

const table = `\
kind               name          needs                                        visibility  reader                admin                 guest
-----------------  ------------  -------------------------------------------  ----------  --------------------  --------------------  --------------------
tool               search        notes:read                                   always      may use               may use               needs scopes
tool               restore       notes:read and (notes:admin or notes:write)  always      needs scopes          may use               needs scopes
tool               share         depends on arguments                         always      depends on arguments  depends on arguments  depends on arguments
tool               purge         notes:admin                                  concealed   concealed             may use               concealed
tool               export        notes:read; sign-in within 300 s             always      needs sign-in         needs sign-in         needs scopes
prompt             summary       notes:read; a policy                         always      depends on arguments  depends on arguments  depends on arguments
resource           notes://help  no scopes                                    always      may use               may use               may use
resource template  notes://{id}  notes:read                                   granted     may use               may use               hidden, needs scopes
`;

describe('express-mcp scopes', () => {
  it('prints every item with what it needs, by kind and in the order of registration', async () => {
    expect(await runCli(['scopes', 'notes.ts', ...roles])).toEqual({ code: 0, out: table, err: '' });
  });

  it('leaves the columns of roles out when there are none, and takes an export named registry', async () => {
    expect((await runCli(['scopes', path.join(fixtures, 'named.ts')])).out).toBe(`\
kind               name              needs                                 visibility
-----------------  ----------------  ------------------------------------  ----------
tool               sum               no scopes; sign-in by gold or silver  always
resource template  sums://{a}/b_*_c  no scopes                             always
`);
  });

  it('prints Markdown in which no name is markup', async () => {
    const { code, out } = await runCli(['scopes', 'named.ts', '--format', 'markdown', '--role', 'a|b=x']);
    expect(code).toBe(0);
    expect(out).toBe(`\
| kind | name | needs | visibility | a\\|b |
| --- | --- | --- | --- | --- |
| tool | sum | no scopes; sign-in by gold or silver | always | needs sign-in |
| resource template | sums://{a}/b\\_\\*\\_c | no scopes | always | may use |
`);
  });

  it('prints JSON', async () => {
    const { code, out } = await runCli(['scopes', 'notes.ts', '--format=json', ...roles]);
    expect(code).toBe(0);
    const report = JSON.parse(out) as { readonly roles: object; readonly items: readonly object[] };
    expect(report.roles).toEqual({ reader: ['notes:read'], admin: ['notes:admin'], guest: [] });
    expect(report.items).toHaveLength(8);
    expect(report.items[1]).toEqual({
      kind: 'tool',
      name: 'restore',
      scopes: 'notes:read and (notes:admin or notes:write)',
      policy: false,
      visibility: 'always',
      access: { reader: 'needs scopes', admin: 'may use', guest: 'needs scopes' },
    });
    expect(report.items[4]).toMatchObject({ authentication: { acrValues: [], maxAgeSeconds: 300 } });
    expect(report.items[5]).toMatchObject({ kind: 'prompt', policy: true });
  });

  it('takes the scopes of a role separated by commas or spaces', async () => {
    const { out } = await runCli(['scopes', 'notes.ts', '--format', 'json', '--role', 'x=a,b c']);
    expect(JSON.parse(out)).toMatchObject({ roles: { x: ['a', 'b', 'c'] } });
  });

  it.each<[string, readonly string[], string]>([
    ['no module', [], 'Name one module: express-mcp scopes ./registry.js'],
    ['two modules', ['notes.ts', 'named.ts'], 'Name one module'],
    ['an unknown format', ['notes.ts', '--format', 'xml'], '--format must be one of table, json, markdown, not "xml"'],
    ['an unknown option', ['notes.ts', '--rolle', 'a=b'], "Unknown option '--rolle'"],
    ['a role without scopes and without =', ['notes.ts', '--role', 'reader'], 'name=scope1,scope2, not "reader"'],
    ['a role without a name', ['notes.ts', '--role', '=a'], 'name=scope1,scope2, not "=a"'],
    ['a role that comes twice', ['notes.ts', '--role', 'a=b', '--role', 'a=c'], '--role a is given twice'],
    ['what is no scope', ['notes.ts', '--role', 'a="b'], '--role a: "\\"b" is not a scope'],
    ['a file that does not exist', ['missing.ts'], `There is no file ${path.join(fixtures, 'missing.ts')}.`],
    ['a module without a registry', ['no-registry.ts'], 'exports no registry. Make the one that createRegistry()'],
    ['a module that fails', ['broken.js'], 'broken.js cannot be imported.\n\nError: no database'],
  ])('refuses %s with exit code 2', async (_title, args, message) => {
    const { code, out, err } = await runCli(['scopes', ...args]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});

describe('express-mcp scopes of a module with an app', () => {
  const appRoles = ['--role', 'reader=notes:read', '--role', 'writer=notes:write', '--role', 'support=support'];

  it('prints the protected routes behind the items', async () => {
    expect(await runCli(['scopes', 'notes-app.ts', ...appRoles])).toEqual({
      code: 0,
      err: '',
      out: `\
kind   name                   needs                             visibility  reader                  writer                  support
-----  ---------------------  --------------------------------  ----------  ----------------------  ----------------------  ----------------------
tool   delete_note            notes:write                       always      needs scopes            may use                 needs scopes
route  any /api/*             notes:read                        always      may use                 may use                 needs scopes
route  DELETE /api/notes/:id  notes:read and notes:write        always      needs scopes            may use                 needs scopes
route  GET /reports/:area     depends on the request            always      depends on the request  depends on the request  depends on the request
route  any /support/*         notes:admin or support; a policy  always      depends on the request  depends on the request  depends on the request
`,
    });
  });

  it('prints them as JSON', async () => {
    const { out } = await runCli(['scopes', 'notes-app.ts', '--format', 'json', '--role', 'reader=notes:read']);
    const { items } = JSON.parse(out) as { readonly items: readonly object[] };
    expect(items[2]).toEqual({
      kind: 'route',
      name: 'DELETE /api/notes/:id',
      scopes: 'notes:read and notes:write',
      policy: false,
      visibility: 'always',
      access: { reader: 'needs scopes' },
    });
    expect(items[4]).toMatchObject({ name: 'any /support/*', policy: true });
  });

  it('puts together what several guards demand', () => {
    const auth = mcpAuth({ resource: 'https://api.example.com/mcp', issuer: 'https://login.example.com' });
    const app = express();
    app.use('/a', auth.protect(anyOf('x', 'y'), { authentication: { acr: 'gold' } }));
    app.get('/a/b', auth.protect(anyOf('x', 'y')), auth.protect(['z'], { authentication: { maxAgeSeconds: 60 } }), ok);
    app.get(
      '/a/c',
      auth.protect(() => 'w'),
      ok,
    );
    app.get(/^.a.d$/, auth.protect(), ok);
    app.get('/e', auth.protect(), ok);
    const registry = createRegistry({ name: 'x', version: '1.0.0' });
    const report = reportScopes({ registry, scopeHierarchy: undefined, app }, new Map());
    const gold = { acrValues: ['gold'], maxAgeSeconds: undefined };
    expect(report.items[0]?.authentication).toEqual(gold);
    expect(report.items[1]?.authentication).toEqual([gold, { acrValues: [], maxAgeSeconds: 60 }]);
    expect(reportRows(report).map(([, name, needs]) => [name, needs])).toEqual([
      ['name', 'needs'],
      ['any /a/*', 'x or y; sign-in by gold'],
      ['GET /a/b', '(x or y) and z; sign-in by gold; sign-in within 60 s'],
      ['GET /a/c', 'x or y; more depends on the request; sign-in by gold'],
      ['GET /^.a.d$/', 'depends on the request'],
      ['GET /e', 'no scopes'],
    ]);
  });
});

const ok: RequestHandler = (_req, res) => {
  res.json({});
};

describe('loadRegistry', () => {
  const registry = createRegistry({ name: 'shapes', version: '1.0.0' });
  const scopeHierarchy = { a: ['b'] };
  const load = (exported: unknown) => loadRegistry('notes.ts', fixtures, () => Promise.resolve(exported));

  it.each([
    ['the default export', { default: registry, scopeHierarchy }],
    ['an export named registry', { default: () => undefined, registry, scopeHierarchy }],
    ['module.exports.registry of CommonJS', { default: { registry, scopeHierarchy } }],
    ['a default export that was compiled to CommonJS', { default: { default: registry, scopeHierarchy } }],
  ])('finds %s', async (_title, exported) => {
    expect(await load(exported)).toEqual({ registry, scopeHierarchy, app: undefined });
  });

  it.each([
    ['an export named app', (app: unknown) => ({ registry, app })],
    ['the default export beside a registry', (app: unknown) => ({ registry, default: app })],
    ['module.exports.app of CommonJS', (app: unknown) => ({ default: { registry, app } })],
    ['a default export that was compiled to CommonJS', (app: unknown) => ({ default: { registry, default: app } })],
  ])('finds the app in %s', async (_title, exported) => {
    const app = express();
    expect((await load(exported(app))).app).toBe(app);
  });

  it('takes a list of apps, and no app of another framework', async () => {
    const apps = [express(), express()];
    expect((await load({ registry, app: apps })).app).toBe(apps);
    expect((await load({ registry, app: { use: ok, handle: ok } })).app).toBeUndefined();
    expect((await load({ registry, app: [] })).app).toBeUndefined();
  });

  it('prefers the default export', async () => {
    const other = createRegistry({ name: 'other', version: '1.0.0' });
    expect((await load({ default: registry, registry: other })).registry).toBe(registry);
  });

  it.each([
    undefined,
    null,
    'registry',
    { default: { catalog: {} } },
    { default: { catalog: { tools: { items: 1 } } } },
  ])('takes %j for no registry', async (exported) => {
    await expect(load(exported)).rejects.toThrow('exports no registry');
  });

  it('says how TypeScript is imported where Node cannot, and shows whatever was thrown', async () => {
    const loading = loadRegistry('notes.ts', fixtures, () => {
      throw Object.assign(new Error(), { stack: undefined, message: 'Unknown file extension ".ts"' });
    });
    await expect(loading).rejects.toThrow(
      /cannot be imported\. Node imports TypeScript .* NODE_OPTIONS='--import tsx' npx express-mcp scopes …\n\nUnknown file/,
    );
    const other = loadRegistry('throws-text.js', fixtures);
    await expect(other).rejects.toThrow('throws-text.js cannot be imported.\n\na text');
  });
});
