import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { Catalog } from '../../registry/catalog.js';
import type { Suggestions } from '../../registry/completion.js';
import type { Prompt } from '../../registry/prompt.js';
import type { McpResource } from '../../registry/resource.js';
import type { ResourceTemplate } from '../../registry/resource-template.js';
import type { RequestInWork } from '../call/call.js';
import { maskError } from '../reporting/internal-error.js';
import { aroundHandler } from '../handlers/around-handler.js';
import { invokeHandler } from '../handlers/invoke-handler.js';
import { isError } from '../handlers/unsendable-shape.js';
import type { Method } from '../call/method.js';
import type { OperationItem } from '../authorization/operation.js';
import { optionalObject, optionalStrings, requireString } from '../call/params.js';
import { unknownPrompt } from './prompts-get.js';
import { resourceNotFound } from './resources-read.js';

// MCP server/utilities/completion#completion-results: maximum 100 items per response.
const maxValues = 100;

interface Reference {
  readonly completable: McpResource | Prompt | ResourceTemplate;
  readonly target: OperationItem['target'];
  readonly notFound: () => ProtocolError;
}

/** MCP `server/utilities/completion`. Suggestions reveal data of an item, so they need the item's scopes. */
export const completionComplete: Method = {
  name: 'completion/complete',
  eras: ['legacy', 'modern'],
  feature: 'completions',
  locate: (call) => {
    const { params } = call.request;
    // Before any lookup, so that malformed params reveal nothing about existing items.
    const argument = optionalObject(params, 'argument');
    const name = requireString(argument, 'name');
    const value = requireString(argument, 'value');
    const resolved = optionalStrings(optionalObject(params, 'context'), 'arguments');
    const { completable, target, notFound } = findReference(call.endpoint.catalog, optionalObject(params, 'ref'));
    const item: OperationItem = { access: completable.access, target, args: resolved, notFound };
    return {
      items: [item],
      invoke: async () => {
        const completion = await complete(call, completable, name, value, resolved, item);
        return call.revision.completeResult({ completion }, call.endpoint.catalog.serverInfo);
      },
    };
  },
};

function findReference(catalog: Catalog, ref: Readonly<Record<string, unknown>>): Reference {
  if (ref['type'] === 'ref/prompt') {
    const name = requireString(ref, 'name');
    const notFound = (): ProtocolError => unknownPrompt(name);
    const completable = catalog.prompts.get(name);
    if (completable === undefined) throw notFound();
    return { completable, target: { kind: 'prompt', name }, notFound };
  }
  if (ref['type'] === 'ref/resource') {
    const uri = requireString(ref, 'uri');
    const notFound = (): ProtocolError => resourceNotFound(uri);
    const completable = catalog.resourceTemplates.get(uri) ?? catalog.findResource(uri)?.item;
    if (completable === undefined) throw notFound();
    return { completable, target: { kind: 'resource', name: uri }, notFound };
  }
  throw new ProtocolError('invalid_params', 'Invalid params: ref.type must be "ref/prompt" or "ref/resource"');
}

async function complete(
  call: RequestInWork,
  completable: Reference['completable'],
  name: string,
  value: string,
  resolved: Readonly<Record<string, string>>,
  item: OperationItem,
): Promise<Suggestions> {
  const suggest = 'completions' in completable ? completable.completions.get(name) : undefined;
  // An empty list is an answer, not an error: clients ask for every argument that a user types.
  if (suggest === undefined) return { values: [] };
  try {
    const handler = aroundHandler(call, {
      item,
      owner: completable,
      args: undefined,
      handle: (_args, ctx) => suggest(value, ctx, resolved),
    });
    return cut(await invokeHandler(call, handler));
  } catch (error) {
    throw maskError(error, call, completable.key);
  }
}

function cut(returned: unknown): Suggestions {
  // Functions that return an error mean the same as those that throw it.
  if (isError(returned)) throw returned;
  const suggestions: unknown = Array.isArray(returned) ? { values: returned } : returned;
  if (!isObject(suggestions) || !Array.isArray(suggestions['values'])) {
    throw new TypeError('complete must return an array of strings, or an object with one as `values`');
  }
  const values = suggestions['values'] as readonly string[];
  if (!values.every((value) => typeof value === 'string')) throw new TypeError('complete must suggest strings only');
  const { total: given, hasMore } = suggestions;
  const total = given ?? values.length;
  if (typeof total !== 'number' || !Number.isSafeInteger(total) || total < 0) {
    throw new TypeError('total of complete must be a whole number from 0');
  }
  if ((hasMore ?? false) !== true && (hasMore ?? false) !== false) {
    throw new TypeError('hasMore of complete must be true or false');
  }
  const kept = values.slice(0, maxValues);
  return { values: kept, total, hasMore: hasMore === true || total > kept.length };
}
