import { isSchema } from '../keywords.js';
import type { SchemaObject } from '../keywords.js';
import { isObject } from '../../../jsonrpc/parse-message.js';
import type { Check, CompileSchema } from './evaluation.js';
import { Marks } from './marks.js';
import { ValueIdentities } from './value-identities.js';

/**
 * Compiles `type` (JSON Schema validation §6.1.1).
 *
 * @param type - a name or a list of names
 */
export function typeCheck(type: unknown): readonly Check[] {
  if (type === undefined) return [];
  const names = (Array.isArray(type) ? type : [type]).map(String);
  const tests = names.flatMap((name) => types[name] ?? []);
  const message = `must be ${names.join()}`;
  const [only] = tests;
  if (tests.length === 1 && only !== undefined) {
    return [(value, evaluation) => only(value) || evaluation.fail(message)];
  }
  return [(value, evaluation) => tests.some((test) => test(value)) || evaluation.fail(message)];
}

const types: Readonly<Partial<Record<string, (value: unknown) => boolean>>> = {
  string: (value) => typeof value === 'string',
  number: (value) => Number.isFinite(value),
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: isObject,
};

/** Compiles `enum` and `const` (JSON Schema validation §6.1.2 and §6.1.3). */
export function valueChecks(schema: SchemaObject): readonly Check[] {
  const checks: Check[] = [];
  if (Array.isArray(schema['enum'])) {
    checks.push(oneOfValues(schema['enum'], `must be one of ${listed(schema['enum'])}`));
  }
  if ('const' in schema) checks.push(oneOfValues([schema['const']], `must be ${JSON.stringify(schema['const'])}`));
  return checks;
}

function listed(values: readonly unknown[]): string {
  const texts = values.slice(0, 10).map((value) => JSON.stringify(value));
  return values.length > 10 ? `${texts.join(', ')}, …` : texts.join(', ');
}

function oneOfValues(values: readonly unknown[], message: string): Check {
  // -0 and 0 are one number, and so they are for a Set.
  const primitives = new Set(values.filter((value) => typeof value !== 'object' || value === null));
  const structures = values.filter((value) => typeof value === 'object' && value !== null);
  return (value, evaluation) => {
    if (typeof value !== 'object' || value === null) return primitives.has(value) || evaluation.fail(message);
    if (structures.length === 0) return evaluation.fail(message);
    evaluation.identities ??= new ValueIdentities();
    const { identities } = evaluation;
    const identity = identities.of(value);
    return structures.some((each) => identities.of(each) === identity) || evaluation.fail(message);
  };
}

/** Compiles `not`, `anyOf`, `oneOf`, `allOf` and `if` (JSON Schema core §10.2). */
export function logicChecks(schema: SchemaObject, compile: CompileSchema): readonly Check[] {
  const { not } = schema;
  const branches = (keyword: string): readonly Check[] =>
    Array.isArray(schema[keyword]) ? schema[keyword].filter(isSchema).map((each) => compile(each)) : [];
  return [
    ...(isSchema(not) ? [negation(compile(not))] : []),
    ...('anyOf' in schema ? [anyOf(branches('anyOf'))] : []),
    ...('oneOf' in schema ? [oneOf(branches('oneOf'))] : []),
    ...branches('allOf'),
    ...conditional(schema, compile),
  ];
}

function negation(check: Check): Check {
  return (value, evaluation) => {
    const before = evaluation.issues.length;
    const isValid = check(value, evaluation);
    evaluation.forget(before);
    return !isValid || evaluation.fail('must NOT be valid');
  };
}

function anyOf(branches: readonly Check[]): Check {
  return (value, evaluation, marks) => {
    const before = evaluation.issues.length;
    let isValid = false;
    for (const check of branches) {
      const own = marks === undefined ? undefined : new Marks();
      if (!check(value, evaluation, own)) continue;
      isValid = true;
      if (marks === undefined || own === undefined) break;
      // Every branch that fits adds what it has evaluated.
      marks.add(own);
    }
    if (!isValid) return evaluation.fail('must match a schema in anyOf');
    evaluation.forget(before);
    return true;
  };
}

function oneOf(branches: readonly Check[]): Check {
  return (value, evaluation, marks) => {
    const before = evaluation.issues.length;
    let fitting = 0;
    for (const check of branches) {
      const own = marks === undefined ? undefined : new Marks();
      if (!check(value, evaluation, own)) continue;
      fitting++;
      if (fitting > 1) break;
      if (own !== undefined) marks?.add(own);
    }
    if (fitting > 0) evaluation.forget(before);
    return fitting === 1 || evaluation.fail('must match exactly one schema in oneOf');
  };
}

function conditional(schema: SchemaObject, compile: CompileSchema): readonly Check[] {
  const { if: condition, then: consequence, else: alternative } = schema;
  if (!isSchema(condition)) return [];
  const check = compile(condition);
  const branch = (each: unknown, name: string): Check => {
    if (!isSchema(each)) return () => true;
    const inner = compile(each);
    return (value, evaluation, marks) =>
      inner(value, evaluation, marks) || evaluation.fail(`must match "${name}" schema`);
  };
  const [ifValid, ifNot] = [branch(consequence, 'then'), branch(alternative, 'else')];
  return [
    (value, evaluation, marks) => {
      const before = evaluation.issues.length;
      const own = marks === undefined ? undefined : new Marks();
      const isValid = check(value, evaluation, own);
      evaluation.forget(before);
      if (isValid && own !== undefined) marks?.add(own);
      return (isValid ? ifValid : ifNot)(value, evaluation, marks);
    },
  ];
}
