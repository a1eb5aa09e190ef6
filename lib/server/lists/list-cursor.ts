import { ProtocolError } from '../../errors/protocol-error.js';
import { PreparedJson } from '../../jsonrpc/build-response.js';
import type { CatalogItem } from '../../registry/item.js';
import type { RequestInWork } from '../call/call.js';
import type { AdvertisedScopes } from './advertised-scopes.js';
import { listingWith } from './advertised-scopes.js';
import type { CacheHints, Revision } from '../revisions/revision.js';

/** One entry of a list: the place that a cursor remembers, and the text that is written. */
export interface ListEntry {
  readonly place: Place;
  readonly text: string;
}

/**
 * A place in a list: the order of registration, and for what a template lists the place in there. It stays valid when
 * other items come and go (MCP `server/utilities/pagination`: cursors SHOULD be stable).
 */
export interface Place {
  readonly order: number;
  readonly index: number;
}

// A list changes when the app changes it, rarely; a minute spares clients most requests and hides a change for a minute.
const listTtlMs = 60_000;

const texts = new WeakMap<CatalogItem, Map<string, string>>();

/**
 * The text by which lists show an item to clients of a revision; made once.
 *
 * @param item - a compiled item
 * @param revision - decides which members are shown
 */
function listedText(item: CatalogItem, revision: Revision, advertised: AdvertisedScopes | undefined): string {
  const known = texts.get(item) ?? new Map<string, string>();
  texts.set(item, known);
  const key = advertised === undefined ? revision.version : `${revision.version} ${advertised.key}`;
  const text = known.get(key) ?? JSON.stringify(revision.presentItem(listingWith(item, advertised)));
  known.set(key, text);
  return text;
}

/** An item's entry. */
export function entryOf(item: CatalogItem, revision: Revision, advertised?: AdvertisedScopes): ListEntry {
  return { place: { order: item.order, index: 0 }, text: listedText(item, revision, advertised) };
}

/**
 * One page of a list as a prepared result.
 *
 * @param call - the list request; its cursor says where to go on
 * @param member - name of the result's array, such as `tools`
 * @param entries - everything that the caller may see, in order
 * @param cacheScope - `private` as soon as the list depends on who asks
 * @throws ProtocolError `invalid_params` for a cursor that is not ours
 */
export function buildListPage(
  call: RequestInWork,
  member: string,
  entries: readonly ListEntry[],
  cacheScope: CacheHints['cacheScope'],
): PreparedJson {
  const after = readCursor(call.request.params['cursor']);
  const rest = after === undefined ? entries : entries.filter(({ place }) => isBehind(place, after));
  const { pageSize } = call.endpoint.catalog;
  return joinPage(call, member, rest.slice(0, pageSize), rest.length <= pageSize, cacheScope);
}

/**
 * The entries of a page as a prepared result.
 *
 * @param isLast - whether nothing comes behind them
 */
export function joinPage(
  call: RequestInWork,
  member: string,
  page: readonly ListEntry[],
  isLast: boolean,
  cacheScope: CacheHints['cacheScope'],
): PreparedJson {
  const last = page.at(-1);
  const nextCursor = isLast || last === undefined ? {} : { nextCursor: writeCursor(last.place) };
  const rest = call.revision.completeResult(nextCursor, call.endpoint.catalog.serverInfo, {
    ttlMs: listTtlMs,
    cacheScope,
  });
  return new PreparedJson(spliceArray(member, page, JSON.stringify(rest)));
}

function spliceArray(member: string, page: readonly ListEntry[], rest: string): string {
  const array = `"${member}":[${page.map(({ text }) => text).join(',')}]`;
  return rest === '{}' ? `{${array}}` : `{${array},${rest.slice(1)}`;
}

/** Whether a place comes after another in the list. */
export function isBehind(place: Place, other: Place): boolean {
  return place.order > other.order || (place.order === other.order && place.index > other.index);
}

function writeCursor({ order, index }: Place): string {
  return Buffer.from(`${String(order)}.${String(index)}`).toString('base64url');
}

/**
 * The place that a cursor remembers; undefined without one.
 *
 * @throws ProtocolError `invalid_params` for a cursor that is not ours
 */
export function readCursor(cursor: unknown): Place | undefined {
  if (cursor === undefined || cursor === null) return undefined;
  const text = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString('latin1') : '';
  const [, order, index] = /^(\d{1,15})\.(\d{1,15})$/.exec(text) ?? [];
  if (order === undefined || index === undefined) {
    throw new ProtocolError('invalid_params', 'Invalid params: this cursor is not known; start again without one');
  }
  return { order: Number(order), index: Number(index) };
}
