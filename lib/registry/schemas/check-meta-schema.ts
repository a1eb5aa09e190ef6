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
  return schemaIssues(schema, '');
}

type Issues = readonly SchemaIssue[];

const none: Issues = [];

/** Issues of one schema. They are cut at each schema, since unions inside of unions would double them. */
function schemaIssues(value: unknown, path: string): Issues {
  return issuesOf(metaSchema, value, path).slice(0, maxIssues);
}

// The order is ajv's: the type, then keywords for all types, then keywords for one type.
function issuesOf(meta: MetaSchema, value: unknown, path: string): Issues {
  if (meta.$ref !== undefined) return schemaIssues(value, path);
  const { type, enum: allowed, anyOf } = meta;
  if (type !== undefined && !isOfType(value, type)) return issue(path, `must be ${String(type)}`);
  if (allowed !== undefined && !allowed.includes(value)) return issue(path, `must be one of ${listed(allowed)}`);
  const inUnion = anyOf === undefined ? none : unionIssues(anyOf, value, path);
  if (inUnion.length > 0) return inUnion;
  if (typeof value === 'number') return numberIssues(meta, value, path);
  if (typeof value === 'string') return textIssues(meta, value, path);
  if (Array.isArray(value)) return listIssues(meta, value, path);
  return isObject(value) ? memberIssues(meta, value, path) : none;
}

function unionIssues(branches: readonly MetaSchema[], value: unknown, path: string): Issues {
  const found: SchemaIssue[] = [];
  for (const branch of branches) {
    const issues = issuesOf(branch, value, path);
    if (issues.length === 0) return none;
    found.push(...issues);
  }
  return [...found, ...issue(path, 'must match a schema in anyOf')];
}

function numberIssues({ minimum, exclusiveMinimum }: MetaSchema, value: number, path: string): Issues {
  if (minimum !== undefined && value < minimum) return issue(path, `must be >= ${minimum}`);
  const isTooSmall = exclusiveMinimum !== undefined && value <= exclusiveMinimum;
  return isTooSmall ? issue(path, `must be > ${exclusiveMinimum}`) : none;
}

function textIssues({ pattern }: MetaSchema, value: string, path: string): Issues {
  const isMatch = pattern === undefined || compilePattern(pattern).test(value);
  return isMatch ? none : issue(path, `must match pattern "${pattern}"`);
}

function listIssues(meta: MetaSchema, list: readonly unknown[], path: string): Issues {
  const { minItems, items, uniqueItems } = meta;
  if (minItems !== undefined && list.length < minItems) {
    return issue(path, `must NOT have fewer than ${minItems} items`);
  }
  if (items !== undefined) {
    for (const [index, item] of list.entries()) {
      const issues = issuesOf(items, item, `${path}/${index}`);
      if (issues.length > 0) return issues;
    }
  }
  // The items of the meta-schema's unique lists are texts.
  const twice = uniqueItems === true ? list.findIndex((item, index) => list.indexOf(item) < index) : -1;
  if (twice === -1) return none;
  const both = `items ## ${list.indexOf(list[twice])} and ${twice}`;
  return issue(path, `must NOT have duplicate items (${both} are identical)`);
}

function memberIssues(
  { properties, additionalProperties }: MetaSchema,
  value: Readonly<Record<string, unknown>>,
  path: string,
): Issues {
  // In the order of the meta-schema, so that the message is the same however a schema is written.
  for (const name in properties) {
    const meta = properties[name];
    if (meta === undefined || !Object.hasOwn(value, name)) continue;
    const issues = issuesOf(meta, value[name], `${path}/${name}`);
    if (issues.length > 0) return issues;
  }
  if (additionalProperties === undefined) return none;
  for (const [name, member] of Object.entries(value)) {
    const issues = issuesOf(additionalProperties, member, `${path}/${pointerStep(name)}`);
    if (issues.length > 0) return issues;
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

function issue(path: string, message: string): Issues {
  return [{ path: shownPath(path), message }];
}
