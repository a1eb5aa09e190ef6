import type { StandardSchema } from './standard-schema.js';

/** A JSON Schema that is an object. Written as a literal, the types of its values are inferred from it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema as developers write it: JSON Schema 2020-12, or a schema of a library. */
export type SchemaDefinition = JsonSchema | StandardSchema;

/** The type of what comes out of validating by a schema: a handler's arguments. */
export type InferSchema<S> = S extends { readonly '~standard': { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly output: infer Output }
    ? Output
    : unknown
  : InferJson<S>;

/** The type of what goes into validating by a schema: a handler's result. */
export type InferHandlerResult<S> = S extends { readonly '~standard': { readonly types?: infer Types } }
  ? NonNullable<Types> extends { readonly input: infer Input }
    ? Input
    : unknown
  : InferJson<S>;

/** Every keyword narrows; what is not understood (`$ref`, conditions) narrows nothing, and nothing ever becomes `any`. */
type InferJson<S> = S extends false ? never : Flat<OfValue<S> & OfType<S> & OfAnyOf<S> & OfOneOf<S> & OfAllOf<S>>;

type OfValue<S> = S extends { readonly const: infer Value }
  ? Value
  : S extends { readonly enum: readonly (infer Value)[] }
    ? Value
    : unknown;

type OfType<S> = S extends { readonly type: infer Type }
  ? Type extends readonly (infer Each)[]
    ? OfOneType<S, Each>
    : OfOneType<S, Type>
  : unknown;

type OfOneType<S, Type> = Type extends 'string'
  ? string
  : Type extends 'integer' | 'number'
    ? number
    : Type extends 'boolean'
      ? boolean
      : Type extends 'null'
        ? null
        : Type extends 'array'
          ? OfArray<S>
          : Type extends 'object'
            ? OfObject<S>
            : unknown;

type OfArray<S> = S extends { readonly prefixItems: infer Items extends readonly unknown[] }
  ? readonly [...{ [Index in keyof Items]: InferJson<Items[Index]> }, ...RestItems<S>]
  : S extends { readonly items: infer Item }
    ? readonly InferJson<Item>[]
    : readonly unknown[];

type RestItems<S> = S extends { readonly items: infer Item }
  ? Item extends false
    ? []
    : InferJson<Item>[]
  : unknown[];

type OfObject<S> = S extends { readonly properties: infer Properties }
  ? {
      readonly [Name in keyof Properties as Name extends RequiredNames<S> ? Name : never]: InferJson<Properties[Name]>;
    } & {
      readonly [Name in keyof Properties as Name extends RequiredNames<S> ? never : Name]?: InferJson<Properties[Name]>;
    }
  : S extends { readonly additionalProperties: infer Value extends JsonSchema }
    ? Readonly<Record<string, InferJson<Value>>>
    : Readonly<Record<string, unknown>>;

type RequiredNames<S> = S extends { readonly required: readonly (infer Name)[] } ? Name : never;

type OfAnyOf<S> = S extends { readonly anyOf: readonly (infer Each)[] } ? InferEach<Each> : unknown;

type OfOneOf<S> = S extends { readonly oneOf: readonly (infer Each)[] } ? InferEach<Each> : unknown;

type InferEach<Each> = Each extends unknown ? InferJson<Each> : never;

type OfAllOf<S> = S extends { readonly allOf: infer All extends readonly unknown[] } ? InferAll<All> : unknown;

type InferAll<All extends readonly unknown[]> = All extends readonly [infer First, ...infer Rest]
  ? InferAll<Rest> & InferJson<First>
  : unknown;

/** Intersections of object types as one, which is what an editor should show. */
type Flat<T> = T extends readonly unknown[] ? T : T extends object ? { [Name in keyof T]: T[Name] } : T;
