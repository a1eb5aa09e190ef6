import { createRegistry } from '../../dist/index.js';
import { add, describe, inputSchema, outputSchema, report, steps, toolNames } from './tools.mjs';

/**
 * @param {object} options
 * @param {number} options.tools - how many
 * @param {boolean} [options.isOpen] - whether they need no scopes
 * @param {boolean} [options.mixedScopes] - whether half of them need a scope that the caller lacks, and are not listed
 * @param {boolean} [options.reports] - whether there is also a tool that tells of its progress
 */
export function createOurRegistry({ tools, isOpen = false, mixedScopes = false, reports = false }) {
  // One page, as the others send.
  const registry = createRegistry({ name: 'bench', version: '1.0.0' }, { pageSize: Math.max(100, tools) });
  for (const [index, name] of toolNames(tools).entries()) {
    const hidden = { scopes: ['other'], visibility: 'granted' };
    const access = isOpen ? {} : mixedScopes && index % 2 === 0 && name !== 'add' ? hidden : { scopes: ['add'] };
    registry.tool(name, { description: describe(name), inputSchema, outputSchema, ...access }, add);
  }
  if (reports) {
    const definition = { description: describe('report'), inputSchema, outputSchema, scopes: ['add'] };
    registry.tool('report', definition, (args, { progress }) => report(args, (step) => progress(step, steps)));
  }
  return registry;
}
