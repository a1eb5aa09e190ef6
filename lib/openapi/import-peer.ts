import { ConfigurationError } from '../errors/configuration-error.js';

/**
 * Imports an optional peer when it is needed.
 *
 * @param name - the package
 * @param load - imports it
 * @throws ConfigurationError `missing_peer` when it is not installed
 */
export async function importPeer<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load();
  } catch (cause) {
    throw new ConfigurationError('missing_peer', `toolsFromOpenApi needs ${name}. Run: npm install ${name}`, { cause });
  }
}
