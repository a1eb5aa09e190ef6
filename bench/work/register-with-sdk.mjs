import { z } from 'zod';
import { add, describe, toolNames } from './tools.mjs';

/**
 * Registers the tools as the documentation of the official SDK does, in both generations.
 *
 * @param {{ registerTool: Function }} server - an `McpServer`
 * @param {number} count
 */
export function registerWithSdk(server, count) {
  for (const name of toolNames(count)) {
    const definition = {
      description: describe(name),
      inputSchema: z.object({ a: z.number(), b: z.number() }),
      outputSchema: z.object({ sum: z.number() }),
    };
    server.registerTool(name, definition, (args) => {
      const structuredContent = add(args);
      return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
    });
  }
}
