import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import express from 'express';
import { createRegistry, mcpErrorHandler, mcpRouter } from 'express-mcp';
import request from 'supertest';
import { z } from 'zod';

const newRegistry = () => createRegistry({ name: 'notes', version: '1.0.0' });
const handler = () => 'done';

describe('what users of other packages write by habit', () => {
  it.each([
    ['registerTool', "A registry has no registerTool(). Write registry.tool('name', { inputSchema }, handler)."],
    [
      'registerPrompt',
      "A registry has no registerPrompt(). Write registry.prompt('name', { argumentsSchema }, handler).",
    ],
    ['addTools', "A registry has no addTools(). Write registry.tool('name', { inputSchema }, handler)."],
    ['addResourceTemplate', "Write registry.resourceTemplate('uri/{id}', { name }, read)."],
    ['start', 'A registry has no start(). Write app.use(mcpAuth({ … }), mcpRouter(registry))'],
    ['close', 'Write close() of what mcpRouter(registry) or serveStdio(registry) returned.'],
    ['serve_stdio', 'Write serveStdio(registry) of express-mcp/stdio.'],
    ['setRequestHandler', "registry.extension('id', { methods })"],
    ['sendResourceUpdated', "Write registry.resourceUpdated('uri')."],
    ['sendResourceListChanged', 'listChanged() of its handle'],
    ['addTool', "A registry has no addTool(). Write registry.tool('name', { inputSchema }, handler)."],
    [
      'connect',
      'A registry has no connect(). Write app.use(mcpAuth({ … }), mcpRouter(registry)), or serveStdio(registry) of express-mcp/stdio.',
    ],
  ])('says what to write instead of %s()', (name, message) => {
    const registry = newRegistry();
    expect(() => {
      (Reflect.get(registry, name) as () => void)();
    }).toThrow(message);
  });

  it('says that a raw shape of zod needs z.object around it', () => {
    const definition = { inputSchema: { id: z.string() } as unknown as { type: 'object' } };
    expect(() => newRegistry().tool('get', definition, handler)).toThrow(
      'tool "get" inputSchema: these are schemas by name. Make one schema of an object of them: z.object({ … }).',
    );
  });

  it('says that an empty shape is left out', () => {
    const definition = { inputSchema: {} as unknown as { type: 'object' } };
    expect(() => newRegistry().tool('get', definition, handler)).toThrow(
      "must describe an object: write type: 'object', or leave it out if there are no arguments.",
    );
  });

  it.each([
    [
      'argsSchema',
      'prompt "ask": there is no "argsSchema". Write argumentsSchema: z.object({ … }) for a prompt, inputSchema: z.object({ … }) for a tool.',
    ],
    [
      'parameters',
      'prompt "ask": there is no "parameters". Write inputSchema for a tool, argumentsSchema for a prompt.',
    ],
    ['load', 'prompt "ask": there is no "load". Write the handler as the last argument, behind the definition.'],
    ['canAccess', 'there is no "canAccess". Write scopes, or policy: (args, auth) => boolean, with visibility.'],
    ['arguments_type', 'there is no "arguments_type". Write argumentsSchema.'],
    ['func', 'Write the handler as the last argument'],
    ['return_error_message', 'a ToolError that the handler throws is told to the model'],
  ])('says where %s of a definition goes', (member, message) => {
    expect(() => newRegistry().prompt('ask', { [member]: {} }, handler)).toThrow(message);
  });

  it('says where execute of a tool goes', () => {
    const definition = { execute: handler } as Record<string, unknown>;
    expect(() => newRegistry().tool('get', definition, handler)).toThrow(
      'tool "get": there is no "execute". Write the handler as the last argument, behind the definition.',
    );
  });

  it.each<[string, (registry: ReturnType<typeof newRegistry>) => unknown, string]>([
    [
      'a description as the second argument',
      (registry) => registry.tool('get', 'Gets' as never, handler),
      'the description goes into the definition',
    ],
    [
      'a handler as the second argument',
      (registry) => registry.tool('get', handler as never, handler),
      'write a definition before the handler',
    ],
    [
      'a raw shape as the second argument',
      (registry) => registry.tool('get', { id: z.string() } as never, handler),
      'Write { inputSchema: z.object({ … }) }',
    ],
    [
      'a URI behind the name of a resource',
      (registry) => registry.resource('notes://all', 'notes' as never, handler),
      'the description goes into the definition',
    ],
    ['a name in the place of the URI', (registry) => registry.resource('notes', {}, handler), 'Write an absolute one'],
    [
      'load of a resource',
      (registry) => registry.resource('notes://all', { load: handler } as never, handler),
      'there is no "load"',
    ],
    [
      'load of a template',
      (registry) => registry.resourceTemplate('notes://{id}', { load: handler } as never, handler),
      'there is no "load"',
    ],
    [
      'a tool of http_mcp',
      (registry) => registry.tool('get', { inputs: z.object({}), output: z.object({}) } as never, handler),
      'there is no "inputs". Write inputSchema.',
    ],
  ])('refuses %s', (_what, write, words) => {
    expect(() => write(newRegistry())).toThrow(words);
  });

  it('takes a tool with nothing but schemas', () => {
    newRegistry().tool('get', { inputSchema: z.object({}), outputSchema: z.object({}) }, () => ({}));
  });

  it.each([
    [
      'authenticate',
      'there is no "authenticate". Write mcpAuth({ resource, issuer }), in front of mcpRouter(registry).',
    ],
    ['tools', 'there is no "tools". Write registry.tool(\'name\', { inputSchema }, handler) for each.'],
  ])('says where %s of a server goes', (member, message) => {
    const info = { name: 'notes', version: '1.0.0' };
    expect(() => createRegistry({ ...info, [member]: [] })).toThrow(message);
    expect(() => createRegistry(info, { [member]: [] })).toThrow(message);
  });

  it('says where options of the official SDK go', () => {
    const info = { name: 'notes', version: '1.0.0' };
    expect(() => createRegistry(info, { capabilities: {} } as object)).toThrow(
      'the server tells clients what the registry has',
    );
    expect(() => createRegistry(info, { instructions: 'x' } as object)).toThrow('into the first argument');
  });

  it.each([
    ['authInfo', 'ctx.auth, with subject, clientId, scopes and claims'],
    ['sendNotification', 'ctx.progress(…) or ctx.log(…)'],
    ['mcpReq', 'ctx.signal, ctx.requestId, ctx.meta'],
    ['http', 'ctx.auth or ctx.request'],
    ['session', 'ctx.auth, with subject'],
    ['reportProgress', 'ctx.progress(progress, total, message)'],
    ['get_state_key', 'ctx.state'],
    ['inputs', "the handler's first argument"],
  ])('tells a handler that reads %s what to read, and the client nothing', async (member, advice) => {
    const registry = newRegistry();
    registry.tool('who', {}, (_args, extra) => String(Reflect.get(extra, member)));
    const errors: unknown[] = [];
    const app = express();
    app.use(mcpRouter(registry, { onError: (error) => errors.push(error) }), mcpErrorHandler());
    const response = await request(app)
      .post('/mcp')
      .set('Accept', 'application/json, text/event-stream')
      .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'who' } });
    expect(response.text).not.toContain(member === 'http' ? 'ctx.' : member);
    expect(errors).toEqual([
      expect.objectContaining({ message: expect.stringContaining(`has no ${member}. Write ${advice}`) }),
    ]);
  });

  const told = async (
    register: (registry: ReturnType<typeof newRegistry>) => unknown,
    method: string,
    params: Record<string, unknown>,
  ) => {
    const registry = newRegistry();
    register(registry);
    const errors: unknown[] = [];
    const app = express();
    app.use(mcpRouter(registry, { onError: (error) => errors.push(error) }), mcpErrorHandler());
    const response = await request(app)
      .post('/mcp')
      .set('Accept', 'application/json, text/event-stream')
      .send({ jsonrpc: '2.0', id: 1, method, params });
    return { text: response.text, errors: errors.map((error) => (error as Error).message) };
  };

  it.each<[string, string, (extra: never) => unknown]>([
    ['authInfo', 'ctx.auth, with subject', ({ authInfo }) => String(authInfo)],
    ['sessionId', 'ctx.sessionId.', (extra) => Reflect.get(extra, 'sessionId')],
    ['signal', 'ctx.signal.', ({ signal }) => String(signal)],
    ['sendNotification', 'ctx.progress(…)', (extra) => (extra as { sendNotification(): unknown }).sendNotification()],
    ['_meta', 'ctx.meta.', ({ _meta }) => String(_meta)],
    ['mcpReq', 'ctx.signal, ctx.requestId', (extra) => (extra as { mcpReq: { id: unknown } }).mcpReq.id],
  ])('tells a handler without a schema that reads %s from its only parameter', async (member, advice, handle) => {
    const wanted = [
      expect.stringMatching(
        new RegExp(
          `reads ${member} from its first parameter.*write \\(_args, ctx\\) => …, and ${advice.replaceAll(/[.()]/g, '\\$&')}`,
        ),
      ),
    ];
    const tool = await told((registry) => registry.tool('who', {}, handle as () => unknown), 'tools/call', {
      name: 'who',
    });
    expect(tool.errors).toEqual(wanted);
    expect(tool.text).not.toContain('ctx.');
    const prompt = await told((registry) => registry.prompt('who', {}, handle as () => string), 'prompts/get', {
      name: 'who',
    });
    expect(prompt.errors).toEqual(wanted);
  });

  it('gives handlers without a schema that read nothing an object like any other', async () => {
    const seen: unknown[] = [];
    const { errors } = await told((registry) => registry.tool('who', {}, (args) => seen.push(args)), 'tools/call', {
      name: 'who',
    });
    expect(errors).toEqual([]);
    expect(seen).toEqual([{}]);
    expect(inspect(seen[0])).toBe('{}');
    expect({ ...(seen[0] as object) }).toStrictEqual({});
  });

  it.each<[string, string, (uri: never) => unknown]>([
    ['href', 'uri.', (uri) => (uri as URL).href],
    ['pathname', 'new URL(uri).pathname.', ({ pathname }) => String(pathname)],
    ['searchParams', 'new URL(uri).searchParams.', (uri) => (uri as URL).searchParams.get('a')],
  ])('tells a reader that reads %s of a URL what it gets', async (member, advice, read) => {
    const wanted = [
      `A reader reads ${member} from its first parameter, which is no URL. Write ({ uri, variables }, ctx) => …, and ${advice}`,
    ];
    const { errors } = await told(
      (registry) => registry.resource('notes://all', {}, read as () => string),
      'resources/read',
      {
        uri: 'notes://all',
      },
    );
    expect(errors).toEqual(wanted);
    const template = await told(
      (registry) => registry.resourceTemplate('notes://{id}', {}, read as () => string),
      'resources/read',
      { uri: 'notes://1' },
    );
    expect(template.errors).toEqual(wanted);
  });

  it('refuses a reader of three parameters, the second of which would be the context', () => {
    const read = ((_uri: unknown, _variables: unknown, _extra: unknown) => 'x') as never;
    expect(() => newRegistry().resourceTemplate('notes://{id}', {}, read)).toThrow(
      'resource template "notes://{id}": a reader has two parameters. Write ({ uri, variables }, ctx) => ….',
    );
  });
});
