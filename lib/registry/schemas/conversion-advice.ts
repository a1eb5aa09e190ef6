/** What a library's own JSON Schema is made by, where its schemas do not bring it themselves. */
const conversions: Readonly<Partial<Record<string, string>>> = {
  zod: 'Update zod to 4.2 or later (import { z } from "zod"); with zod 3, give zodToJsonSchema(schema) of zod-to-json-schema',
  valibot: 'Wrap it: toStandardJsonSchema(schema) of @valibot/to-json-schema 1.5 or later',
  arktype: 'Update arktype to 2.1.28 or later',
  effect: 'Give JSONSchema.make(schema) of effect, or Schema.toStandardJSONSchemaV1(schema) of effect 4',
  yup: 'Write JSON Schema, or take zod, valibot or arktype',
  joi: 'Write JSON Schema, or take zod, valibot or arktype',
};

/** What to do about a library's schema that cannot say its JSON Schema. */
export function conversionAdvice(vendor: string): string {
  return (
    conversions[vendor] ??
    'Update the library (zod from 4.2, arktype from 2.1.28), wrap it (toStandardJsonSchema of @valibot/to-json-schema)'
  );
}
