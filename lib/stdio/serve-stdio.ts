import { isRegistry, needsRegistry } from '../registry/needs-registry.js';
import type { AnyRegistry } from '../registry/any-registry.js';
import type { StdioOptions } from './stdio-options.js';
import { resolveStdioOptions } from './stdio-options.js';
import { StdioTransport } from './stdio-transport.js';

/** A running stdio server. */
export interface StdioServer {
  /** Resolves when the input ended, or the client stopped reading, and the last answer is written. */
  readonly closed: Promise<void>;
  /** Stops reading. */
  close(): Promise<void>;
}

/**
 * Serves a registry over standard input and output, one JSON-RPC message a line, in every protocol revision. There is no OAuth here.
 * The process's own options set the user's scopes, and a lacking scope is answered as a JSON-RPC error that names it.
 *
 * @param registry - made by `createRegistry`
 * @param options - see {@link StdioOptions}
 * @returns the running server, as soon as it listens
 * @throws ConfigurationError if an option is wrong
 *
 * @example
 * ```ts
 * import { PassThrough } from 'node:stream';
 * import { createRegistry } from 'express-mcp';
 * import { serveStdio } from 'express-mcp/stdio';
 *
 * const registry = createRegistry({ name: 'clock', version: '1.0.0' });
 * registry.tool('now', { description: 'The time' }, () => new Date().toISOString());
 * const input = new PassThrough(); // leave out input and output to use those of the process
 * const server = await serveStdio(registry, { input, output: new PassThrough(), scopes: ['notes:read'] });
 * input.end();
 * await server.closed;
 * ```
 *
 * @see MCP `basic/transports/stdio`
 */
export async function serveStdio(registry: AnyRegistry, options: StdioOptions = {}): Promise<StdioServer> {
  if (!isRegistry(registry)) throw needsRegistry('serveStdio', registry);
  const server = new StdioTransport(registry.catalog, resolveStdioOptions(options));
  const closed = server.run();
  return Promise.resolve({
    closed,
    close: async () => {
      server.stop();
      await closed;
    },
  });
}
