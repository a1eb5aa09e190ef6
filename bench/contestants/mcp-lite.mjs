// mcp-lite as its documentation shows it, without authorization, on the Node server of Hono. It knows no revision after 2025-06-18.
import { getRequestListener } from '@hono/node-server';
import { McpServer, StreamableHttpTransport } from 'mcp-lite';
import { z } from 'zod';
import { add, describe, toolNames } from '../work/tools.mjs';

export const title = 'mcp-lite, no auth, no framework';
export const eras = ['legacy'];
export const joins = ['tools-call'];

export function start({ tools }) {
  const server = new McpServer({ name: 'bench', version: '1.0.0', schemaAdapter: (schema) => z.toJSONSchema(schema) });
  for (const name of toolNames(tools)) {
    server.tool(name, {
      description: describe(name),
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      outputSchema: z.object({ sum: z.number() }),
      handler: (args) => {
        const structuredContent = add(args);
        return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
      },
    });
  }
  return getRequestListener(new StreamableHttpTransport().bind(server));
}

/** Its callers say a revision that it knows. */
export const connect = () => ({ 'mcp-protocol-version': '2025-06-18' });
