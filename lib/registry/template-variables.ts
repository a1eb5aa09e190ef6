/** The names of an RFC 6570 variable list, without operator, explode and prefix modifiers. */
type Names<List extends string> = List extends `${infer First},${infer Rest}` ? Bare<First> | Names<Rest> : Bare<List>;

type Bare<Name extends string> = Name extends `${infer Plain}*` ? Plain : Name;

type Operator = '#' | '+' | '.' | '/' | ';';

type Required<Expression extends string> = Expression extends `${'&' | '?'}${string}`
  ? never
  : Expression extends `${Operator}${infer List}`
    ? Names<List>
    : Names<Expression>;

type Optional<Expression extends string> = Expression extends `${'&' | '?'}${infer List}` ? Names<List> : never;

type Expressions<Template extends string> = Template extends `${string}{${infer Expression}}${infer Rest}`
  ? Expression | Expressions<Rest>
  : never;

/**
 * The variables of a URI template by name, as the type of an object. Variables of the query may be absent.
 *
 * @example
 * ```ts
 * import type { TemplateVariables } from 'express-mcp';
 *
 * const variables: TemplateVariables<'notes://{folder}/{id}{?lang}'> = { folder: 'work', id: '7', lang: undefined };
 * ```
 */
export type TemplateVariables<Template extends string> = string extends Template
  ? Readonly<Record<string, string>>
  : Shown<
      Readonly<Record<Required<Expressions<Template>>, string>> &
        Readonly<Partial<Record<Optional<Expressions<Template>>, string | undefined>>>
    >;

/** The same members in one object, as editors show them. */
type Shown<Members> = Members extends infer All ? { [Name in keyof All]: All[Name] } : never;
