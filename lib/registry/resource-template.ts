import type { Claims } from '../oauth/claim-mapping.js';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { compileAccess } from './access.js';
import { assertListedMembers } from './content-rules.js';
import type { CallContext } from './call-context.js';
import type { CompletionFunction } from './completion.js';
import type { Annotations } from './content.js';
import { assertHandler, assertMeta, defined } from './definition.js';
import { assertDefinition, foreignMembers } from './foreign-habits.js';
import { assertReaderParameters } from './foreign-parameters.js';
import type { CatalogItem } from './item.js';
import type { ResourceDefinition, ResourceReturn } from './resource.js';
import { resourceDefinitionKeys } from './resource.js';
import type { TemplateVariables } from './template-variables.js';
import { UriTemplate } from './uri-template.js';
import { isUriText } from './uri-text.js';

/** A resource that a template can name, as `resources/list` shows it. */
export interface ListedResource {
  readonly uri: string;
  readonly name?: string;
  readonly title?: string;
  readonly description?: string;
  readonly mimeType?: string;
  readonly size?: number;
  readonly annotations?: Annotations;
}

/** Description and access rules of a family of resources. */
export interface ResourceTemplateDefinition<State, Request, TokenClaims> extends Omit<ResourceDefinition, 'size'> {
  /** Lists existing resources of the family, for `resources/list`. It must return only those that the caller may see. */
  readonly list?: (
    ctx: CallContext<State, Request, TokenClaims>,
  ) => Promise<readonly ListedResource[]> | readonly ListedResource[];
  /** Whether values of variables may have `.` and `..` between slashes (`../secret`). Default: such a URI names no resource. */
  readonly allowDotSegments?: boolean;
  /** Suggests values for variables, by name. */
  readonly complete?: Readonly<Record<string, CompletionFunction<State, Request, TokenClaims>>>;
}

/** The function behind a resource template. */
export type TemplateReader<State, Request, TokenClaims, Template extends string> = (
  about: { readonly uri: string; readonly variables: TemplateVariables<Template> },
  ctx: CallContext<State, Request, TokenClaims>,
) => Promise<ResourceReturn> | ResourceReturn;

/** A resource template, compiled. */
export interface ResourceTemplate extends CatalogItem {
  readonly kind: 'resource-template';
  readonly template: UriTemplate;
  readonly mimeType: string | undefined;
  readonly list: ((ctx: CallContext) => Promise<readonly ListedResource[]> | readonly ListedResource[]) | undefined;
  readonly completions: ReadonlyMap<string, CompletionFunction>;
  readonly read: (
    about: { readonly uri: string; readonly variables: Readonly<Record<string, string>> },
    ctx: CallContext,
  ) => unknown;
}

/** The source of a compiled resource template. */
export interface ResourceTemplateSource {
  readonly uriTemplate: string;
  readonly definition: ResourceTemplateDefinition<unknown, unknown, Claims>;
  readonly read: ResourceTemplate['read'];
}

const definitionKeys = [
  ...resourceDefinitionKeys.filter((key) => key !== 'size'),
  'list',
  'complete',
  'allowDotSegments',
];

/**
 * Compiles a resource template.
 *
 * @throws ConfigurationError if template, definition or scopes are wrong
 */
export function compileResourceTemplate(
  { uriTemplate, definition, read }: ResourceTemplateSource,
  order: number,
): ResourceTemplate {
  const owner = `resource template "${uriTemplate}"`;
  assertDefinition(definition, owner);
  assertMembers(definition, definitionKeys, owner, foreignMembers);
  const template = new UriTemplate(uriTemplate, definition.allowDotSegments === true);
  // MCP server/resources#custom-uri-schemes: URIs of the template MUST follow RFC 3986.
  if (!isUriText(uriTemplate.replaceAll(/\{[^}]*\}/g, ''))) {
    const message = `${owner}: write spaces and what is beyond ASCII percent-encoded.`;
    throw new ConfigurationError('invalid_uri_template', message);
  }
  assertMembers(definition.complete ?? {}, template.variables, `${owner} complete`);
  assertHandler(read, owner);
  assertReaderParameters(read, owner);
  assertMeta(definition._meta, owner);
  assertListedMembers(definition, 'resource', owner);
  const { name = uriTemplate, title, description, mimeType, annotations, icons, _meta } = definition;
  return {
    kind: 'resource-template',
    key: uriTemplate,
    order,
    access: compileAccess(definition, owner),
    listing: defined({ uriTemplate, name, title, description, mimeType, annotations, icons, _meta }),
    template,
    mimeType,
    list: definition.list,
    completions: new Map(Object.entries(definition.complete ?? {})),
    read,
  };
}
