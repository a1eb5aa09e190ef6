import type { PreparedJson } from '../../jsonrpc/build-response.js';
import type { CatalogItem } from '../../registry/item.js';
import type { Eventually } from '../../promises/and-then.js';
import { andThen } from '../../promises/and-then.js';
import type { RequestInWork } from '../call/call.js';
import type { AdvertisedScopes } from './advertised-scopes.js';
import { advertisedScopesFor } from './advertised-scopes.js';
import type { ListEntry, Place } from './list-cursor.js';
import { entryOf, isBehind, joinPage, readCursor } from './list-cursor.js';
import { whichAreListed } from './listed-items.js';

// Limit for the pages of all revisions and all groups of callers. A list of 1,000 tools has about 300,000 characters.
const maxCharacters = 16 * 1024 * 1024;

/** The facts that a page depends on, besides the revision. */
interface PageParts {
  /** Index of the first item that may be on it. */
  readonly start: number;
  /** For each sample whether the caller sees it. */
  readonly sees: readonly boolean[];
  readonly advertised: AdvertisedScopes | undefined;
}

/** The pages of one list of registered items, each made once for all callers with the same view. */
class ListPages {
  readonly #items: readonly CatalogItem[];
  /** One item of each group that is visible to the same callers: it stands for the whole group. */
  readonly #samples: readonly CatalogItem[];
  /** The group of each item; undefined for one that every caller sees. */
  readonly #groups: readonly (number | undefined)[];
  /** Ordered by last use. */
  readonly #pages = new Map<string, PreparedJson>();
  #characters = 0;

  constructor(items: readonly CatalogItem[]) {
    const samples: CatalogItem[] = [];
    const groups = new Map<string, number>();
    this.#items = items;
    this.#samples = samples;
    this.#groups = items.map((item) => {
      if (item.access.visibility === 'always') return undefined;
      // Two items may share a policy and get different answers, so it is asked for each.
      if (item.access.policy !== undefined) return samples.push(item) - 1;
      const needed = JSON.stringify(item.access.requirement.alternatives);
      const group = groups.get(needed) ?? samples.push(item) - 1;
      groups.set(needed, group);
      return group;
    });
  }

  page(call: RequestInWork, member: string): Eventually<PreparedJson> {
    const after = readCursor(call.request.params['cursor']);
    return andThen(this.#samplesSeen(call, after), (sees) => this.#pageFor(call, member, after, sees));
  }

  /** For each sample whether the caller sees it. Policies of items on earlier pages are not asked again. */
  #samplesSeen(call: RequestInWork, after: Place | undefined): Eventually<readonly boolean[]> {
    if (after === undefined || this.#samples.length === 0) return whichAreListed(this.#samples, call);
    const isNeeded = ({ access, order }: CatalogItem): boolean =>
      access.policy === undefined || isBehind({ order, index: 0 }, after);
    const needed = this.#samples.filter(isNeeded);
    return andThen(whichAreListed(needed, call), (answers) => {
      const seen = new Set(needed.filter((_item, index) => answers[index] === true));
      return this.#samples.map((item) => seen.has(item));
    });
  }

  #pageFor(call: RequestInWork, member: string, after: Place | undefined, sees: readonly boolean[]): PreparedJson {
    const found = after === undefined ? 0 : this.#items.findIndex(({ order }) => isBehind({ order, index: 0 }, after));
    const start = found === -1 ? this.#items.length : found;
    const advertised = advertisedScopesFor(call);
    const seen = `${call.revision.version} ${String(start)} ${sees.map(Number).join('')}`;
    const key = advertised === undefined ? seen : `${seen} ${advertised.key}`;
    const page = this.#pages.get(key) ?? this.#build(call, member, { start, sees, advertised });
    this.#keep(key, page);
    return page;
  }

  #build(call: RequestInWork, member: string, { start, sees, advertised }: PageParts): PreparedJson {
    const { pageSize } = call.endpoint.catalog;
    const entries: ListEntry[] = [];
    for (let index = start; index < this.#items.length && entries.length <= pageSize; index += 1) {
      const item = this.#items[index];
      const group = this.#groups[index];
      if (item !== undefined && (group === undefined || sees[group] === true)) {
        entries.push(entryOf(item, call.revision, advertised));
      }
    }
    // One item more than fits tells that there is another page.
    const cacheScope = this.#samples.length > 0 ? 'private' : 'public';
    return joinPage(call, member, entries.slice(0, pageSize), entries.length <= pageSize, cacheScope);
  }

  #keep(key: string, page: PreparedJson): void {
    if (!this.#pages.delete(key)) this.#characters += key.length + page.text.length;
    this.#pages.set(key, page);
    for (const [oldest, { text }] of this.#pages) {
      if (this.#characters <= maxCharacters || oldest === key) return;
      this.#pages.delete(oldest);
      this.#characters -= oldest.length + text.length;
    }
  }
}

const known = new WeakMap<readonly CatalogItem[], ListPages>();

/**
 * A page of a list of registered items as a prepared result; at once, unless a policy answers later.
 *
 * @param call - the list request; its cursor tells where to continue
 * @param member - name of the result's array, such as `tools`
 * @param items - all items of the collection; pages are cached as long as this array
 * @throws ProtocolError `invalid_params` for a cursor that is not ours
 */
export function pageOfItems(
  call: RequestInWork,
  member: string,
  items: readonly CatalogItem[],
): Eventually<PreparedJson> {
  const pages = known.get(items) ?? new ListPages(items);
  known.set(items, pages);
  return pages.page(call, member);
}
