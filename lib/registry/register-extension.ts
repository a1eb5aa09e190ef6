import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import type { Catalog } from './catalog.js';
import type { ExtensionDefinition } from './extension.js';
import { compileExtension } from './extension.js';

/**
 * Puts an extension and its methods into a catalog.
 *
 * @param catalog - where they go
 * @param id - name of the extension
 * @param definition - what the developer wrote
 * @throws ConfigurationError when it is wrong, or the extension or one of its methods is there already
 */
export function registerExtension(catalog: Catalog, id: string, definition: ExtensionDefinition): void {
  const { settings, methods } = compileExtension(id, definition);
  if (catalog.extensions.has(id)) {
    throw new ConfigurationError('duplicate_name', `There is an extension ${displayName(id)} already.`);
  }
  const taken = methods.find(({ key }) => catalog.extensionMethods.has(key));
  if (taken !== undefined) {
    const message = `There is a method ${displayName(taken.key)} already, of the extension `;
    const other = catalog.extensionMethods.get(taken.key)?.extension ?? '';
    throw new ConfigurationError('duplicate_name', `${message}${displayName(other)}. Take another name.`);
  }
  catalog.extensions.set(id, settings);
  for (const method of methods) catalog.extensionMethods.set(method.key, method);
}
