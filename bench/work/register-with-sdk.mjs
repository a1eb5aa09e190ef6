import { z } from 'zod';
import { add, describe, report, steps, toolNames } from './tools.mjs';

/**
 * Registers the tools as the documentation of the official SDK does, in both generations.
 *
 * @param {{ registerTool: Function }} server - an `McpServer`
 * @param {number} count
 */
export function registerWithSdk(server, count) {
  for (const name of toolNames(count)) {
    server.registerTool(name, definitionOf(name), (args) => resultOf(add(args)));
  }
}

/**
 * Registers the tool that tells of its progress.
 *
 * @param {{ registerTool: Function }} server - an `McpServer`
 * @param {(context: object) => { notify: Function, meta: { progressToken: string } }} partsOf - where a generation of the SDK has them
 */
export function registerReport(server, partsOf) {
  server.registerTool('report', definitionOf('report'), async (args, context) => {
    const { notify, meta } = partsOf(context);
    const tell = (progress) =>
      notify({
        method: 'notifications/progress',
        params: { progressToken: meta.progressToken, progress, total: steps },
      });
    return resultOf(await report(args, tell));
  });
}

function definitionOf(name) {
  return {
    description: describe(name),
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    outputSchema: z.object({ sum: z.number() }),
  };
}

function resultOf(structuredContent) {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}
