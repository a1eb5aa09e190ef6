import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const root = path.join(import.meta.dirname, '../..');
const file = path.join(import.meta.dirname, 'in-an-editor.ts');

/** Code of a user. Editors are asked about each name behind a mark. */
const code = `
import express from 'express';
import { createRegistry, getAuth, mcpAuth, mcpErrorHandler, mcpListener, mcpRouter, mcpScopes } from 'express-mcp';
import { createTestIssuer, testClient } from 'express-mcp/testing';
import { serveStdio } from 'express-mcp/stdio';
import { mcpPage } from 'express-mcp/page';
import * as z from 'zod';

const /*registry*/registry = createRegistry({ name: 'notes', version: '1.0.0' });
registry.tool(
  'delete_note',
  {
    scopes: ['notes:write'],
    inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] },
    outputSchema: { type: 'object', properties: { deleted: { type: 'boolean' } }, required: ['deleted'] },
  },
  (/*args*/args, /*ctx*/ctx) => {
    const /*id*/id = args.id;
    ctx./*requireScopes*/requireScopes('notes:admin');
    ctx./*request*/request?.get('User-Agent');
    return { deleted: ctx./*auth*/auth?./*subject*/subject === id };
  },
);
registry.tool('count', { inputSchema: z.object({ folder: z.string().optional() }) }, (/*zodArgs*/args) => args.folder ?? '');
registry.prompt('ask', { arguments: { style: { required: true }, tone: {} } }, (/*values*/values) => values.style);
registry./*resource*/resource('notes://all', {}, () => 'all');
registry.resourceTemplate('notes://{folder}{?lang}', {}, ({ /*variables*/variables }) => variables.folder);

const /*mcpAuth*/auth = mcpAuth({ resource: 'https://api.example.com/mcp', issuer: 'https://login.example.com' });
const /*mcpRouter*/router = mcpRouter(registry);
const app = express();
app.use(auth, mcpPage(registry), router, mcpErrorHandler());
app.get('/api/notes', auth./*protect*/protect('notes:read'), (req, res) => {
  const /*caller*/caller = getAuth(req);
  res.send(caller?.subject);
});
const /*client*/client = await testClient(app, { scopes: ['notes:read'] });
const /*result*/result = await client./*call*/call('delete_note', { id: '1' });
void [result, mcpScopes, mcpListener, createTestIssuer, serveStdio];
`;

/** A name in the code, or a mark in front of one, and what an editor shows for it. */
const shown: readonly (readonly [name: string, text: string])[] = [
  [
    'createRegistry',
    'createRegistry<State = undefined, TokenClaims = Claims>(serverInfo: ServerInfo, options?: RegistryOptions<State>): Registry<State, ExpressRequest, TokenClaims>',
  ],
  ['getAuth', 'getAuth<TokenClaims = Claims>(request: IncomingMessage): Auth<TokenClaims> | undefined'],
  ['mcpAuth', 'mcpAuth(options?: McpAuthOptions): McpAuth'],
  ['mcpErrorHandler', 'mcpErrorHandler(options?: McpErrorHandlerOptions): ErrorMiddleware'],
  ['mcpListener', 'mcpListener(app: RequestListener, ...handlers: readonly Middleware[]): RequestListener'],
  ['mcpRouter', 'mcpRouter(registry: AnyRegistry, options?: McpRouterOptions): McpRouter'],
  ['mcpScopes', 'mcpScopes(options: McpScopesOptions): Middleware'],
  ['mcpPage', 'mcpPage(registry: AnyRegistry, options?: McpPageOptions): Middleware'],
  ['testClient', 'testClient(target: TestTarget, options?: TestClientOptions): Promise<TestClient>'],
  ['createTestIssuer', 'createTestIssuer(options?: TestIssuerOptions): Promise<TestIssuer>'],
  ['serveStdio', 'serveStdio(registry: AnyRegistry, options?: StdioOptions): Promise<StdioServer>'],
  ['/*registry*/', 'const registry: Registry<undefined, ExpressRequest, Claims>'],
  ['/*args*/', '(parameter) args: { readonly id: string; }'],
  ['/*ctx*/', '(parameter) ctx: CallContext<undefined, ExpressRequest, Claims>'],
  ['/*id*/', 'const id: string'],
  [
    '/*requireScopes*/',
    '(method) CallContext<undefined, ExpressRequest, Claims>.requireScopes(...scopes: readonly string[]): void',
  ],
  ['/*request*/', '(property) CallContext<undefined, ExpressRequest, Claims>.request: ExpressRequest | undefined'],
  ['/*auth*/', '(property) CallContext<undefined, ExpressRequest, Claims>.auth: Auth<Claims> | undefined'],
  ['/*subject*/', '(property) Auth<Claims>.subject: string | undefined'],
  ['/*zodArgs*/', '(parameter) args: { folder?: string | undefined; }'],
  ['/*values*/', '(parameter) values: { readonly style: string; readonly tone: string | undefined; }'],
  [
    '/*resource*/',
    '(method) Registry<undefined, ExpressRequest, Claims>.resource(uri: string, definition: ResourceDefinition, read: ResourceReader<undefined, ExpressRequest, Claims>): ItemHandle<ResourceDefinition>',
  ],
  ['/*variables*/', '(parameter) variables: { readonly folder: string; readonly lang?: string | undefined; }'],
  ['/*mcpAuth*/', 'const auth: McpAuth'],
  ['/*mcpRouter*/', 'const router: McpRouter'],
  [
    '/*protect*/',
    '(method) McpAuth.protect<ExpressRequest>(requirement?: RouteRequirement<ExpressRequest> | undefined, options?: ProtectOptions<ExpressRequest> | undefined): Middleware',
  ],
  ['/*caller*/', 'const caller: Auth<Claims> | undefined'],
  ['/*client*/', 'const client: TestClient'],
  ['/*result*/', 'const result: ToolCallResult<unknown>'],
  [
    '/*call*/',
    '(method) TestClient.call<unknown>(name: string, args?: Readonly<Record<string, unknown>>, options?: RequestOptions): Promise<ToolCallResult<unknown>>',
  ],
];

/** The language service that editors run, over the code above. */
function startEditor(): ts.LanguageService {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), (name) => ts.sys.readFile(name)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root);
  const textOf = (name: string): string | undefined => (name === file ? code : ts.sys.readFile(name));
  return ts.createLanguageService({
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const text = textOf(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: (all) => ts.getDefaultLibFilePath(all),
    fileExists: (name) => name === file || ts.sys.fileExists(name),
    readFile: textOf,
    directoryExists: (name) => ts.sys.directoryExists(name),
  });
}

describe('in an editor', () => {
  const editor = startEditor();

  it('what users write has no error', () => {
    const found = editor.getSemanticDiagnostics(file);
    expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
  });

  it.each(shown)('%s is shown short, in public names', (name, text) => {
    const position = name.startsWith('/*') ? code.indexOf(name) + name.length : code.indexOf(name);
    const info = editor.getQuickInfoAtPosition(file, position);
    const display = ts.displayPartsToString(info?.displayParts);
    expect(display.replace(/\s+/g, ' ').replace(/^\(alias\) function | import \w+$/g, '')).toBe(text);
  });

  it.each(shown.filter(([name]) => !name.startsWith('/*')))('%s is explained', (name) => {
    const info = editor.getQuickInfoAtPosition(file, code.indexOf(name));
    const [sentence = ''] = ts.displayPartsToString(info?.documentation).split(/(?<=[.:])\s/);
    expect(sentence).toMatch(/^[A-Z`].{10,200}[.:]$/s);
    expect(info?.tags?.map((tag) => tag.name)).toContain('example');
  });
});
