import { fetchBounded, metadataLimits } from './fetch-bounded.js';
import type { Freshness } from './refreshed.js';
import { Refreshed } from './refreshed.js';
import { isTrustworthyUrl } from './trustworthy-url.js';

/** A member of an authorization server's metadata that a resource server needs, by its name in RFC 8414 §2. */
export type NeededMember = 'introspection_endpoint' | 'jwks_uri' | 'token_endpoint';

/**
 * URLs where the metadata of an issuer may be: RFC 8414 §3.1 first (path inserted), then OpenID Connect Discovery 1.0 §4 in both
 * places. MCP `basic/authorization/authorization-server-discovery` gives this order.
 *
 * @param issuer - the issuer identifier, a URL
 */
export function metadataUrls(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const inserted = ['oauth-authorization-server', 'openid-configuration'].map(
    (name) => `${origin}/.well-known/${name}${path}`,
  );
  return path === '' ? inserted : [...inserted, `${origin}${path}/.well-known/openid-configuration`];
}

/** Where the metadata of an issuer is looked for. */
export interface DiscoveryOptions {
  /** Identifier of the authorization server, where it is another than the `iss` of its tokens. Default: the issuer. */
  readonly server?: string | undefined;
  /** URL of the document, where it is in none of the usual places. */
  readonly metadataUrl?: string | undefined;
  /** Whether a URL may be used. Default: with https, or http on this machine. */
  readonly isTrusted?: (url: string) => boolean;
  /** Hears which scopes the metadata lists (`scopes_supported`), each time that it is read. */
  readonly onScopes?: (scopes: readonly string[] | undefined) => void;
}

/**
 * Asks an authorization server for a member of its metadata, in one place after the other until it is found. Other members are
 * not looked at.
 *
 * @param member - the member, a URL
 * @param issuer - the value of `iss` in the server's tokens
 * @param options - see {@link DiscoveryOptions}
 * @throws AggregateError with what happened at each place, when no place has it
 */
export async function discoverMember(
  member: NeededMember,
  issuer: string,
  options: DiscoveryOptions = {},
): Promise<string> {
  const { server = issuer, metadataUrl } = options;
  const failures: unknown[] = [];
  for (const url of metadataUrl === undefined ? metadataUrls(server) : [metadataUrl]) {
    try {
      const metadata = await fetchDocument(url, [server, issuer]);
      options.onScopes?.(scopesOf(metadata));
      return readMember(member, metadata, options);
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, `No metadata of the authorization server ${server} names a usable ${member}`);
}

type Metadata = Readonly<Record<string, unknown>>;

async function fetchDocument(url: string, names: readonly string[]): Promise<Metadata> {
  const response = await fetchBounded(url, { headers: { accept: 'application/json' } }, metadataLimits);
  if (response.status !== 200) throw new Error(`${url} answered ${String(response.status)}`);
  const metadata = ((await response.json()) ?? {}) as Metadata;
  // RFC 8414 §3.3: the issuer value MUST be identical to the one that the URL was made from, or the data is not used. AD FS
  // names the issuer of its access tokens beside that of the server.
  const named = [metadata['issuer'], metadata['access_token_issuer']];
  if (names.some((name) => named.includes(name))) return metadata;
  const wanted = [...new Set(names)].map((name) => `"${name}"`).join(' or ');
  throw new Error(`The metadata names the issuer ${JSON.stringify(metadata['issuer'])} instead of ${wanted}`);
}

function scopesOf({ scopes_supported: scopes }: Metadata): readonly string[] | undefined {
  return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : undefined;
}

function readMember(member: NeededMember, metadata: Metadata, options: DiscoveryOptions): string {
  const { isTrusted = isTrustworthyUrl } = options;
  const value = metadata[member];
  if (value === undefined || value === null) throw new Error(`The metadata names no ${member}`);
  if (typeof value === 'string' && isTrusted(value)) return value;
  throw new Error(`The ${member} of the metadata is no URL with https`);
}

// Endpoints hardly ever move, and a day without the metadata of an issuer that still has keys does no harm.
const metadataFreshness: Freshness = {
  refreshAfterMs: 60 * 60_000,
  waitAfterMs: 24 * 60 * 60_000,
  usableForMs: 24 * 60 * 60_000,
  cooldownMs: 5000,
  pauseAfterFailureMs: 1000,
};

/**
 * A member of an issuer's metadata, asked for when it is first needed.
 *
 * @param member - the member, a URL
 * @param issuer - the value of `iss` in the server's tokens
 * @param options - see {@link DiscoveryOptions}
 */
export function issuerMember(member: NeededMember, issuer: string, options?: DiscoveryOptions): Refreshed<string> {
  return new Refreshed(() => discoverMember(member, issuer, options), metadataFreshness);
}
