import { isObject } from '../../jsonrpc/parse-message.js';
import type { ClientFacts } from '../../registry/call-context.js';

/**
 * The client's description of itself, from its request or handshake. Members of a wrong type are dropped.
 *
 * @param info - an `Implementation`
 * @param capabilities - `ClientCapabilities`
 */
export function readClientInfo(info: unknown, capabilities: unknown): ClientFacts {
  const { name, version }: Readonly<Record<string, unknown>> = isObject(info) ? info : {};
  return {
    name: typeof name === 'string' ? name : undefined,
    version: typeof version === 'string' ? version : undefined,
    capabilities: isObject(capabilities) ? capabilities : {},
    extensions: isObject(capabilities) ? extensionsOf(capabilities['extensions']) : {},
  };
}

function extensionsOf(declared: unknown): ClientFacts['extensions'] {
  if (!isObject(declared)) return {};
  const entries = Object.entries(declared);
  return Object.fromEntries(entries.flatMap(([id, settings]) => (isObject(settings) ? [[id, settings]] : [])));
}
