import type { JWK } from 'jose';
import { loadSigning } from './jose.js';

/** Information about a resource for people, besides the members that clients need (RFC 9728 §2). */
export interface ResourceDescription {
  /** Name for people. */
  readonly name?: string;
  /** URL of a page for developers. */
  readonly documentation?: string;
  /** URL of a page that says what clients may do with the data. */
  readonly policy?: string;
  /** URL of the terms of service. */
  readonly termsOfService?: string;
  /** Private key, as JWK with `alg`, that the document is also signed with (RFC 9728 §2.2). */
  readonly signingKey?: JWK & { readonly alg: string };
}

/** The metadata document of a protected resource (RFC 9728 §2). */
export type ProtectedResourceMetadata = Readonly<Record<string, unknown>> & { readonly resource: string };

const wellKnown = '/.well-known/oauth-protected-resource';

/**
 * The URL of a resource's metadata document: the well-known path is inserted between host and path (RFC 9728 §3.1).
 *
 * @param resource - the resource identifier
 */
export function metadataUrlOf(resource: URL): URL {
  const path = resource.pathname === '/' ? '' : resource.pathname;
  return new URL(`${wellKnown}${path}`, resource.origin);
}

/** The values that the document is made from. */
export interface MetadataFacts {
  /** The resource identifier as the client knows it. */
  readonly resource: string;
  readonly authorizationServers: readonly string[];
  readonly scopesSupported: readonly string[];
  readonly dpop?: { readonly algorithms: readonly string[]; readonly isRequired: boolean } | undefined;
  readonly description?: ResourceDescription;
}

/** The metadata document, without the members that need signing. */
export function buildProtectedResourceMetadata(facts: MetadataFacts): ProtectedResourceMetadata {
  const { description = {}, dpop } = facts;
  const members = {
    authorization_servers: facts.authorizationServers,
    scopes_supported: facts.scopesSupported,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: dpop?.algorithms,
    dpop_bound_access_tokens_required: dpop?.isRequired === true ? true : undefined,
    resource_name: description.name,
    resource_documentation: description.documentation,
    resource_policy_uri: description.policy,
    resource_tos_uri: description.termsOfService,
  };
  // RFC 9728 §3.2: members without values are left out.
  const isGiven = ([, value]: readonly [string, unknown]): boolean =>
    value !== undefined && !(Array.isArray(value) && value.length === 0);
  return { resource: facts.resource, ...Object.fromEntries(Object.entries(members).filter(isGiven)) };
}

/**
 * The document as a JWT for its own `signed_metadata` member (RFC 9728 §2.2). `iss` names its author, and it does not contain itself.
 *
 * @param metadata - the document
 * @param signingKey - a private JWK with `alg`
 */
export async function signMetadata(
  metadata: ProtectedResourceMetadata,
  signingKey: NonNullable<ResourceDescription['signingKey']>,
): Promise<ProtectedResourceMetadata> {
  const { SignJWT, importJWK } = await loadSigning();
  const { alg, kid } = signingKey;
  const signed = await new SignJWT({ ...metadata })
    .setProtectedHeader({ alg, ...(kid === undefined ? {} : { kid }) })
    .setIssuer(metadata.resource)
    .setIssuedAt()
    .sign(await importJWK(signingKey, alg));
  return { ...metadata, signed_metadata: signed };
}
