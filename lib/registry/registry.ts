import { needsRegistry } from './needs-registry.js';
import type { Claims } from '../oauth/claim-mapping.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import type { CallMiddleware } from './call-middleware.js';
import { AccessDefaults } from './access-defaults.js';
import { AnyRegistry } from './any-registry.js';
import { Catalog } from './catalog.js';
import type { ServerInfo } from './catalog.js';
import type { ExtensionDefinition } from './extension.js';
import { refuseForeignMethods } from './foreign-habits.js';
import type { SchemaDefinition } from './schemas/infer-schema.js';
import type { CatalogItem } from './item.js';
import type { DefinedPlace } from './defined-place.js';
import { handleOf, placeDefined } from './defined-place.js';
import type { ItemCollection } from './item-collection.js';
import type { ItemHandle, TemplateHandle } from './item-handle.js';
import type { PromptDefinition, PromptHandler, PromptSource } from './prompt.js';
import type { PromptArguments } from './prompt-arguments.js';
import type { IncludeOptions } from './include-registry.js';
import { includeRegistry } from './include-registry.js';
import { compilePrompt } from './prompt.js';
import { registerExtension } from './register-extension.js';
import { registerSkill } from './register-skill.js';
import type { RegistryOptions } from './registry-options.js';
import { resolveRegistryOptions } from './registry-options.js';
import type { ResourceDefinition, ResourceReader, ResourceSource } from './resource.js';
import { compileResource } from './resource.js';
import type { ResourceTemplateDefinition, ResourceTemplateSource, TemplateReader } from './resource-template.js';
import { compileResourceTemplate } from './resource-template.js';
import { RegistryWarnings } from './registry-warnings.js';
import { SchemaCompiler } from './schemas/schema-compiler.js';
import { assertServerInfo } from './server-info.js';
import type { SkillDefinition } from './skill.js';
import { tasksExtension } from './task-support.js';
import type { ToolDefinition, ToolHandler, ToolSource } from './tool.js';
import { compileTool } from './tool.js';

/**
 * Tools, prompts, resources, skills and extensions, each checked and compiled when it is registered.
 *
 * @typeParam State - type of `ctx.state`
 * @typeParam Request - type of `ctx.request`
 * @typeParam TokenClaims - type of `ctx.auth.claims`
 */
export class Registry<State = undefined, Request = unknown, TokenClaims = Claims> extends AnyRegistry {
  static {
    refuseForeignMethods(this.prototype);
  }

  readonly #schemas: SchemaCompiler;
  readonly #defaults: AccessDefaults;
  readonly #warnings = new RegistryWarnings();
  #registered = 0;

  /** Use `createRegistry`. */
  constructor(serverInfo: ServerInfo, options: RegistryOptions<State> = {}) {
    assertServerInfo(serverInfo);
    const { state, pageSize, defaults, advertiseScopes, checkFormats: checksFormats } = resolveRegistryOptions(options);
    super(new Catalog(Object.freeze({ ...serverInfo }), state, pageSize, advertiseScopes));
    this.#schemas = new SchemaCompiler({ checksFormats });
    this.#defaults = new AccessDefaults(defaults);
  }

  /**
   * Registers a tool.
   *
   * @param name - 1 to 128 letters, digits, `_`, `-` or `.`
   * @param definition - description, schemas and access rules
   * @param handler - receives validated arguments; returns text, structured content or a full result
   * @throws ConfigurationError if the name is taken, or a schema, a scope or another member is wrong
   */
  tool<
    const Input extends SchemaDefinition | undefined = undefined,
    const Output extends SchemaDefinition | undefined = undefined,
  >(
    name: string,
    definition: ToolDefinition<Input, Output, State, Request, TokenClaims>,
    handler: ToolHandler<State, Request, TokenClaims, Input, Output>,
  ): ItemHandle<ToolDefinition<Input, Output, State, Request, TokenClaims>> {
    // The schemas promise the handler's argument types; from here on validation keeps that promise.
    const source = { name, definition, handler } as unknown as ToolSource;
    return this.#register(this.catalog.tools, source, (changed, order) => {
      const tool = compileTool(changed, order, this.#schemas);
      this.#warnings.ofName(name);
      // tasks#capability-negotiation: declared by the first tool that has any.
      if (tool.task !== undefined) this.catalog.extensions.set(tasksExtension, {});
      return tool;
    });
  }

  /**
   * Registers a prompt.
   *
   * @param name - 1 to 128 letters, digits, `_`, `-` or `.`
   * @param definition - description, arguments and access rules
   * @param handler - receives the arguments, as texts or as `argumentsSchema` made them; returns a text, messages or a full result
   * @throws ConfigurationError if the name is taken, or a schema, a scope or another member is wrong
   */
  prompt<
    const Arguments extends PromptArguments<State, Request, TokenClaims> = PromptArguments<State, Request, TokenClaims>,
    const Schema extends SchemaDefinition | undefined = undefined,
  >(
    name: string,
    definition: PromptDefinition<State, Request, TokenClaims, Arguments, Schema>,
    handler: PromptHandler<State, Request, TokenClaims, Arguments, Schema>,
  ): ItemHandle<PromptDefinition<State, Request, TokenClaims, Arguments, Schema>> {
    // The prompt's own check of its arguments keeps the promise of the handler's types.
    const source = { name, definition, handler } as unknown as PromptSource;
    const compile = (changed: PromptSource, order: number) => compilePrompt(changed, order, this.#schemas);
    return this.#register(this.catalog.prompts, source, compile);
  }

  /**
   * Registers a resource.
   *
   * @param uri - absolute URI
   * @param definition - description and access rules
   * @param read - returns text, bytes, contents or a full result; undefined if it does not exist
   * @throws ConfigurationError if the URI is taken, or a scope or another member is wrong
   */
  resource(
    uri: string,
    definition: ResourceDefinition,
    read: ResourceReader<State, Request, TokenClaims>,
  ): ItemHandle<ResourceDefinition> {
    // Every handler of this registry is called with this registry's state and its transport's request.
    const source = { uri, definition, read } as ResourceSource;
    return this.#register(this.catalog.resources, source, compileResource);
  }

  /**
   * Registers a family of resources.
   *
   * @param uriTemplate - RFC 6570 template, such as `notes://{id}`
   * @param definition - description and access rules
   * @param read - receives the variables, decoded; treat them as untrusted input
   * @throws ConfigurationError if the template is taken or wrong, or a scope or another member is wrong
   */
  resourceTemplate<const Template extends string>(
    uriTemplate: Template,
    definition: ResourceTemplateDefinition<State, Request, TokenClaims>,
    read: TemplateReader<State, Request, TokenClaims, Template>,
  ): TemplateHandle<ResourceTemplateDefinition<State, Request, TokenClaims>> {
    // The template defines the names of the variables.
    const source = { uriTemplate, definition, read } as unknown as ResourceTemplateSource;
    const place = this.#place(this.catalog.resourceTemplates, source, compileResourceTemplate);
    return {
      ...handleOf(place),
      listChanged: () => {
        place.announce();
      },
    };
  }

  /**
   * Registers a skill (extension `io.modelcontextprotocol/skills`): instructions for a model and the files that they mention. Each file
   * is also a resource. The skill's scopes apply to all of them.
   *
   * @param name - 1 to 64 lower-case letters and digits, with single hyphens between them
   * @param definition - contents and access rules
   * @throws ConfigurationError if the name or a URI is taken, or a file, a scope or another member is wrong
   */
  skill(name: string, definition: SkillDefinition): ItemHandle<SkillDefinition> {
    return registerSkill(
      this.catalog,
      { name, definition: this.#defaults.addTo(definition) },
      () => this.#registered++,
    );
  }

  /**
   * Declares a custom extension, and serves its methods. Clients of 2026-07-28 can call them if they declare the extension, too; older
   * ones cannot.
   *
   * @param id - a domain of yours backwards, a slash and a name, such as `com.example/search`
   * @param definition - its settings, and its methods by name
   * @throws ConfigurationError if a name is taken or reserved, or a scope or another member is wrong
   */
  extension(id: string, definition: ExtensionDefinition<State, Request, TokenClaims> = {}): void {
    // Every handler of this registry is called with this registry's state and its transport's request.
    registerExtension(this.catalog, id, this.#defaults.addToMethods(definition as ExtensionDefinition));
  }

  /**
   * Wraps a function around every handler, after the decision and after validation. The first that is registered is the outermost.
   *
   * @param middleware - calls `next()` and returns the result for the caller
   * @throws ConfigurationError `invalid_option` if it is not a function
   */
  use(middleware: CallMiddleware<State, Request, TokenClaims>): void {
    if (typeof middleware !== 'function') {
      throw new ConfigurationError(
        'invalid_option',
        'registry.use needs a function: registry.use((call, next) => next()).',
      );
    }
    // Every handler of this registry is called with this registry's state and its transport's request.
    this.catalog.middleware.push(middleware as CallMiddleware);
  }

  /**
   * Includes the items of another registry: tools, prompts, resources, templates, skills and extensions, also those that are added,
   * changed or removed later. They keep the state, middleware and defaults of their own registry. The middleware of this registry wraps
   * them too. Its defaults apply where neither an item nor its own registry has a rule.
   *
   * @param other - another registry; its `instructions` are not included
   * @param options - `prefix` of the names of tools and prompts, `scopes` that every item needs besides its own
   * @throws ConfigurationError if a name or URI is taken, an option is wrong, or the registries would include each other. Then no item
   *   is included.
   *
   * @example
   * ```ts
   * import { createRegistry } from 'express-mcp';
   *
   * const billing = createRegistry({ name: 'billing', version: '1.0.0' });
   * billing.tool('refund', { scopes: ['billing:write'] }, () => 'Refunded');
   *
   * const registry = createRegistry({ name: 'shop', version: '1.0.0' });
   * registry.include(billing, { prefix: 'billing_', scopes: ['staff'] }); // billing_refund needs staff and billing:write
   * ```
   */
  include<OtherState>(other: Registry<OtherState, Request, TokenClaims>, options: IncludeOptions = {}): void {
    if (!((other as unknown) instanceof Registry)) {
      throw needsRegistry('registry.include', other, 'invalid_option');
    }
    const nextOrder = (): number => this.#registered++;
    const into = { catalog: this.catalog, defaults: this.#defaults, warnings: this.#warnings, nextOrder };
    includeRegistry(into, other.catalog, options);
  }

  /**
   * Tells subscribed clients that the contents of a resource changed, if their scopes still let them read it.
   *
   * @param uri - of a registered resource, or one that matches a template
   */
  resourceUpdated(uri: string): void {
    this.catalog.changes.resourceUpdated(uri);
  }

  #register<I extends CatalogItem, Source extends { readonly definition: object }, Definition>(
    collection: ItemCollection<I>,
    source: Source,
    compile: (source: Source, order: number) => I,
  ): ItemHandle<Definition> {
    return handleOf(this.#place(collection, source, compile));
  }

  #place<I extends CatalogItem, Source extends { readonly definition: object }>(
    collection: ItemCollection<I>,
    source: Source,
    compile: (source: Source, order: number) => I,
  ): DefinedPlace {
    const order = this.#registered++;
    const whole = (said: Source): Source => ({ ...said, definition: this.#defaults.addTo(said.definition) });
    const place = placeDefined(collection, source, (said) => compile(whole(said), order));
    this.#warnings.ofLength(collection.size, this.catalog.pageSize);
    return place;
  }
}
