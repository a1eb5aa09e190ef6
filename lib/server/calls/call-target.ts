import { plainName } from '../../errors/display-name.js';
import type { RefusedTarget } from '../../errors/insufficient-scope-error.js';
import type { Params } from '../../jsonrpc/message.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { Catalog } from '../../registry/catalog.js';

/** The longest name that a record of a call keeps, in UTF-16 units. */
export const maxNameLength = 256;

/** The item that a request names, and whether the server has it. */
export interface NamedTarget {
  readonly target: RefusedTarget | undefined;
  readonly isThere: boolean;
}

const noTarget: NamedTarget = { target: undefined, isThere: true };

/** Reads the tool, prompt, resource or extension method that a request names. Its params are not checked yet. */
export function targetOf(
  { method, params }: { readonly method: string; readonly params: Params },
  catalog: Catalog,
): NamedTarget {
  switch (method) {
    case 'tools/call':
      return named('tool', params['name'], (name) => catalog.tools.get(name));
    case 'prompts/get':
      return named('prompt', params['name'], (name) => catalog.prompts.get(name));
    case 'resources/read':
    case 'resources/subscribe':
    case 'resources/unsubscribe':
      return named('resource', params['uri'], (uri) => catalog.findResource(uri));
    case 'completion/complete':
      return targetOfReference(params['ref'], catalog);
    default:
      return catalog.extensionMethods.has(method)
        ? { target: { kind: 'method', name: method }, isThere: true }
        : noTarget;
  }
}

function targetOfReference(ref: unknown, catalog: Catalog): NamedTarget {
  if (!isObject(ref)) return noTarget;
  if (ref['type'] === 'ref/prompt') return named('prompt', ref['name'], (name) => catalog.prompts.get(name));
  if (ref['type'] !== 'ref/resource') return noTarget;
  return named('resource', ref['uri'], (uri) => catalog.resourceTemplates.get(uri) ?? catalog.findResource(uri));
}

function named(kind: RefusedTarget['kind'], name: unknown, find: (name: string) => unknown): NamedTarget {
  if (typeof name !== 'string') return noTarget;
  const isShort = name.length <= maxNameLength;
  return { target: { kind, name: plainName(name, maxNameLength) }, isThere: isShort && find(name) !== undefined };
}
