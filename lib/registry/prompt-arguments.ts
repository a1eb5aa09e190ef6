import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { invalidOption } from '../errors/invalid-option.js';
import { displayName, plainName } from '../errors/display-name.js';
import { helpAbout } from '../errors/help.js';
import { isObject } from '../jsonrpc/parse-message.js';
import type { CompletionFunction } from './completion.js';
import { assertTexts } from './content-rules.js';
import { defined } from './definition.js';
import type { Claims } from '../oauth/claim-mapping.js';
import type { SchemaDefinition } from './schemas/infer-schema.js';
import type { CompiledSchema, SchemaCompiler } from './schemas/schema-compiler.js';
import { isSchema } from './schemas/keywords.js';
import type { Schema } from './schemas/keywords.js';
import { SchemaDocument } from './schemas/schema-document.js';
import type { ValidationOutcome } from './schemas/schema-issue.js';
import type { TextKind } from './schemas/text-values.js';
import { namedTexts, readTextValue, textKindsOf } from './schemas/text-values.js';

/** One argument of a prompt. Its value is always a string. */
export interface PromptArgument<State = unknown, Request = unknown, TokenClaims = Claims> {
  /** Name for people. */
  readonly title?: string;
  /** Explains the argument to the user. */
  readonly description?: string;
  /** Whether a prompt without it is refused. Default false. */
  readonly required?: boolean;
  /** Suggests values while the user types. */
  readonly complete?: CompletionFunction<State, Request, TokenClaims>;
}

/** The arguments of a prompt by name. */
export type PromptArguments<State = unknown, Request = unknown, TokenClaims = Claims> = Readonly<
  Record<string, PromptArgument<State, Request, TokenClaims>>
>;

/** The members of a definition that concern arguments. */
interface ArgumentsDefinition {
  readonly arguments?: PromptArguments;
  readonly argumentsSchema?: SchemaDefinition | undefined;
  readonly complete?: Readonly<Record<string, CompletionFunction>>;
}

/** The arguments of a prompt, compiled. */
export interface CompiledArguments {
  /** As `prompts/list` shows them. */
  readonly listed: readonly Readonly<Record<string, unknown>>[];
  readonly names: ReadonlySet<string>;
  readonly required: readonly string[];
  readonly completions: ReadonlyMap<string, CompletionFunction>;
  /** Undefined if arguments are texts without further rules. */
  readonly validate:
    ((values: Readonly<Record<string, string>>) => Promise<ValidationOutcome> | ValidationOutcome) | undefined;
}

const argumentKeys = ['title', 'description', 'required', 'complete'];

/**
 * Compiles the arguments of a prompt, given one by one or by a schema.
 *
 * @param definition - of the prompt
 * @param owner - of the arguments, for messages
 * @param schemas - compiles the schema
 * @throws ConfigurationError if they are wrong, or if no text could match one of them
 */
export function compileArguments(
  definition: ArgumentsDefinition,
  owner: string,
  schemas: SchemaCompiler,
): CompiledArguments {
  const { argumentsSchema, complete } = definition;
  if (argumentsSchema === undefined) {
    if (complete === undefined) return argumentsOneByOne(definition, owner);
    throw invalidOption(owner, 'complete goes with argumentsSchema. Write arguments: { style: { complete } }');
  }
  if (definition.arguments !== undefined) throw invalidOption(owner, 'give arguments or argumentsSchema, not both');
  const where = `${owner} argumentsSchema`;
  return argumentsBySchema(schemas.compile(argumentsSchema, { owner: where, direction: 'input' }), complete, where);
}

function argumentsOneByOne(definition: ArgumentsDefinition, owner: string): CompiledArguments {
  assertNamedArguments(definition.arguments, owner);
  const named = Object.entries(definition.arguments ?? {});
  for (const [argument, about] of named) {
    assertMembers(about, argumentKeys, `${owner} argument "${argument}"`);
    assertTexts(about, `${owner} argument "${argument}"`);
    assertRequired(about.required, `${owner} argument "${argument}"`);
  }
  return {
    listed: named.map(([name, { title, description, required }]) => defined({ name, title, description, required })),
    names: new Set(named.map(([name]) => name)),
    required: named.filter(([, about]) => about.required === true).map(([name]) => name),
    completions: new Map(named.flatMap(([name, { complete }]) => (complete === undefined ? [] : [[name, complete]]))),
    validate: undefined,
  };
}

function assertRequired(required: unknown, owner: string): void {
  if (required === undefined || typeof required === 'boolean') return;
  throw invalidOption(owner, 'required must be true or false');
}

function argumentsBySchema(
  schema: CompiledSchema,
  complete: ArgumentsDefinition['complete'] = {},
  owner: string,
): CompiledArguments {
  const { json } = schema;
  const properties = propertiesOf(json, owner);
  const document = new SchemaDocument(json);
  const kinds = new Map(properties.map(([name, each]) => [name, kindsFor(name, each, document, owner)] as const));
  const names = properties.map(([name]) => name);
  const required = (Array.isArray(json['required']) ? json['required'] : []).map(String);
  const unknown = required.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw invalidOption(owner, `the required ${displayName(unknown)} is not among the properties`);
  }
  assertMembers(complete, names, `${owner}: complete`);
  return {
    listed: properties.map(([name, each]) => listedArgument(name, each, required.includes(name))),
    names: new Set(names),
    required,
    completions: new Map<string, CompletionFunction>([...suggestionsOf(properties), ...Object.entries(complete)]),
    validate: (values) =>
      schema.validate(
        Object.fromEntries(
          Object.entries(values).map(([name, text]) => [name, readTextValue(text, kinds.get(name) ?? new Set())]),
        ),
      ),
  };
}

type Properties = readonly (readonly [string, Schema])[];

/** Prompts list their arguments by name, so the root of the schema has to name them. */
function propertiesOf(json: CompiledSchema['json'], owner: string): Properties {
  const { properties } = json;
  const isElsewhere = ['$ref', 'allOf', 'anyOf', 'oneOf'].some((keyword) => keyword in json);
  if (properties === undefined && isElsewhere) {
    throw invalidOption(owner, 'write the properties at the root: prompts list their arguments by name');
  }
  const named = isObject(properties) ? properties : {};
  return Object.entries(named).flatMap(([name, each]) => (isSchema(each) ? [[name, each] as const] : []));
}

function kindsFor(name: string, schema: Schema, document: SchemaDocument, owner: string): ReadonlySet<TextKind> {
  const kinds = textKindsOf(schema, document);
  if (kinds.size > 0) return kinds;
  throw invalidOption(
    owner,
    `the argument ${displayName(name)} can never be met: arguments of prompts are texts, which can be numbers, true or false, ` +
      'but no arrays, objects or null. Take a string, and take it apart in the handler',
  );
}

function listedArgument(name: string, schema: Schema, isRequired: boolean): Readonly<Record<string, unknown>> {
  const { title, description } = isObject(schema) ? schema : {};
  return defined({ name, title, description, ...(isRequired ? { required: true } : {}) });
}

/** Values that the schema enumerates are suggested by default. */
function suggestionsOf(properties: Properties): readonly (readonly [string, CompletionFunction])[] {
  return properties.flatMap(([name, schema]) => {
    const texts = namedTexts(schema);
    const suggest: CompletionFunction = (value) => texts.filter((text) => text.startsWith(value));
    return texts.length === 0 ? [] : [[name, suggest] as const];
  });
}

/** The protocol lists arguments in an array; here they are given by name. */
function assertNamedArguments(given: unknown, owner: string): void {
  if (!Array.isArray(given)) return;
  const [first] = given as readonly unknown[];
  const name = typeof first === 'object' && first !== null && 'name' in first ? String(first.name) : 'style';
  throw new ConfigurationError(
    'invalid_option',
    `${owner}: arguments is an object of arguments by name, no array. Write arguments: { ${plainName(name, 64)}: { required: true } }.`,
    { help: helpAbout(owner) },
  );
}
