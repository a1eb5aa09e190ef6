import type { PreparedJson } from '../../jsonrpc/build-response.js';
import type { McpResource } from '../../registry/resource.js';
import type { ResourceTemplate } from '../../registry/resource-template.js';
import { gather } from '../../promises/gather.js';
import { mayUse } from '../authorization/visible-items.js';
import type { RequestInWork } from '../call/call.js';
import { invokeHandler } from '../handlers/invoke-handler.js';
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
  let listed: unknown;
  try {
    listed = await invokeHandler(call, (ctx) => template.list?.(ctx.of(template)));
  } catch (error) {
    throw maskError(error, call, template.key);
  }
  if (!Array.isArray(listed)) throw maskError(new TypeError('list must return an array'), call, template.key);
  return listed.map((entry: Readonly<Record<string, unknown>>, index) => {
    const { uri } = entry;
    if (typeof uri !== 'string') {
      throw maskError(new TypeError('every listed resource needs a uri'), call, template.key);
    }
    const named = { ...entry, name: entry['name'] ?? uri, mimeType: entry['mimeType'] ?? template.mimeType };
    const text = JSON.stringify(call.revision.presentItem(named));
    return { place: { order: template.order, index }, text };
  });
}
