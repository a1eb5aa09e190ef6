import type { Claims } from '../oauth/claim-mapping.js';
import { assertMembers } from '../errors/assert-members.js';
import { assertDefinition, foreignMembers } from './foreign-habits.js';
import { withoutSchema } from './foreign-parameters.js';
import type { CallContext } from './call-context.js';
import { compileAccess } from './access.js';
import { assertListedMembers } from './content-rules.js';
import type { CompletionFunction } from './completion.js';
import type { GetPromptResult, PromptMessage } from './content.js';
import type { InputRequired } from './input-required.js';
import type { ItemDefinition } from './definition.js';
import { assertHandler, assertMeta, assertName, defined, itemDefinitionKeys } from './definition.js';
import type { CatalogItem } from './item.js';
import type { CompiledArguments, PromptArguments } from './prompt-arguments.js';
import { compileArguments } from './prompt-arguments.js';
import type { SchemaDefinition } from './schemas/infer-schema.js';
import type { SchemaCompiler } from './schemas/schema-compiler.js';
import type { ToolArguments } from './tool.js';

/** Description, arguments and access rules of a prompt. */
export interface PromptDefinition<
  State,
  Request,
  TokenClaims,
  Arguments extends PromptArguments<State, Request, TokenClaims>,
  ArgumentsSchema extends SchemaDefinition | undefined = undefined,
> extends ItemDefinition {
  /** The arguments one by one, each a text. */
  readonly arguments?: Arguments;
  /**
   * The arguments by a schema of an object: JSON Schema or a Standard Schema. Clients send texts; if the schema wants a number or a
   * boolean, the text is converted before it is validated. A schema that no text can match is refused.
   */
  readonly argumentsSchema?: ArgumentsSchema;
  /** Suggests values for arguments of `argumentsSchema`, by name. Values of an `enum` are suggested by default. */
  readonly complete?: Readonly<Record<string, CompletionFunction<State, Request, TokenClaims>>>;
}

/** The arguments of a prompt's handler. */
export type PromptInput<Arguments, ArgumentsSchema> = [ArgumentsSchema] extends [SchemaDefinition]
  ? ToolArguments<ArgumentsSchema>
  : // Written out, so that editors show the members and no alias.
    {
      readonly [Name in keyof Arguments]: Arguments[Name] extends { readonly required: true }
        ? string
        : string | undefined;
    };

/** The result of a prompt's handler: one text of the user, messages, or a full result. */
export type PromptReturn = GetPromptResult | InputRequired | string | readonly PromptMessage[];

/** The function behind a prompt. */
export type PromptHandler<State, Request, TokenClaims, Arguments, ArgumentsSchema = undefined> = (
  values: PromptInput<Arguments, ArgumentsSchema>,
  ctx: CallContext<State, Request, TokenClaims>,
) => Promise<PromptReturn> | PromptReturn;

/** A prompt, compiled. */
export interface Prompt extends CatalogItem {
  readonly kind: 'prompt';
  readonly description: string | undefined;
  readonly arguments: CompiledArguments;
  readonly completions: ReadonlyMap<string, CompletionFunction>;
  readonly handler: (values: unknown, ctx: CallContext) => unknown;
}

/** The source of a compiled prompt. */
export interface PromptSource {
  readonly name: string;
  readonly definition: PromptDefinition<unknown, unknown, Claims, PromptArguments, SchemaDefinition | undefined>;
  readonly handler: Prompt['handler'];
}

const definitionKeys = [...itemDefinitionKeys, 'arguments', 'argumentsSchema', 'complete'];

/**
 * Compiles a prompt.
 *
 * @throws ConfigurationError if name, definition, schema or scopes are wrong
 */
export function compilePrompt(
  { name, definition, handler }: PromptSource,
  order: number,
  schemas: SchemaCompiler,
): Prompt {
  assertName(name, 'prompt');
  const owner = `prompt "${name}"`;
  assertDefinition(definition, owner);
  assertMembers(definition, definitionKeys, owner, foreignMembers);
  assertHandler(handler, owner);
  assertMeta(definition._meta, owner);
  assertListedMembers(definition, 'prompt', owner);
  const { title, description, icons, _meta } = definition;
  const compiled = compileArguments(definition, owner, schemas);
  const { listed, completions } = compiled;
  return {
    kind: 'prompt',
    key: name,
    order,
    access: compileAccess(definition, owner),
    listing: defined({ name, title, description, arguments: listed.length > 0 ? listed : undefined, icons, _meta }),
    description,
    arguments: compiled,
    completions,
    handler: compiled.names.size === 0 ? withoutSchema(handler) : handler,
  };
}
