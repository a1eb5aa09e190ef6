import { fetchBounded, metadataLimits } from './fetch-bounded.js';
import type { Freshness } from './refreshed.js';
import { Refreshed } from './refreshed.js';
import { isTrustworthyUrl } from './trustworthy-url.js';

/** The part of an authorization server's metadata that a resource server needs. */
export interface IssuerMetadata {
  readonly issuer: string;
  /** Absent when the issuer publishes no keys, as one whose tokens are opaque. */
  readonly jwksUri?: string;
  readonly introspectionEndpoint?: string;
}

/**
 * Where the metadata of an issuer may be: RFC 8414 §3.1 first (path inserted), then OpenID Connect Discovery 1.0 §4 in
 * both places, in the order that MCP `basic/authorization/authorization-server-discovery` gives.
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

/**
 * Asks an authorization server for its metadata.
 *
 * @param issuer - the issuer identifier
 * @throws Error when no place has a usable document; AggregateError with what happened at each
 */
export async function discoverIssuer(issuer: string): Promise<IssuerMetadata> {
  const failures: unknown[] = [];
  for (const url of metadataUrls(issuer)) {
    try {
      return readMetadata(issuer, await fetchDocument(url));
    } catch (error) {
      failures.push(error);
    }
  }
  throw new AggregateError(failures, `No usable metadata of the authorization server ${issuer} was found`);
}

async function fetchDocument(url: string): Promise<unknown> {
  const response = await fetchBounded(url, { headers: { accept: 'application/json' } }, metadataLimits);
  if (response.status !== 200) throw new Error(`${url} answered ${String(response.status)}`);
  return response.json();
}

function readMetadata(issuer: string, document: unknown): IssuerMetadata {
  const metadata = (document ?? {}) as Readonly<Record<string, unknown>>;
  // RFC 8414 §3.3: the issuer value MUST be identical to the one that the URL was made from, or the data is not used.
  if (metadata['issuer'] !== issuer) {
    throw new Error(`The metadata names the issuer ${JSON.stringify(metadata['issuer'])} instead of "${issuer}"`);
  }
  return {
    issuer,
    ...memberOf('jwksUri', metadata['jwks_uri'], 'jwks_uri'),
    ...memberOf('introspectionEndpoint', metadata['introspection_endpoint'], 'introspection_endpoint'),
  };
}

function memberOf(member: keyof IssuerMetadata, value: unknown, name: string): Partial<IssuerMetadata> {
  if (value === undefined) return {};
  if (typeof value === 'string' && isTrustworthyUrl(value)) return { [member]: value };
  throw new Error(`The ${name} of the metadata is no URL with https`);
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
 * The metadata of an issuer, asked for when it is first needed.
 *
 * @param issuer - the issuer identifier
 */
export function issuerMetadata(issuer: string): Refreshed<IssuerMetadata> {
  return new Refreshed(() => discoverIssuer(issuer), metadataFreshness);
}
