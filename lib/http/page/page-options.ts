import { assertMembers } from '../../errors/assert-members.js';
import { invalidOption } from '../../errors/invalid-option.js';
import { isTrustworthyUrl } from '../../oauth/trustworthy-url.js';
import type { PageClient } from './client-guides.js';
import { clientGuides } from './client-guides.js';

/** Options of the page, as `page` of `mcpRouter` takes them. */
export interface PageOptions {
  /** A sentence or two about the purpose of the server. */
  readonly description?: string;
  /** Public URL of the endpoint. Default: `resource` of the `mcpAuth` in front. Needed without one. */
  readonly url?: string;
  /** Clients to show instructions for, in this order. Default: all. */
  readonly clients?: readonly PageClient[];
  /** Whether tools, prompts and resources are listed. Default true. */
  readonly items?: boolean;
}

/** The options with defaults filled in. */
export interface ResolvedPageOptions {
  readonly description: string | undefined;
  readonly url: string | undefined;
  readonly clients: readonly PageClient[];
  readonly items: boolean;
}

/** The members of {@link PageOptions}. */
export const pageOptionNames = Object.keys({
  description: true,
  url: true,
  clients: true,
  items: true,
} satisfies Record<keyof PageOptions, true>);

const knownClients = clientGuides.map(({ id }) => id);

/**
 * Checks the options of the page. The caller has checked the members.
 *
 * @param owner - whose options they are, for messages, such as `mcpRouter page`
 * @throws ConfigurationError `invalid_option`
 */
export function resolvePageOptions(options: PageOptions, owner: string): ResolvedPageOptions {
  const { description, url, clients = knownClients, items = true } = options;
  const mustBe = (option: string, wanted: string) => invalidOption(owner, `${option} must be ${wanted}`);
  if (description !== undefined && typeof description !== 'string') throw mustBe('description', 'a text');
  if (url !== undefined && !isEndpointUrl(url)) {
    throw mustBe(
      'url',
      'the public URL of the endpoint with https (http on localhost only), without query and fragment',
    );
  }
  if (!Array.isArray(clients) || !clients.every((client) => knownClients.includes(client as PageClient))) {
    throw mustBe('clients', `an array of some of ${knownClients.join(', ')}`);
  }
  if (typeof items !== 'boolean') throw mustBe('items', 'true or false');
  return Object.freeze({ description, url, clients: [...new Set(clients as readonly PageClient[])], items });
}

/**
 * Checks the `page` option of `mcpRouter`.
 *
 * @returns undefined without a page
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function resolveRouterPage(page: PageOptions | boolean = false): ResolvedPageOptions | undefined {
  if (page === false) return undefined;
  const options = page === true ? {} : page;
  assertMembers(options, pageOptionNames, 'mcpRouter page');
  return resolvePageOptions(options, 'mcpRouter page');
}

function isEndpointUrl(url: unknown): url is string {
  if (typeof url !== 'string' || !isTrustworthyUrl(url)) return false;
  const { search, hash, username, password } = new URL(url);
  return `${search}${hash}${username}${password}` === '';
}
