import type { StandardResult, StandardSchema } from './standard-schema.js';

type Validate = NonNullable<StandardSchema['~standard']['validate']>;

/** A schema or check of zod 4, as far as it is used here. */
interface ZodNode {
  readonly _zod: { readonly def: Readonly<Record<string, unknown>> };
}

/** The part of zod's own interface that Standard Schema does not have. */
interface ZodSchema {
  readonly safeParseAsync: (value: unknown) => Promise<{
    readonly success: boolean;
    readonly data?: unknown;
    readonly error?: { readonly issues: readonly [] };
  }>;
}

/** Kinds of schemas and checks that run a developer's function, whose result zod awaits. */
const calling: ReadonlySet<unknown> = new Set(['custom', 'transform', 'promise', 'function']);

/**
 * The validating function of a library's schema. zod first tries without waiting: it drops the promise of an async `refine` or
 * `transform` and begins again. If the dropped promise rejects, Node ends the process. So a schema with functions is told to wait.
 *
 * @param schema - of a library
 * @param validate - its function by Standard Schema
 */
export function validatorOfLibrary(schema: StandardSchema, validate: Validate): Validate {
  if (schema['~standard'].vendor !== 'zod' || !isZodSchema(schema)) return validate;
  let mayWait: boolean | undefined;
  return (value) => {
    // Not when it is registered: members of recursive schemas may be defined later.
    mayWait ??= callsFunctions(schema, new Set());
    return mayWait ? validateWaiting(schema, value) : validate(value);
  };
}

async function validateWaiting(schema: ZodSchema, value: unknown): Promise<StandardResult<unknown>> {
  const { success, data, error } = await schema.safeParseAsync(value);
  return success ? { value: data } : { issues: error?.issues ?? [] };
}

function isZodSchema(schema: object): schema is ZodSchema {
  return '_zod' in schema && 'safeParseAsync' in schema && typeof schema.safeParseAsync === 'function';
}

/** Walks a schema. A recursive one is walked once. */
function callsFunctions(part: unknown, seen: Set<unknown>): boolean {
  if (typeof part !== 'object' || part === null || seen.has(part)) return false;
  seen.add(part);
  if (!isZodNode(part)) return isPlain(part) && Object.values(part).some((member) => callsFunctions(member, seen));
  const { def } = part._zod;
  if (calling.has(def['type']) || calling.has(def['check']) || typeof def['transform'] === 'function') return true;
  // z.lazy
  if (typeof def['getter'] === 'function' && callsFunctions((def['getter'] as () => unknown)(), seen)) return true;
  return Object.values(def).some((member) => callsFunctions(member, seen));
}

function isZodNode(part: object): part is ZodNode {
  return '_zod' in part;
}

function isPlain(part: object): boolean {
  return Array.isArray(part) || Object.getPrototypeOf(part) === Object.prototype;
}
