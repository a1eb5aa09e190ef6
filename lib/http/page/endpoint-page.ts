import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConfigurationError } from '../../errors/configuration-error.js';
import type { Catalog } from '../../registry/catalog.js';
import type { CatalogItem } from '../../registry/item.js';
import { vary } from '../fields/vary.js';
import type { ProtectedResource } from '../resource/protected-resource.js';
import { listsOf } from './page-items.js';
import type { ResolvedPageOptions } from './page-options.js';
import { pagePolicy } from './page-policy.js';
import { renderPage } from './render-page.js';
import { nodeCrypto } from '../../builtins/node-crypto.js';

/** The part of a protected resource that the page shows. */
export type PageResource = Pick<
  ProtectedResource,
  'allowAnonymous' | 'authorizationServers' | 'identifier' | 'requiredScopes'
>;

interface MadePage {
  readonly lists: readonly (readonly CatalogItem[])[];
  readonly body: Buffer;
  readonly etag: string;
}

/**
 * The page for people who open the endpoint in a browser. It only knows the registry and the facts of the metadata document. It does
 * not know the caller, so its contents cannot depend on one.
 */
export class EndpointPage {
  readonly #catalog: Catalog;
  readonly #options: ResolvedPageOptions;
  readonly #protocolVersions: readonly string[];
  readonly #made = new WeakMap<object, MadePage>();

  /** @param protocolVersions - the revisions that the endpoint speaks */
  constructor(catalog: Catalog, options: ResolvedPageOptions, protocolVersions: readonly string[]) {
    this.#catalog = catalog;
    this.#options = options;
    this.#protocolVersions = protocolVersions;
  }

  /**
   * Answers a request for the page.
   *
   * @param request - one that `asksForPage`
   * @param resource - the endpoint; undefined where no `mcpAuth` is in front
   * @throws ConfigurationError `missing_option` when nothing says what the public URL is
   */
  answer(request: IncomingMessage, response: ServerResponse, resource: PageResource | undefined): void {
    const { body, etag } = this.#pageFor(resource);
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('Content-Security-Policy', pagePolicy());
    response.setHeader('ETag', etag);
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    // RFC 9110 §12.5.5: the same URL answers programs otherwise.
    vary(response, 'Accept');
    if (hasCurrent(request.headers['if-none-match'], etag)) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #pageFor(resource: PageResource | undefined): MadePage {
    const lists = this.#options.items ? listsOf(this.#catalog) : [];
    const owner = resource ?? this;
    const known = this.#made.get(owner);
    if (known?.lists.every((list, index) => list === lists[index]) === true) return known;
    const made = this.#make(resource, lists);
    this.#made.set(owner, made);
    return made;
  }

  #make(resource: PageResource | undefined, lists: MadePage['lists']): MadePage {
    const { description, url = resource?.identifier, clients } = this.#options;
    if (url === undefined) throw missingUrl();
    const html = renderPage({
      serverInfo: this.#catalog.serverInfo,
      description,
      url,
      clients,
      lists,
      requiredScopes: resource?.requiredScopes ?? [],
      authorizationServers: resource?.authorizationServers ?? [],
      needsToken: resource === undefined ? undefined : !resource.allowAnonymous,
      protocolVersions: this.#protocolVersions,
    });
    const body = Buffer.from(html);
    return { lists, body, etag: `"${nodeCrypto().createHash('sha256').update(body).digest('base64url')}"` };
  }
}

function missingUrl(): ConfigurationError {
  return new ConfigurationError(
    'missing_option',
    'The page needs to know the public URL of the endpoint, and no mcpAuth in front says it. Write ' +
      'mcpPage(registry, { url: "https://api.example.com/mcp" }), or mcpRouter(registry, { page: { url: "…" } }).',
  );
}

/** RFC 9110 §13.1.2: entity tags are compared weakly. */
function hasCurrent(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}
