// One schema of each popular library, in the versions of package.json: { id: string, count?: number }.
import { JSONSchema as EffectJson, Schema as Effect3 } from 'effect-3';
import { Schema as Effect4 } from 'effect';
import { Type as Sinclair } from '@sinclair/typebox';
import { type as arktype } from 'arktype';
import Joi from 'joi';
import * as runtypes from 'runtypes';
import * as superstruct from 'superstruct';
import * as suryTyped from 'sury';
import { Type as TypeBox } from 'typebox';
import * as v from 'valibot';
import { toJsonSchema, toStandardJsonSchema } from '@valibot/to-json-schema';
import * as yup from 'yup';
import { z as zod } from 'zod';
import * as mini from 'zod/mini';
import { z as zod3 } from 'zod3';
import { z as zod40 } from 'zod3/v4';
import { z as zod323 } from 'zod-3-23';
import { zodToJsonSchema as convert } from 'zod-to-json-schema';

/** A schema of a library, with the expected result. */
export interface LibrarySchema {
  readonly library: string;
  readonly input: unknown;
  /** Set if results need another one. */
  readonly output?: unknown;
  /** The text of the refusal; without it the schema works in both places. */
  readonly refused?: string;
}

suryTyped.enableStandardJSONSchema();

/** TypeScript cannot resolve its own types. */
const sury = suryTyped as unknown as {
  readonly schema: (members: object) => object;
  readonly optional: (schema: unknown) => object;
  readonly string: object;
  readonly number: object;
};

/** Its types are written for the package installed as `zod`. */
const zodToJsonSchema = convert as unknown as (schema: unknown, options?: object | string) => object;

const zodMini = mini.object({ id: mini.string(), count: mini.optional(mini.number()) });
const ofZod3 = zod3.object({ id: zod3.string(), count: zod3.number().optional() });
const ofZod323 = zod323.object({ id: zod323.string(), count: zod323.number().optional() });
const ofValibot = v.object({ id: v.string(), count: v.optional(v.number()) });
const ofEffect3 = Effect3.Struct({ id: Effect3.String, count: Effect3.optional(Effect3.Number) });
const ofEffect4 = Effect4.Struct({ id: Effect4.String, count: Effect4.optional(Effect4.Number) });
const ofArk = arktype({ id: 'string', 'count?': 'number' });
const ofYup = yup.object({ id: yup.string().required(), count: yup.number() });

/** Schemas that work, and schemas that are refused with a working alternative. */
export const librarySchemas: readonly LibrarySchema[] = [
  { library: 'zod 4', input: zod.object({ id: zod.string(), count: zod.number().optional() }) },
  { library: 'zod 4, strict', input: zod.strictObject({ id: zod.string(), count: zod.number().optional() }) },
  {
    library: 'zod 4, as JSON Schema',
    input: zod.toJSONSchema(zod.object({ id: zod.string(), count: zod.number().optional() })),
  },
  { library: 'zod/mini', input: zodMini, output: zodMini, refused: 'with zod/mini, give z.toJSONSchema(schema' },
  {
    library: 'zod/mini, as its advice says',
    input: mini.toJSONSchema(zodMini, { io: 'input' }),
    output: mini.toJSONSchema(zodMini),
  },
  {
    library: 'zod 4.0',
    input: zod40.object({ id: zod40.string() }),
    refused: 'update zod to 4.2 or later (import { z } from "zod")',
  },
  { library: 'zod 3.25', input: ofZod3, refused: 'with zod 3, give zodToJsonSchema(schema) of zod-to-json-schema' },
  { library: 'zod 3.23', input: ofZod323, refused: 'with zod 3, give zodToJsonSchema(schema) of zod-to-json-schema' },
  { library: 'zod 3.25, as its advice says', input: zodToJsonSchema(ofZod3) },
  ...(['jsonSchema7', 'jsonSchema2019-09', 'openApi3', 'openAi'] as const).map((target) => ({
    library: `zod 3.25 by zod-to-json-schema for ${target}`,
    input: zodToJsonSchema(ofZod3, { target }),
  })),
  {
    library: 'zod 3.25 by zod-to-json-schema with a schema that stands twice in a tuple',
    input: zodToJsonSchema(ofZod3.extend({ pair: zod3.tuple([ofZod3, ofZod3]).rest(ofZod3.strict()).optional() })),
  },
  { library: 'zod 3.25 by zod-to-json-schema with a name', input: zodToJsonSchema(ofZod3, 'Note') },
  {
    library: 'zod 3.25 by zod-to-json-schema with a name below $defs',
    input: zodToJsonSchema(ofZod3, { name: 'Note', definitionPath: '$defs' }),
  },
  {
    library: 'zod 4, a raw shape',
    input: { id: zod.string() },
    refused: 'Make one schema of an object of them: z.object({ … })',
  },
  {
    library: 'zod 3.25, a raw shape',
    input: { id: zod3.string() },
    refused: 'Make one schema of an object of them: z.object({ … })',
  },
  {
    library: 'zod 3.23, a raw shape',
    input: { id: zod323.string() },
    refused: 'Make one schema of an object of them: z.object({ … })',
  },
  {
    library: 'zod/mini, a raw shape',
    input: { id: mini.string() },
    refused: 'Make one schema of an object of them: z.object({ … })',
  },
  {
    library: 'TypeBox 0.34',
    input: Sinclair.Object({ id: Sinclair.String(), count: Sinclair.Optional(Sinclair.Number()) }),
  },
  { library: 'TypeBox 1', input: TypeBox.Object({ id: TypeBox.String(), count: TypeBox.Optional(TypeBox.Number()) }) },
  {
    library: 'zod 4, a date by its own JSON Schema',
    input: zod.toJSONSchema(
      zod.object({ id: zod.string(), count: zod.number().optional(), at: zod.date().optional() }),
      {
        unrepresentable: 'any',
      },
    ),
  },
  {
    library: 'TypeBox 0.34, a raw shape',
    input: { id: Sinclair.String() },
    refused: 'these look like the properties of an object',
  },
  {
    library: 'TypeBox 1, a raw shape',
    input: { id: TypeBox.String() },
    refused: 'these look like the properties of an object',
  },
  { library: 'arktype', input: ofArk },
  { library: 'arktype, as JSON Schema', input: ofArk.toJsonSchema() },
  {
    library: 'valibot',
    input: ofValibot,
    refused: 'toStandardJsonSchema(schema) of @valibot/to-json-schema 1.5 or later',
  },
  { library: 'valibot, as its advice says', input: toStandardJsonSchema(ofValibot) },
  { library: 'valibot, as JSON Schema', input: toJsonSchema(ofValibot) },
  {
    library: 'valibot, a raw shape',
    input: { id: v.string() },
    refused: 'Make one schema of an object of them: v.object({ … })',
  },
  {
    library: 'effect 4',
    input: ofEffect4,
    refused: 'Schema.toStandardJSONSchemaV1(Schema.toStandardSchemaV1(schema))',
  },
  {
    library: 'effect 4, as its advice says',
    input: Effect4.toStandardJSONSchemaV1(Effect4.toStandardSchemaV1(ofEffect4)),
  },
  { library: 'effect 4, with JSON Schema alone', input: Effect4.toStandardJSONSchemaV1(ofEffect4) },
  {
    library: 'effect 4, with validation alone',
    input: Effect4.toStandardSchemaV1(ofEffect4),
    refused: 'Schema.toStandardJSONSchemaV1',
  },
  { library: 'effect 3', input: ofEffect3, refused: 'give JSONSchema.make(schema)' },
  {
    library: 'effect 3, as a Standard Schema',
    input: Effect3.standardSchemaV1(ofEffect3),
    refused: 'give JSONSchema.make(schema)',
  },
  { library: 'effect 3, as its advice says', input: EffectJson.make(ofEffect3) },
  { library: 'effect 3 for 2020-12', input: EffectJson.make(ofEffect3, { target: 'jsonSchema2020-12' }) },
  { library: 'joi 18', input: Joi.object({ id: Joi.string().required(), count: Joi.number() }) },
  {
    library: 'joi 18, a raw shape',
    input: { id: Joi.string() },
    refused: 'Make one schema of an object of them: Joi.object({ … })',
  },
  { library: 'sury', input: sury.schema({ id: sury.string, count: sury.optional(sury.number) }) },
  { library: 'yup', input: ofYup, refused: 'yup brings no JSON Schema: write JSON Schema, or take zod' },
  {
    library: 'yup, a raw shape',
    input: { id: yup.string() },
    refused: 'Make one schema of an object of them: yup.object({ … })',
  },
  {
    library: 'superstruct',
    input: superstruct.object({ id: superstruct.string() }),
    refused: 'superstruct brings no JSON Schema: write JSON Schema',
  },
  {
    library: 'superstruct, a raw shape',
    input: { id: superstruct.string() },
    refused: 'Make one schema of an object of them: object({ … })',
  },
  {
    library: 'runtypes',
    input: runtypes.Object({ id: runtypes.String }),
    refused: 'runtypes brings no JSON Schema: write JSON Schema',
  },
  {
    library: 'runtypes, a raw shape',
    input: { id: runtypes.String },
    refused: 'Make one schema of an object of them: Object({ … })',
  },
];

/** Values that are not schemas, or lie a level deeper. */
export const noSchemas: readonly (readonly [string, unknown, string])[] = [
  ['a text', '{"type":"object"}', 'Give JSON.parse(text)'],
  ['a class', Error, 'a function or class is no schema'],
  ['constructors by name', { id: String, count: Number }, 'cannot be written as JSON: a function at /id'],
  ['a promise of a schema', Promise.resolve({ type: 'object' }), 'this is a promise: await it'],
  ['properties without an object', { id: { type: 'string' } }, "write { type: 'object', properties: { … } }"],
  [
    'properties, one of which is called title',
    { title: { type: 'string' }, id: { type: 'string' } },
    'data/title must be string',
  ],
  ['a function of another API', { name: 'f', parameters: { type: 'object' } }, 'give its member "parameters"'],
  ['a tool', { name: 'f', input_schema: { type: 'object' } }, 'give its member "input_schema"'],
  ['jsonSchema() of the AI SDK', { jsonSchema: { type: 'object' } }, 'give its member "jsonSchema"'],
  ['a response format', { name: 'f', strict: true, schema: { type: 'object' } }, 'give its member "schema"'],
  ['JSON Type Definition', { optionalProperties: { id: { type: 'string' } } }, 'JSON Type Definition (RFC 8927)'],
  ['elements of JSON Type Definition', { elements: { type: 'string' } }, 'JSON Type Definition (RFC 8927)'],
  [
    'a regular expression as pattern',
    { type: 'object', properties: { id: { pattern: /^x/ } } },
    'write its source as a text, at /properties/id/pattern',
  ],
  ['a date as example', { type: 'object', minProperties: NaN }, 'NaN at /minProperties'],
  ['a Map', new Map(), 'an object of the class "Map"'],
  ['a Set inside', { type: 'object', required: new Set(['id']) }, 'an object of the class "Set" at /required'],
];
