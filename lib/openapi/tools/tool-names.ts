import { createHash } from 'node:crypto';
import { ConfigurationError } from '../../errors/configuration-error.js';
import type { OpenApiOperation } from '../document/openapi-operation.js';

// MCP allows 128 characters, widely used hosts 64; one name that is longer costs some of them the whole list.
const maxLength = 64;

/**
 * A name for each operation: what `name` says, else the `operationId`, else method and path, in characters that hosts take. Names that
 * would be the same get a number, names that are too long a hash of the whole.
 *
 * @param operations - the selected operations
 * @param nameOf - the option `name`
 * @param isTaken - whether another tool has the name
 * @returns names in the order of the operations
 * @throws ConfigurationError `duplicate_name` when a tool that is no operation has the name, or `name` gives it twice
 */
export function toolNames(
  operations: readonly OpenApiOperation[],
  nameOf: (operation: OpenApiOperation) => string | undefined,
  isTaken: (name: string) => boolean,
): readonly string[] {
  const given = operations.map((operation) => nameOf(operation));
  const used = new Set<string>();
  for (const name of given) {
    if (name !== undefined && used.has(name)) throw duplicate(`name gives ${name} to two operations`);
    if (name !== undefined) used.add(name);
  }
  const names = operations.map((operation, index) => given[index] ?? freeName(defaultName(operation), used));
  const taken = names.find(isTaken);
  if (taken !== undefined) throw duplicate(`there is a tool ${taken} already. Leave its operation out by select`);
  return names;
}

function duplicate(what: string): ConfigurationError {
  return new ConfigurationError('duplicate_name', `toolsFromOpenApi: ${what}, or give other names by name.`);
}

function defaultName({ operationId, method, path }: OpenApiOperation): string {
  const fromId = legal(operationId ?? '');
  return shortened(fromId === '' ? legal(`${method.toLowerCase()}${path}`) : fromId);
}

/** MCP has dots as well, which several hosts refuse. */
function legal(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^_+|_+$/g, '');
}

function shortened(name: string): string {
  if (name.length <= maxLength) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, maxLength - hash.length - 1)}_${hash}`;
}

function freeName(name: string, used: Set<string>): string {
  let free = name;
  for (let count = 2; used.has(free); count++) {
    const suffix = `_${String(count)}`;
    free = name.slice(0, maxLength - suffix.length) + suffix;
  }
  used.add(free);
  return free;
}
