import type { Claims } from '../oauth/claim-mapping.js';
import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';
import { plainName } from '../errors/display-name.js';
import { helpAbout } from '../errors/help.js';
import { assertDefinition, foreignMembers } from './foreign-habits.js';
import type { CallContext } from './call-context.js';
import { compileAccess } from './access.js';
import { assertIcons } from './content-rules.js';
import type { CompletionFunction } from './completion.js';
import type { GetPromptResult, PromptMessage } from './content.js';
import type { InputRequired } from './input-required.js';
import type { ItemDefinition } from './definition.js';
import { assertHandler, assertMeta, assertName, defined, itemDefinitionKeys } from './definition.js';
import type { CatalogItem } from './item.js';

/** One argument of a prompt. Its value is always a string. */
export interface PromptArgument<State = unknown, Request = unknown, TokenClaims = Claims> {
  /** Name for people. */
  readonly title?: string;
  /** What to fill in. */
  readonly description?: string;
  /** Whether a prompt without it is refused. Default false. */
  readonly required?: boolean;
  /** Suggests values while somebody types. */
  readonly complete?: CompletionFunction<State, Request, TokenClaims>;
}

/** The arguments of a prompt by name. */
export type PromptArguments<State = unknown, Request = unknown, TokenClaims = Claims> = Readonly<
  Record<string, PromptArgument<State, Request, TokenClaims>>
>;

/** What a prompt is. */
export interface PromptDefinition<
  State,
  Request,
  TokenClaims,
  Arguments extends PromptArguments<State, Request, TokenClaims>,
> extends ItemDefinition {
  /** The arguments by name. Default: none. */
  readonly arguments?: Arguments;
}

/** What a prompt's handler receives: a string for each required argument, perhaps one for the others. */
export type PromptValues<Arguments> = {
  readonly [Name in keyof Arguments]: Arguments[Name] extends { readonly required: true } ? string : string | undefined;
};

/** What a prompt's handler may return: one text of the user, messages, or a full result. */
export type PromptReturn = GetPromptResult | InputRequired | string | readonly PromptMessage[];

/** The function behind a prompt. */
export type PromptHandler<State, Request, TokenClaims, Arguments> = (
  values: PromptValues<Arguments>,
  ctx: CallContext<State, Request, TokenClaims>,
) => Promise<PromptReturn> | PromptReturn;

/** A prompt, compiled. */
export interface Prompt extends CatalogItem {
  readonly kind: 'prompt';
  readonly description: string | undefined;
  readonly argumentNames: ReadonlySet<string>;
  readonly requiredArguments: readonly string[];
  readonly completions: ReadonlyMap<string, CompletionFunction>;
  readonly handler: (values: Readonly<Record<string, string>>, ctx: CallContext) => unknown;
}

/** What a prompt is compiled from. */
export interface PromptSource {
  readonly name: string;
  readonly definition: PromptDefinition<unknown, unknown, Claims, PromptArguments>;
  readonly handler: Prompt['handler'];
}

const definitionKeys = [...itemDefinitionKeys, 'arguments'];
const argumentKeys = ['title', 'description', 'required', 'complete'];

/**
 * Compiles a prompt.
 *
 * @throws ConfigurationError when name, definition or scopes are wrong
 */
export function compilePrompt({ name, definition, handler }: PromptSource, order: number): Prompt {
  assertName(name, 'prompt');
  const owner = `prompt "${name}"`;
  assertDefinition(definition, owner);
  assertMembers(definition, definitionKeys, owner, foreignMembers);
  assertHandler(handler, owner);
  assertMeta(definition._meta, owner);
  assertIcons(definition.icons, owner);
  const { title, description, icons, _meta } = definition;
  assertNamedArguments(definition.arguments, owner);
  const named = Object.entries(definition.arguments ?? {});
  for (const [argument, about] of named) assertMembers(about, argumentKeys, `${owner} argument "${argument}"`);
  const listed = named.map(([argument, about]) =>
    defined({ name: argument, title: about.title, description: about.description, required: about.required }),
  );
  return {
    kind: 'prompt',
    key: name,
    order,
    access: compileAccess(definition, owner),
    listing: defined({ name, title, description, arguments: listed.length > 0 ? listed : undefined, icons, _meta }),
    description,
    argumentNames: new Set(named.map(([argument]) => argument)),
    requiredArguments: named.filter(([, about]) => about.required === true).map(([argument]) => argument),
    completions: new Map(
      named.flatMap(([argument, { complete }]) => (complete === undefined ? [] : [[argument, complete] as const])),
    ),
    handler,
  };
}

/** The protocol lists arguments in an array; here each stands under its name. */
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
