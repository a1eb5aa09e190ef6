import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import type { Catalog } from './catalog.js';
import type { Extension, ExtensionDefinition } from './extension.js';
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
  const extension = compileExtension(id, definition);
  assertExtensionFree(catalog, id, extension);
  placeExtension(catalog, id, extension);
}

/** @throws ConfigurationError `duplicate_name`, also when the extension is free here and taken in a registry that includes this one */
export function assertExtensionFree(catalog: Catalog, id: string, extension: Extension): void {
  if (catalog.extensions.has(id)) {
    throw new ConfigurationError('duplicate_name', `There is an extension ${displayName(id)} already.`);
  }
  const taken = extension.methods.find(({ key }) => catalog.extensionMethods.has(key));
  if (taken !== undefined) {
    const message = `There is a method ${displayName(taken.key)} already, of the extension `;
    const other = catalog.extensionMethods.get(taken.key)?.extension ?? '';
    throw new ConfigurationError('duplicate_name', `${message}${displayName(other)}. Take another name.`);
  }
  for (const follower of catalog.extensionFollowers) follower.assertFree(id, extension);
}

/** Puts an extension that is free into a catalog, and into those of the registries that include it. */
export function placeExtension(catalog: Catalog, id: string, extension: Extension): void {
  catalog.extensions.set(id, extension.settings);
  for (const method of extension.methods) catalog.extensionMethods.set(method.key, method);
  for (const follower of catalog.extensionFollowers) follower.add(id, extension);
}
