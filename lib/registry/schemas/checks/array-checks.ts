import { isSchema } from '../keywords.js';
import type { SchemaObject } from '../keywords.js';
import type { Check, CompileSchema, Evaluation } from './evaluation.js';
import type { Marks } from './marks.js';
import { ValueIdentities } from './value-identities.js';

type ArrayCheck = (items: readonly unknown[], evaluation: Evaluation, marks: Marks | undefined) => boolean;

/**
 * Compiles the keywords about arrays (JSON Schema core §10.3.1 and §11.2, validation §6.4).
 *
 * @param schema - checked against the meta-schema before
 * @param compile - compiles a schema inside it
 */
export function arrayChecks(schema: SchemaObject, compile: CompileSchema): readonly Check[] {
  const { maxItems, minItems, uniqueItems } = schema;
  const checks: ArrayCheck[] = [];
  if (typeof maxItems === 'number') {
    const message = `must NOT have more than ${maxItems} items`;
    checks.push((items, evaluation) => items.length <= maxItems || evaluation.fail(message));
  }
  if (typeof minItems === 'number') {
    const message = `must NOT have fewer than ${minItems} items`;
    checks.push((items, evaluation) => items.length >= minItems || evaluation.fail(message));
  }
  if (uniqueItems === true) checks.push(areUnique);
  checks.push(...itemChecks(schema, compile), ...containsCheck(schema, compile), ...unevaluatedCheck(schema, compile));
  return checks.map((check) => (value, evaluation, marks) => !Array.isArray(value) || check(value, evaluation, marks));
}

const areUnique: ArrayCheck = (items, evaluation) => {
  evaluation.identities ??= new ValueIdentities();
  const seen = new Map<number, number>();
  for (const [index, item] of items.entries()) {
    const identity = evaluation.identities.of(item);
    const before = seen.get(identity);
    if (before !== undefined) {
      return evaluation.fail(`must NOT have duplicate items (items ## ${before} and ${index} are identical)`);
    }
    seen.set(identity, index);
  }
  return true;
};

function itemChecks(schema: SchemaObject, compile: CompileSchema): readonly ArrayCheck[] {
  const prefix = Array.isArray(schema['prefixItems']) ? schema['prefixItems'].filter(isSchema) : [];
  const checks: ArrayCheck[] = [];
  if (prefix.length > 0) {
    const each = prefix.map((item) => compile(item));
    checks.push((items, evaluation, marks) => {
      if (marks !== undefined) marks.prefix = Math.max(marks.prefix, Math.min(each.length, items.length));
      return each.every((check, index) => index >= items.length || evaluation.descend(index, items[index], check));
    });
  }
  const { items: rest } = schema;
  if (isSchema(rest)) checks.push(restCheck(rest, prefix.length, compile));
  return checks;
}

function restCheck(rest: SchemaObject | boolean, start: number, compile: CompileSchema): ArrayCheck {
  const check = rest === false ? undefined : compile(rest);
  return (items, evaluation, marks) => {
    if (marks !== undefined) marks.allItems = true;
    if (check === undefined) return items.length <= start || evaluation.fail(`must NOT have more than ${start} items`);
    for (let index = start; index < items.length; index++) {
      if (!evaluation.descend(index, items[index], check)) return false;
    }
    return true;
  };
}

function containsCheck(schema: SchemaObject, compile: CompileSchema): readonly ArrayCheck[] {
  const { contains, minContains = 1, maxContains } = schema;
  if (!isSchema(contains)) return [];
  const check = compile(contains);
  const [min, max] = [Number(minContains), maxContains === undefined ? Infinity : Number(maxContains)];
  const upTo = max === Infinity ? '' : ` and no more than ${max}`;
  const message = `must contain at least ${min}${upTo} valid item(s)`;
  return [
    (items, evaluation, marks) => {
      const before = evaluation.issues.length;
      let count = 0;
      for (const [index, item] of items.entries()) {
        if (!evaluation.descend(index, item, check)) continue;
        count++;
        marks?.items.add(index);
        // Without marks the rest of the items cannot change the verdict.
        if (marks === undefined && count >= min && max === Infinity) break;
      }
      evaluation.forget(before);
      return (count >= min && count <= max) || evaluation.fail(message);
    },
  ];
}

function unevaluatedCheck(schema: SchemaObject, compile: CompileSchema): readonly ArrayCheck[] {
  const { unevaluatedItems } = schema;
  if (!isSchema(unevaluatedItems)) return [];
  const check = unevaluatedItems === false ? undefined : compile(unevaluatedItems);
  return [
    (items, evaluation, marks) => {
      const rest = [...items.keys()].filter((index) => marks?.hasItem(index) !== true);
      if (marks !== undefined) marks.allItems = true;
      const [first] = rest;
      if (first === undefined) return true;
      if (check === undefined) return evaluation.fail(`must NOT have more than ${first} items`);
      return rest.every((index) => evaluation.descend(index, items[index], check));
    },
  ];
}
