import { isObject } from '../../jsonrpc/parse-message.js';
import type { MetaSchema } from './meta-schema.js';
import { metaSchema } from './meta-schema.js';
import { compilePattern } from './patterns/compile-pattern.js';
import type { SchemaIssue } from './schema-issue.js';
import { maxIssues, pointerStep, shownPath } from './schema-issue.js';

/**
 * Finds what is wrong with a schema by the meta-schema of 2020-12, and says it as ajv does. Loading ajv and compiling the meta-schema
 * would take longer than importing the package and registering hundreds of tools. This reads the few keywords that the meta-schema has.
 *
 * @param schema - what claims to be a schema
 * @returns the first issue, after those of all branches if the issue is a union; none if the schema is right
 */
export function checkMetaSchema(schema: unknown): readonly SchemaIssue[] {
  return schemaIssues(schema).map(({ path, message }) => ({ path: shownPath(path), message }));
}

type Issues = readonly SchemaIssue[];

const none: Issues = [];

/** Issues of one schema. They are cut at each schema, since unions inside of unions would double them. */
function schemaIssues(value: unknown): Issues {
  const issues = issuesOf(metaSchema, value);
  return issues.length > maxIssues ? issues.slice(0, maxIssues) : issues;
}

/** Issues with the way to them, which is only made where there are some. */
function at(name: string, issues: Issues): Issues {
  return issues.map(({ path, message }) => ({ path: `/${name}${path}`, message }));
}

// The order is ajv's: the type, then keywords for all types, then keywords for one type.
function issuesOf(meta: MetaSchema, value: unknown): Issues {
  if (meta.$ref !== undefined) return schemaIssues(value);
  const { type, enum: allowed, anyOf } = meta;
  if (type !== undefined && !isOfType(value, type)) return issue(`must be ${String(type)}`);
  if (allowed !== undefined && !allowed.includes(value)) return issue(`must be one of ${listed(allowed)}`);
  const inUnion = anyOf === undefined ? none : unionIssues(anyOf, value);
  if (inUnion.length > 0) return inUnion;
  if (typeof value === 'number') return numberIssues(meta, value);
  if (typeof value === 'string') return textIssues(meta, value);
  if (Array.isArray(value)) return listIssues(meta, value);
  return isObject(value) ? memberIssues(meta, value) : none;
}

function unionIssues(branches: readonly MetaSchema[], value: unknown): Issues {
  const found: SchemaIssue[] = [];
  for (const branch of branches) {
    const issues = issuesOf(branch, value);
    if (issues.length === 0) return none;
    found.push(...issues);
  }
  return [...found, ...issue('must match a schema in anyOf')];
}

function numberIssues({ minimum, exclusiveMinimum }: MetaSchema, value: number): Issues {
  if (minimum !== undefined && value < minimum) return issue(`must be >= ${minimum}`);
  const isTooSmall = exclusiveMinimum !== undefined && value <= exclusiveMinimum;
  return isTooSmall ? issue(`must be > ${exclusiveMinimum}`) : none;
}

function textIssues({ pattern }: MetaSchema, value: string): Issues {
  const isMatch = pattern === undefined || compilePattern(pattern).test(value);
  return isMatch ? none : issue(`must match pattern "${pattern}"`);
}

function listIssues(meta: MetaSchema, list: readonly unknown[]): Issues {
  const { minItems, items, uniqueItems } = meta;
  if (minItems !== undefined && list.length < minItems) {
    return issue(`must NOT have fewer than ${minItems} items`);
  }
  if (items !== undefined) {
    for (const [index, item] of list.entries()) {
      const issues = issuesOf(items, item);
      if (issues.length > 0) return at(String(index), issues);
    }
  }
  // The items of the meta-schema's unique lists are texts.
  const twice = uniqueItems === true ? list.findIndex((item, index) => list.indexOf(item) < index) : -1;
  if (twice === -1) return none;
  const both = `items ## ${list.indexOf(list[twice])} and ${twice}`;
  return issue(`must NOT have duplicate items (${both} are identical)`);
}

function memberIssues(
  { properties = {}, additionalProperties }: MetaSchema,
  value: Readonly<Record<string, unknown>>,
): Issues {
  const names = Object.keys(value);
  let found: Map<string, Issues> | undefined;
  for (const name of names) {
    const meta = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const issues = meta === undefined ? none : issuesOf(meta, value[name]);
    if (issues.length > 0) (found ??= new Map<string, Issues>()).set(name, at(name, issues));
  }
  // The first in the order of the meta-schema, so that the message is the same however a schema is written.
  const first = found === undefined ? undefined : Object.keys(properties).find((name) => found.has(name));
  if (first !== undefined) return found?.get(first) ?? none;
  if (additionalProperties === undefined) return none;
  for (const name of names) {
    const issues = issuesOf(additionalProperties, value[name]);
    if (issues.length > 0) return at(pointerStep(name), issues);
  }
  return none;
}

function isOfType(value: unknown, type: string | readonly string[]): boolean {
  if (typeof type !== 'string') return type.some((each) => isOfType(value, each));
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return type === 'number' ? Number.isFinite(value) : typeof value === type;
}

function listed(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(', ');
}

function issue(message: string): Issues {
  return [{ path: '', message }];
}
