import { McpTestClient } from './client/mcp-test-client.js';
import { openApp, openRegistry } from './client/open-channel.js';
import type { TestClientOptions, TestTarget } from './client/test-client-options.js';
import { assertTestClientOptions } from './client/test-client-options.js';
import type { TestClient } from './client/test-client-types.js';

/**
 * Makes an MCP client for tests, without a port. Requests to an app run through its own middleware, with a token of the
 * `createTestIssuer` that it trusts; a registry is served as over stdio.
 *
 * @param target - the app (Express, connect, `mcpListener`) or the registry
 * @param options - who calls and with what scopes, and how the client behaves
 * @throws ConfigurationError `unknown_option`, `invalid_option` or `invalid_scope`
 *
 * @example
 * ```ts
 * import { createRegistry } from 'express-mcp';
 * import { testClient } from 'express-mcp/testing';
 *
 * const registry = createRegistry({ name: 'notes', version: '1.0.0' });
 * registry.tool('read_note', { scopes: ['notes:read'] }, () => 'a note');
 * registry.tool('delete_note', { scopes: ['notes:write'] }, () => 'deleted');
 *
 * const client = await testClient(registry, { scopes: ['notes:read'] });
 * console.log((await client.call('read_note')).text); // a note
 * await client.expectRefused('delete_note', { scope: 'notes:write' });
 * ```
 */
export async function testClient(target: TestTarget, options: TestClientOptions = {}): Promise<TestClient> {
  assertTestClientOptions(target, options);
  const channel = typeof target === 'function' ? await openApp(target, options) : openRegistry(target, options);
  return new McpTestClient(channel, options);
}
