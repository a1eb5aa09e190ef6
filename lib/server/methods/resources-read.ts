import { ProtocolError } from '../../errors/protocol-error.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import type { FoundResource } from '../../registry/catalog.js';
import { resourceParameter } from '../../registry/foreign-parameters.js';
import { aroundHandler } from '../handlers/around-handler.js';
import { oneOf, resultMeta } from '../../registry/content-rules.js';
import type { ReadResourceResult, ResourceContents } from '../../registry/content.js';
import { assertContents, assertMembersOf, withoutResultType } from '../handlers/content-blocks.js';
import { toJsonValue } from '../handlers/json-value.js';
import { isError, shapeOf } from '../handlers/unsendable-shape.js';
import type { RequestInWork } from '../call/call.js';
import { maskError } from '../reporting/internal-error.js';
import { InputRequiredResult, runInputRounds } from '../handlers/input-rounds.js';
import type { Method } from '../call/method.js';
import type { OperationItem } from '../authorization/operation.js';
import { requireString } from '../call/params.js';

/** MCP `server/resources#reading-resources`. */
export const resourcesRead: Method = {
  name: 'resources/read',
  eras: ['legacy', 'modern'],
  feature: 'resources',
  locate: (call) => {
    const uri = requireString(call.request.params, 'uri');
    const { found, item, others } = locateResource(call, uri);
    return {
      items: [item, ...others],
      invoke: async () => {
        const { serverInfo } = call.endpoint.catalog;
        const result = await readResource(call, uri, found, item);
        // basic/patterns/mrtr: what asks for input is no result that could be kept.
        if (result instanceof InputRequiredResult) return call.revision.completeResult(result.result, serverInfo);
        const hints = { ttlMs: 0, cacheScope: 'private' } as const;
        // server/utilities/caching#cache-key: MUST NOT be kept when it depends on input, whatever the reader says.
        const presented = dependsOnInput(call) ? { ...result, ...hints } : result;
        return call.revision.completeResult(presented, serverInfo, hints);
      },
    };
  },
};

/**
 * The resource that a URI names, with its access rules. These are its own, and those of every other template that the URI matches.
 *
 * @throws ProtocolError `resource_not_found`
 */
export function locateResource(call: RequestInWork, uri: string): LocatedResource {
  const located = findLocated(call, uri);
  if (located === undefined) throw resourceNotFound(uri);
  return located;
}

/** A resource that was found, and what decides whether it may be used. */
export interface LocatedResource {
  readonly found: FoundResource;
  readonly item: OperationItem;
  readonly others: readonly OperationItem[];
}

/** The same; undefined for a URI that names nothing. */
export function findLocated(call: RequestInWork, uri: string): LocatedResource | undefined {
  const notFound = (): ProtocolError => resourceNotFound(uri);
  const found = call.endpoint.catalog.findResource(uri);
  if (found === undefined) return undefined;
  const target = { kind: 'resource', name: uri } as const;
  const itemOf = ({ item, variables = {} }: FoundResource): OperationItem => ({
    access: item.access,
    target,
    args: variables,
    notFound,
  });
  return { found, item: itemOf(found), others: call.endpoint.catalog.otherTemplatesFor(uri, found).map(itemOf) };
}

/** server/resources#error-handling: never an empty `contents` for what does not exist; the URI goes into `data`. */
export function resourceNotFound(uri: string): ProtocolError {
  return new ProtocolError('resource_not_found', undefined, { data: { uri: uri.slice(0, 2048) } });
}

function dependsOnInput({ request: { params } }: RequestInWork): boolean {
  return (params['inputResponses'] ?? params['requestState'] ?? undefined) !== undefined;
}

async function readResource(
  call: RequestInWork,
  uri: string,
  found: FoundResource,
  item: OperationItem,
): Promise<InputRequiredResult | ReadResourceResult> {
  try {
    const handler = aroundHandler(call, {
      item,
      owner: found.item,
      args: undefined,
      handle: (_args, ctx) =>
        found.variables === undefined
          ? found.item.read(resourceParameter(uri, undefined), ctx)
          : found.item.read(resourceParameter(uri, found.variables), ctx),
    });
    const returned = await runInputRounds(call, handler);
    if (returned instanceof InputRequiredResult) return returned;
    // null as well: that is what most databases find when there is nothing.
    if (returned === undefined || returned === null) throw resourceNotFound(uri);
    return await buildReadResult(returned, uri, found.item.mimeType);
  } catch (error) {
    throw maskError(error, call, found.item.key);
  }
}

async function buildReadResult(
  returned: unknown,
  uri: string,
  mimeType: string | undefined,
): Promise<ReadResourceResult> {
  const about = { uri, ...(mimeType === undefined ? {} : { mimeType }) };
  if (typeof returned === 'string') return { contents: [{ ...about, text: returned }] };
  const bytes = await bytesOf(returned);
  if (bytes !== undefined) return { contents: [{ ...typeOf(returned), ...about, blob: bytes.toString('base64') }] };
  // Readers that return an error mean the same as those that throw it.
  if (isError(returned)) throw returned;
  const json = toJsonValue(returned);
  if (Array.isArray(json)) return checked({ contents: json });
  if (isObject(json)) {
    if (Array.isArray(json['contents'])) return checked(json as unknown as ReadResourceResult);
    if (typeof json['text'] === 'string' || typeof json['blob'] === 'string') {
      return checked({ contents: [{ ...about, ...json } as ResourceContents] });
    }
  }
  throw new TypeError(
    `The reader of ${uri} returned neither text, nor bytes, nor contents, but ${shapeOf(returned)}. ` +
      'Write a text, such as JSON.stringify(value), or a Buffer',
  );
}

/** Bytes in any of their forms; undefined for anything else. */
async function bytesOf(returned: unknown): Promise<Buffer | undefined> {
  if (ArrayBuffer.isView(returned)) return Buffer.from(returned.buffer, returned.byteOffset, returned.byteLength);
  if (returned instanceof ArrayBuffer) return Buffer.from(returned);
  return returned instanceof Blob ? Buffer.from(await returned.arrayBuffer()) : undefined;
}

/** The media type that a Blob says of itself. The definition's is stronger. */
function typeOf(bytes: unknown): { readonly mimeType?: string } {
  return bytes instanceof Blob && bytes.type !== '' ? { mimeType: bytes.type } : {};
}

const hintRules = { _meta: resultMeta, cacheScope: oneOf('private', 'public') };

function checked(result: ReadResourceResult): ReadResourceResult {
  const { contents, ttlMs = 0 } = result;
  assertContents(contents);
  assertMembersOf(result, hintRules, 'The result');
  // server/utilities/caching: MUST be an integer that is not negative.
  if (!(Number.isSafeInteger(ttlMs) && ttlMs >= 0)) throw new TypeError('ttlMs must be a whole number from 0');
  return withoutResultType(result);
}
