import type { Catalog } from '../../registry/catalog.js';
import { findIdentity } from '../access/request-identity.js';
import { defaultPath } from '../fields/default-path.js';
import { isSamePath, requestPath } from '../fields/request-path.js';
import { asksForPage } from '../page/asks-for-page.js';
import { EndpointPage } from '../page/endpoint-page.js';
import type { ResolvedPageOptions } from '../page/page-options.js';
import type { PageAnswer } from '../page/registered-pages.js';
import { isFromAllowedOrigin } from './origin-and-host.js';
import type { ResolvedRouterOptions } from './router-options.js';

/** The options of an endpoint that its page depends on. */
export type PageEndpoint = Pick<ResolvedRouterOptions, 'allowedHosts' | 'allowedOrigins' | 'path' | 'protocolVersions'>;

/**
 * Makes the function that answers with the page of an endpoint. Requests that the endpoint would refuse for their `Origin` or `Host` do
 * not get the page either. It must not tell other sites what a server on this machine offers.
 *
 * @param catalog - the items of the page
 * @param page - options of the page
 * @param endpoint - options of the endpoint
 */
export function pageAnswer(catalog: Catalog, page: ResolvedPageOptions, endpoint: PageEndpoint): PageAnswer {
  const endpointPage = new EndpointPage(catalog, page, endpoint.protocolVersions);
  return (request, response) => {
    if (!asksForPage(request)) return false;
    const identity = findIdentity(request);
    if (identity?.refusal !== undefined) return false;
    // The same rule as in the router: if an `mcpAuth` saw the request, it alone knows the endpoint.
    const path = endpoint.path ?? (identity === undefined ? defaultPath : identity.resource?.path);
    if (path === undefined || !isSamePath(requestPath(request), path)) return false;
    if (!isFromAllowedOrigin(request, identity?.resource, endpoint)) return false;
    endpointPage.answer(request, response, identity?.resource);
    return true;
  };
}
