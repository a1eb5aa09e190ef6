// tmcp as its documentation shows it, without authorization, on the Node server of Hono.
import { getRequestListener } from '@hono/node-server';
import { ZodJsonSchemaAdapter } from '@tmcp/adapter-zod';
import { HttpTransport } from '@tmcp/transport-http';
import { McpServer } from 'tmcp';
import { z } from 'zod';
import { add, describe, toolNames } from '../work/tools.mjs';

export const title = 'tmcp, no auth, no framework';
export const eras = ['modern'];
export const joins = ['tools-call'];

export function start({ tools }) {
  const server = new McpServer(
    { name: 'bench', version: '1.0.0', description: 'Adds two numbers' },
    { adapter: new ZodJsonSchemaAdapter(), capabilities: { tools: {} } },
  );
  for (const name of toolNames(tools)) {
    const schema = z.object({ a: z.number(), b: z.number() });
    server.tool({ name, description: describe(name), schema, outputSchema: z.object({ sum: z.number() }) }, (args) => {
      const structuredContent = add(args);
      return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
    });
  }
  const transport = new HttpTransport(server, { path: '/mcp' });
  return getRequestListener(
    async (request) => (await transport.respond(request)) ?? new Response(null, { status: 404 }),
  );
}
