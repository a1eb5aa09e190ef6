import type { Claims } from '../oauth/claim-mapping.js';
import type { ServerInfo } from '../registry/catalog.js';
import type { RegistryOptions } from '../registry/registry-options.js';
import { Registry } from '../registry/registry.js';
import type { ExpressRequest } from './express-request.js';

/**
 * Makes an empty registry: the place where tools, prompts and resources are registered.
 *
 * @typeParam State - type of `ctx.state`
 * @typeParam TokenClaims - type of `ctx.auth.claims`, as the app knows its issuer; nothing checks it
 * @param serverInfo - name and version of your server, and what else clients should know of it
 * @param options - see {@link RegistryOptions}
 * @throws ConfigurationError `missing_option`, `unknown_option` or `invalid_option`
 *
 * @example
 * ```ts
 * import { createRegistry } from 'express-mcp';
 *
 * const registry = createRegistry({ name: 'sums', version: '1.0.0' });
 * registry.tool(
 *   'add',
 *   {
 *     description: 'Adds two numbers',
 *     inputSchema: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'] },
 *   },
 *   ({ a, b }) => String(a + b),
 * );
 * ```
 */
export function createRegistry<State = undefined, TokenClaims = Claims>(
  serverInfo: ServerInfo,
  options: RegistryOptions<State> = {},
): Registry<State, ExpressRequest, TokenClaims> {
  return new Registry<State, ExpressRequest, TokenClaims>(serverInfo, options);
}
