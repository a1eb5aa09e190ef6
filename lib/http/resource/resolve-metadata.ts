import { assertMembers } from '../../errors/assert-members.js';
import { ConfigurationError } from '../../errors/configuration-error.js';
import type { ProtectedResourceMetadata, ResourceDescription } from '../../oauth/protected-resource-metadata.js';
import {
  buildProtectedResourceMetadata,
  metadataUrlOf,
  signMetadata,
} from '../../oauth/protected-resource-metadata.js';
import { isTrustworthyUrl } from '../../oauth/trustworthy-url.js';
import type { ProtectedResource } from './protected-resource.js';

/** The metadata document, and where it is. */
export function resolveMetadata(
  given: ResourceDescription | undefined,
  facts: Omit<Parameters<typeof buildProtectedResourceMetadata>[0], 'description'>,
  url: URL,
): Pick<ProtectedResource, 'metadataJson' | 'metadataPath' | 'metadataUrl'> {
  const metadata = buildProtectedResourceMetadata({ ...facts, description: resolveDescription(given) });
  const { href, pathname } = metadataUrlOf(url);
  return { metadataPath: pathname, metadataUrl: href, metadataJson: onceMade(metadata, given?.signingKey) };
}

function resolveDescription(description: ResourceDescription = {}): ResourceDescription {
  const { name, signingKey, ...pages } = description;
  assertMembers(description, ['name', 'documentation', 'policy', 'termsOfService', 'signingKey'], 'mcpAuth metadata');
  if (name !== undefined && typeof name !== 'string') throw wrongMetadata('name must be a text');
  for (const [member, url] of Object.entries(pages)) {
    if (!(typeof url === 'string' && isTrustworthyUrl(url))) throw wrongMetadata(`${member} must be a URL with https`);
  }
  if (signingKey !== undefined && (typeof signingKey.alg !== 'string' || signingKey.d === undefined)) {
    throw wrongMetadata('signingKey must be a private JWK with an alg member');
  }
  return description;
}

function wrongMetadata(text: string): ConfigurationError {
  return new ConfigurationError('invalid_option', `mcpAuth metadata: ${text}.`);
}

/** Signing takes time, and mcpAuth() must return at once. */
function onceMade(
  metadata: ProtectedResourceMetadata,
  signingKey: ResourceDescription['signingKey'],
): () => Promise<string> {
  let text: Promise<string> | undefined;
  const make = async (): Promise<string> =>
    JSON.stringify(signingKey === undefined ? metadata : await signMetadata(metadata, signingKey));
  return async () => (text ??= make());
}
