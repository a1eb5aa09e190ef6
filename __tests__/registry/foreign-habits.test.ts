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
    ['registerPrompt', "A registry has no registerPrompt(). Write registry.prompt('name', { arguments }, handler)."],
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

  it.each([
    [
      'argsSchema',
      'prompt "ask": there is no "argsSchema". Write argumentsSchema: z.object({ … }), or arguments: { style: { description, required: true } }.',
    ],
    [
      'parameters',
      'prompt "ask": there is no "parameters". Write inputSchema for a tool, argumentsSchema for a prompt.',
    ],
  ])('says where %s of a definition goes', (member, message) => {
    expect(() => newRegistry().prompt('ask', { [member]: {} }, handler)).toThrow(message);
  });

  it('says where execute of a tool goes', () => {
    const definition = { execute: handler } as Record<string, unknown>;
    expect(() => newRegistry().tool('get', definition, handler)).toThrow(
      'tool "get": there is no "execute". Write the handler as the last argument, behind the definition.',
    );
  });

  it('tells a handler that reads extra.authInfo to read ctx.auth, and the client nothing', async () => {
    const registry = newRegistry();
    registry.tool('who', {}, (_args, extra) => String(Reflect.get(extra, 'authInfo')));
    const errors: unknown[] = [];
    const app = express();
    app.use(mcpRouter(registry, { onError: (error) => errors.push(error) }), mcpErrorHandler());
    const response = await request(app)
      .post('/mcp')
      .set('Accept', 'application/json, text/event-stream')
      .send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'who' } });
    expect(response.text).not.toContain('authInfo');
    expect(errors).toEqual([
      expect.objectContaining({
        message: "A handler's context has no authInfo. Write ctx.auth, with subject, clientId, scopes and claims.",
      }),
    ]);
  });
});
