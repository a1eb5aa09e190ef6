import { describeValue } from '../errors/describe-value.js';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { displayName } from '../errors/display-name.js';
import { compileAccess } from './access.js';
import type { CallContext } from './call-context.js';
import { assertListedMembers } from './content-rules.js';
import type { Annotations, Meta, ReadResourceResult, ResourceContents } from './content.js';
import type { ItemDefinition } from './definition.js';
import { assertHandler, assertMeta, defined, itemDefinitionKeys } from './definition.js';
import { assertDefinition, foreignMembers } from './foreign-habits.js';
import type { InputRequired } from './input-required.js';
import type { CatalogItem } from './item.js';
import { isUriText } from './uri-text.js';

/** Description and access rules of a resource. */
export interface ResourceDefinition extends ItemDefinition {
  /** Default: the URI. */
  readonly name?: string;
  /** Also the default type of the contents. */
  readonly mimeType?: string;
  /** Bytes, when known. */
  readonly size?: number;
  /** Audience, priority and last change. Hints for clients. */
  readonly annotations?: Annotations;
}

/** Contents of a resource whose URI and type are already known. */
export type BareContents = { readonly mimeType?: string; readonly _meta?: Meta } & (
  { readonly text: string } | { readonly blob: string }
);

/**
 * The result of a reader: text, bytes, contents, several contents, or a full result. Undefined means that the resource does not exist.
 */
export type ResourceReturn =
  BareContents | InputRequired | ReadResourceResult | Uint8Array | string | readonly ResourceContents[] | undefined;

/** The function behind a resource. */
export type ResourceReader<State, Request, TokenClaims> = (
  about: { readonly uri: string },
  ctx: CallContext<State, Request, TokenClaims>,
) => Promise<ResourceReturn> | ResourceReturn;

/** A resource, compiled. */
export interface McpResource extends CatalogItem {
  readonly kind: 'resource';
  readonly mimeType: string | undefined;
  readonly read: (about: { readonly uri: string }, ctx: CallContext) => unknown;
}

/** The source of a compiled resource. */
export interface ResourceSource {
  readonly uri: string;
  readonly definition: ResourceDefinition;
  readonly read: McpResource['read'];
}

/** Keys of {@link ResourceDefinition}. */
export const resourceDefinitionKeys = [...itemDefinitionKeys, 'name', 'mimeType', 'size', 'annotations'];

/**
 * Compiles a resource.
 *
 * @throws ConfigurationError if URI, definition or scopes are wrong
 */
export function compileResource({ uri, definition, read }: ResourceSource, order: number): McpResource {
  assertUri(uri);
  const owner = `resource "${uri}"`;
  assertDefinition(definition, owner);
  assertMembers(definition, resourceDefinitionKeys, owner, foreignMembers);
  assertHandler(read, owner);
  assertMeta(definition._meta, owner);
  assertListedMembers(definition, 'resource', owner);
  const { name = uri, title, description, mimeType, size, annotations, icons, _meta } = definition;
  return {
    kind: 'resource',
    key: uri,
    order,
    access: compileAccess(definition, owner),
    listing: defined({ uri, name, title, description, mimeType, size, annotations, icons, _meta }),
    mimeType,
    read,
  };
}

function assertUri(uri: unknown): void {
  if (typeof uri === 'string' && URL.canParse(uri) && isUriText(uri)) return;
  throw new ConfigurationError(
    'invalid_name',
    `${typeof uri === 'string' ? displayName(uri) : describeValue(uri)} is no URI for a resource. ${adviceAbout(uri)}`,
  );
}

function adviceAbout(uri: unknown): string {
  if (typeof uri === 'string' && /\{\w+\}/.test(uri)) {
    return `For a URI with variables, write registry.resourceTemplate(${displayName(uri)}, { … }, read).`;
  }
  return (
    'Write an absolute one, such as "notes://all", with spaces and what is beyond ASCII percent-encoded. ' +
    'The URI comes first, and the name goes into the definition.'
  );
}
