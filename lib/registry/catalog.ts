import type { CallMiddleware } from './call-middleware.js';
import { CatalogChanges } from './catalog-changes.js';
import type { Icon } from './content.js';
import type { ExtensionFollower, ExtensionMethod } from './extension.js';
import type { CatalogItem, UsableItem } from './item.js';
import { ItemCollection } from './item-collection.js';
import type { Prompt } from './prompt.js';
import type { McpResource } from './resource.js';
import { ResourceIndex } from './resource-index.js';
import type { ResourceTemplate } from './resource-template.js';
import type { Skill } from './skill.js';
import { manifestName, skillUri } from './skill-files.js';
import type { Tool } from './tool.js';
import { withSameSpelling } from './equivalent-uri.js';
import { uriSpellings } from './uri-spellings.js';
import type { MatchedVariables, UriTemplate } from './uri-template.js';

/** The server's description of itself. */
export interface ServerInfo {
  /** Name for programs, such as `notes`. */
  readonly name: string;
  /** Version of the server, in any form. */
  readonly version: string;
  /** Name for people. Default: clients show `name`. */
  readonly title?: string;
  /** Instructions for a model about the use of this server. */
  readonly instructions?: string;
  /** URL of a page about the server. */
  readonly websiteUrl?: string;
  /** Pictures that clients show beside the name. */
  readonly icons?: readonly Icon[];
}

/** A resource that was found by its URI. */
export type FoundResource =
  | { readonly item: McpResource; readonly variables?: undefined }
  | { readonly item: ResourceTemplate; readonly variables: Readonly<Record<string, string>> };

/** A folder of a skill that was found by its URI. */
export interface FoundDirectory {
  readonly skill: Skill;
  /** Its contents, as lists show them. */
  readonly children: readonly CatalogItem['listing'][];
}

/** Everything that can be listed and used, compiled: the server side of the package works with it. */
export class Catalog {
  readonly changes = new CatalogChanges();
  readonly tools = new ItemCollection<Tool>(this.changes);
  readonly prompts = new ItemCollection<Prompt>(this.changes);
  readonly resources = new ItemCollection<McpResource>(this.changes);
  readonly resourceTemplates = new ItemCollection<ResourceTemplate>(this.changes);
  readonly skills = new ItemCollection<Skill>(this.changes);

  /** The extensions that the server offers, by name, with the settings that it declares (MCP `basic/index#extensions`). */
  readonly extensions = new Map<string, Readonly<Record<string, unknown>>>();

  readonly #byUri = new ResourceIndex(this.resources);

  /** Middleware around every handler, the outermost first. */
  readonly middleware: CallMiddleware[] = [];

  /** The methods of extensions of the app's own, by name. */
  readonly extensionMethods = new Map<string, ExtensionMethod>();

  /** The catalogs whose items were included by `registry.include`. */
  readonly included = new Set<Catalog>();

  /** The catalogs of registries that include this one; they receive its extensions. */
  readonly extensionFollowers: ExtensionFollower[] = [];

  constructor(
    readonly serverInfo: ServerInfo,
    /** Shared with every handler. */
    readonly state: unknown,
    /** Maximum number of items on a page of a list. */
    readonly pageSize: number,
    /** Whether lists show the scopes of each tool. */
    readonly advertisesScopes = false,
  ) {}

  /**
   * The resource that a URI names: one registered with it or with an equivalent URI, or else the first matching template. A URI whose
   * decoded form names another item names none. Otherwise a template, which decodes its variables, would bypass the scopes of that
   * item.
   */
  findResource(uri: string): FoundResource | undefined {
    const found = this.#findAsWritten(uri);
    if (found?.variables === undefined) return found;
    const isDisguised = uriSpellings(uri).some(
      (plain) => (this.#findAsWritten(plain)?.item ?? found.item) !== found.item,
    );
    return isDisguised ? undefined : found;
  }

  /** The URI that the app uses to announce changes of a resource: the one that it was registered with. */
  announcedUri(uri: string): string {
    return this.#byUri.find(uri)?.key ?? uri;
  }

  /**
   * The other templates that a URI matches, in any spelling. Templates may overlap, and the first match is read; it must not bypass the
   * scopes of a more specific one.
   *
   * @param uri - as it was sent
   * @param found - the resource to read
   */
  otherTemplatesFor(uri: string, found: FoundResource): readonly FoundResource[] {
    if (found.variables === undefined) return [];
    const spellings = [...new Set(uriSpellings(uri).flatMap((plain) => [plain, withoutEmptySegments(plain)]))];
    return this.resourceTemplates.items.flatMap((item): readonly FoundResource[] => {
      const variables = item === found.item ? undefined : firstMatch(item.template, spellings);
      return variables === undefined ? [] : [{ item, variables }];
    });
  }

  /** The folder of a skill that a URI names, with its contents. */
  findDirectory(uri: string): FoundDirectory | undefined {
    const name = /^skill:\/\/([^/]+)/.exec(uri)?.[1];
    const skill = name === undefined ? undefined : this.skills.get(skillUri(name, manifestName));
    const children = skill?.directories.get(uri);
    return skill === undefined || children === undefined ? undefined : { skill, children };
  }

  #findAsWritten(uri: string): FoundResource | undefined {
    const exact = this.#byUri.find(uri);
    if (exact !== undefined) return { item: exact };
    const { items } = this.resourceTemplates;
    return firstThatMatches(items, (template) => template.match(uri)) ?? firstThatMatches(items, equivalents(uri));
  }

  /** Everything that a caller can name: by kind, then in the order of registration. Skills are represented by their files. */
  get usableItems(): readonly UsableItem[] {
    const { tools, prompts, resources, resourceTemplates, extensionMethods } = this;
    return [tools, prompts, resources, resourceTemplates]
      .flatMap(({ items }): readonly UsableItem[] => items)
      .concat([...extensionMethods.values()]);
  }

  /** Whether there is an argument or a variable with suggested values. */
  get hasCompletions(): boolean {
    return [...this.prompts.items, ...this.resourceTemplates.items].some(({ completions }) => completions.size > 0);
  }
}

function firstThatMatches(
  items: readonly ResourceTemplate[],
  match: (template: UriTemplate) => MatchedVariables | undefined,
): FoundResource | undefined {
  for (const item of items) {
    const variables = match(item.template);
    if (variables !== undefined) return { item, variables };
  }
  return undefined;
}

const emptyPath = /^([^:/?#]+:\/\/[^/?#]+)(?=$|[?#])/;
const rootPath = /^([^:/?#]+:\/\/[^/?#]+)\/(?=$|[?#])/;

/** Matches a URI in the spellings that are equivalent to it. */
function equivalents(uri: string): (template: UriTemplate) => MatchedVariables | undefined {
  const same = withSameSpelling(uri);
  // An empty path is the same as a slash.
  const others = new Set([same, same.replace(emptyPath, '$1/'), same.replace(rootPath, '$1')]);
  return (template) => {
    for (const spelling of others) {
      const variables = template.matchSameSpelling(spelling);
      if (variables !== undefined) return variables;
    }
    return undefined;
  };
}

function firstMatch(template: UriTemplate, uris: readonly string[]): MatchedVariables | undefined {
  for (const uri of uris) {
    const variables = template.match(uri);
    if (variables !== undefined) return variables;
  }
  return undefined;
}

/** File systems and many servers treat `a://b//c`, `a:///b/c` and `a://b/c/` as `a://b/c`. */
function withoutEmptySegments(uri: string): string {
  const [scheme = '', ...rest] = uri.split('://');
  if (rest.length === 0) return uri;
  const segments = rest
    .join('://')
    .split('/')
    .filter((segment) => segment !== '');
  return `${scheme}://${segments.join('/')}`;
}
