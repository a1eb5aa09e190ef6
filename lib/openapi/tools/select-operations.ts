import { ConfigurationError } from '../../errors/configuration-error.js';
import { displayName } from '../../errors/display-name.js';
import type { DocumentOperation } from '../document/operations.js';
import { openApiMethods } from '../document/openapi-operation.js';
import type { OpenApiOptions, OpenApiSelection } from '../openapi-options.js';

/**
 * The operations that become tools.
 *
 * @param operations - all of the document
 * @param select - the option
 * @throws ConfigurationError `invalid_option` for a tag or a method that there is not
 */
export function selectOperations(
  operations: readonly DocumentOperation[],
  select: OpenApiOptions['select'],
): readonly DocumentOperation[] {
  if (select === undefined) return operations;
  if (select === 'read-only') return operations.filter(({ facts }) => facts.readOnly);
  if (typeof select === 'function') return operations.filter(({ facts }) => select(facts));
  return byMembers(operations, select);
}

function byMembers(operations: readonly DocumentOperation[], select: OpenApiSelection): readonly DocumentOperation[] {
  const tags = listed(select.tags);
  const methods = listed(select.methods)?.map((method) => method.toUpperCase());
  const knownTags = [...new Set(operations.flatMap(({ facts }) => facts.tags))];
  assertKnown('tag', tags, knownTags);
  assertKnown('method', methods, openApiMethods);
  return operations.filter(({ facts }) => {
    const isTagged = tags === undefined || facts.tags.some((tag) => tags.includes(tag));
    return isTagged && (methods === undefined || methods.includes(facts.method));
  });
}

function listed(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return typeof value === 'string' ? [value] : value;
}

function assertKnown(kind: string, wanted: readonly string[] | undefined, known: readonly string[]): void {
  const unknown = wanted?.find((one) => !known.includes(one));
  if (unknown === undefined) return;
  throw new ConfigurationError(
    'invalid_option',
    `toolsFromOpenApi select: no operation has the ${kind} ${displayName(unknown)}. Known are ${known.slice(0, 30).join(', ')}.`,
  );
}
