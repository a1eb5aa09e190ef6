import { ConfigurationError } from '../../errors/configuration-error.js';
import { conversionAdvice } from './conversion-advice.js';
import { isStandardSchema } from './standard-schema.js';

/**
 * What to write instead of a schema whose root is no object.
 *
 * @param vendor - the library that it comes from; undefined for JSON Schema
 */
export function rootAdvice(vendor: string | undefined): string {
  if (vendor === undefined) return "write type: 'object'. In a union every branch has to say it.";
  const wrapping = wrappings[vendor] ?? 'an object with this schema as a member';
  return `give a schema of an object or a union of such, or wrap it: ${wrapping}.`;
}

const wrappings: Readonly<Partial<Record<string, string>>> = {
  zod: 'z.object({ value: … })',
  valibot: 'v.object({ value: … })',
  arktype: "type({ value: '…' })",
  effect: 'Schema.Struct({ value: … })',
};

/**
 * Refuses what people give by habit in place of a schema: schemas of libraries without the Standard Schema interface, and
 * objects of schemas (`{ id: z.string() }`), which other packages take.
 *
 * @param schema - what is no Standard Schema
 * @param owner - for messages
 * @throws ConfigurationError `invalid_schema`
 */
export function assertNoSchemaOfOtherKind(schema: unknown, owner: string): void {
  const isHolder = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  if (!isHolder) return;
  const refuse = (advice: string): never => {
    throw new ConfigurationError('invalid_schema', `${owner}: ${advice}`);
  };
  if ('_def' in schema && 'parse' in schema) refuse(`this is a schema of an old zod. ${conversionAdvice('zod')}.`);
  if ('_zod' in schema) refuse(`this schema of zod has no Standard Schema interface. ${conversionAdvice('zod')}.`);
  if ('ast' in schema && 'pipe' in schema) refuse(`this is a schema of effect. ${conversionAdvice('effect')}.`);
  if ('kind' in schema && 'async' in schema && 'type' in schema) {
    refuse(`this is a schema of valibot. ${conversionAdvice('valibot')}.`);
  }
  if ('__isYupSchema__' in schema || '$_root' in schema) refuse(`${conversionAdvice('yup')}.`);
  const named = Object.values(schema).find((member) => isStandardSchema(member));
  if (named !== undefined) {
    const { vendor } = named['~standard'];
    const wrapping = (wrappings[vendor] ?? '{ value: … }').replace(/\{.*\}/, '{ … }');
    refuse(`these are schemas by name. Make one schema of an object of them: ${wrapping}.`);
  }
}
