import type { CatalogItem } from '../../registry/item.js';
import { securitySchemesOf } from '../../registry/security-schemes.js';
import type { RequestInWork } from '../call/call.js';

/** The scopes of the endpoint that lists show together with those of each tool. */
export interface AdvertisedScopes {
  /** The same for endpoints with the same scopes. */
  readonly key: string;
  readonly ofEndpoint: readonly (readonly string[])[];
}

const nothing: AdvertisedScopes = { key: '[[]]', ofEndpoint: [[]] };

/** Undefined if the registry does not advertise scopes. */
export function advertisedScopesFor({ caller, endpoint }: RequestInWork): AdvertisedScopes | undefined {
  if (!endpoint.catalog.advertisesScopes) return undefined;
  const ofEndpoint = caller.endpoint?.requirement.alternatives;
  return ofEndpoint === undefined ? nothing : { key: JSON.stringify(ofEndpoint), ofEndpoint };
}

/** An item as lists show it. A tool with security schemes in its own `_meta` is left as it is. */
export function listingWith(item: CatalogItem, advertised: AdvertisedScopes | undefined): CatalogItem['listing'] {
  if (advertised === undefined || item.kind !== 'tool') return item.listing;
  const securitySchemes = securitySchemesOf(item.access, advertised.ofEndpoint);
  return { ...item.listing, _meta: { securitySchemes, ...(item.listing['_meta'] as object | undefined) } };
}
