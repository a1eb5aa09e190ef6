import type { PreparedJson } from '../../jsonrpc/build-response.js';
import { isObject } from '../../jsonrpc/parse-message.js';
import { wrongListedResource } from '../../registry/content-rules.js';
import type { McpResource } from '../../registry/resource.js';
import type { ResourceTemplate } from '../../registry/resource-template.js';
import { gather } from '../../promises/gather.js';
import { mayUse } from '../authorization/visible-items.js';
import type { RequestInWork } from '../call/call.js';
import { invokeHandler } from '../handlers/invoke-handler.js';
import { toJsonValue } from '../handlers/json-value.js';
import { isError } from '../handlers/unsendable-shape.js';
import type { ListEntry } from '../lists/list-cursor.js';
import { buildListPage, entryOf } from '../lists/list-cursor.js';
import { pageOfItems } from '../lists/cached-pages.js';
import { whichAreListed } from '../lists/listed-items.js';
import type { Method } from '../call/method.js';
import { maskError, reporterOf } from '../reporting/internal-error.js';

/** MCP `server/resources#listing-resources`: the registered resources, then those that templates list. */
export const resourcesList: Method = {
  name: 'resources/list',
  eras: ['legacy', 'modern'],
  feature: 'resources',
  locate: (call) => ({
    items: [],
    invoke: () => {
      const { resources, resourceTemplates } = call.endpoint.catalog;
      const listing = resourceTemplates.items.filter(({ list }) => list !== undefined);
      return listing.length === 0
        ? pageOfItems(call, 'resources', resources.items)
        : withNamedResources(call, resources.items, listing);
    },
  }),
};

async function withNamedResources(
  call: RequestInWork,
  resources: readonly McpResource[],
  listing: readonly ResourceTemplate[],
): Promise<PreparedJson> {
  const { caller, revision } = call;
  const areListed = await whichAreListed(resources, call);
  const listed = resources.filter((_item, index) => areListed[index] === true);
  // A template's list has names of data, so it needs the scopes to read them, not only those to see the template.
  const areUsable = await gather(listing.map((item) => mayUse(item, caller, reporterOf(call))));
  const usable = listing.filter((_item, index) => areUsable[index] === true);
  const named = await Promise.all(usable.map((template) => entriesOfTemplate(call, template)));
  const entries = [...listed.map((item) => entryOf(item, revision)), ...named.flat()];
  entries.sort((a, b) => a.place.order - b.place.order || a.place.index - b.place.index);
  return buildListPage(call, 'resources', entries, 'private');
}

async function entriesOfTemplate(call: RequestInWork, template: ResourceTemplate): Promise<readonly ListEntry[]> {
  try {
    const listed = await invokeHandler(call, (ctx) => template.list?.(ctx.of(template)));
    // Readers that return an error mean the same as those that throw it.
    if (isError(listed)) throw listed;
    if (!Array.isArray(listed)) throw new TypeError('list must return an array');
    return listed.map((entry: unknown, index) => {
      const text = JSON.stringify(call.revision.presentItem(listedResource(entry, index, template)));
      return { place: { order: template.order, index }, text };
    });
  } catch (error) {
    throw maskError(error, call, template.key);
  }
}

/** A resource that `list` named, checked: one mistake makes clients refuse the whole list. */
function listedResource(entry: unknown, index: number, template: ResourceTemplate): Readonly<Record<string, unknown>> {
  if (!isObject(entry) || typeof entry['uri'] !== 'string') throw new TypeError('every listed resource needs a uri');
  const { uri, name, mimeType } = entry;
  const json = toJsonValue({ ...entry, name: name ?? uri, mimeType: mimeType ?? template.mimeType });
  const resource = json as Readonly<Record<string, unknown>>;
  const wrong = wrongListedResource(resource);
  if (wrong !== undefined) throw new TypeError(`list()[${String(index)}]${wrong}`);
  return resource;
}
