import { displayName } from '../../../errors/display-name.js';
import { isObject } from '../../../jsonrpc/parse-message.js';
import { isSchema } from '../keywords.js';
import type { SchemaObject } from '../keywords.js';
import { compilePattern } from '../patterns/compile-pattern.js';
import type { Check, CompileSchema, Evaluation } from './evaluation.js';
import type { Marks } from './marks.js';

type Members = Readonly<Record<string, unknown>>;
type ObjectCheck = (object: Members, evaluation: Evaluation, marks: Marks | undefined) => boolean;

/**
 * Compiles the keywords about objects (JSON Schema core §10.3.2, §10.2.2.4 and §11.3, validation §6.5). Members of a
 * prototype are not members, and neither are those whose value is undefined: JSON has neither.
 *
 * @param schema - checked against the meta-schema before
 * @param compile - compiles a schema inside it
 */
export function objectChecks(schema: SchemaObject, compile: CompileSchema): readonly Check[] {
  const checks = [
    ...countChecks(schema),
    ...requiredCheck(schema['required']),
    ...namesCheck(schema['propertyNames'], compile),
    ...memberChecks(schema, compile),
    ...dependencyChecks(schema, compile),
    ...unevaluatedCheck(schema['unevaluatedProperties'], compile),
  ];
  return checks.map((check) => (value, evaluation, marks) => !isObject(value) || check(value, evaluation, marks));
}

function has(object: Members, name: string): boolean {
  return Object.hasOwn(object, name) && object[name] !== undefined;
}

function namesOf(object: Members): readonly string[] {
  return Object.keys(object).filter((name) => object[name] !== undefined);
}

function countChecks({ maxProperties, minProperties }: SchemaObject): readonly ObjectCheck[] {
  const checks: ObjectCheck[] = [];
  if (typeof maxProperties === 'number') {
    const message = `must NOT have more than ${maxProperties} properties`;
    checks.push((object, evaluation) => namesOf(object).length <= maxProperties || evaluation.fail(message));
  }
  if (typeof minProperties === 'number') {
    const message = `must NOT have fewer than ${minProperties} properties`;
    checks.push((object, evaluation) => namesOf(object).length >= minProperties || evaluation.fail(message));
  }
  return checks;
}

function requiredCheck(required: unknown): readonly ObjectCheck[] {
  const names = Array.isArray(required) ? required.map(String) : [];
  if (names.length === 0) return [];
  return [
    (object, evaluation) => {
      for (const name of names) {
        if (!has(object, name)) return evaluation.fail(`must have required property '${name}'`);
      }
      return true;
    },
  ];
}

function namesCheck(propertyNames: unknown, compile: CompileSchema): readonly ObjectCheck[] {
  if (!isSchema(propertyNames)) return [];
  const check = compile(propertyNames);
  return [
    (object, evaluation) =>
      namesOf(object).every((name) => check(name, evaluation) || evaluation.fail('property name must be valid')),
  ];
}

/** `properties`, `patternProperties`, and `additionalProperties`, which is about what the other two leave. */
function memberChecks(schema: SchemaObject, compile: CompileSchema): readonly ObjectCheck[] {
  const named = new Map(schemasIn(schema['properties']).map(([name, each]) => [name, compile(each)]));
  const patterned = schemasIn(schema['patternProperties']).map(([pattern, each]) => ({
    matches: compilePattern(pattern).test,
    check: compile(each),
  }));
  const checks: ObjectCheck[] = [];
  const { additionalProperties: additional } = schema;
  if (isSchema(additional)) {
    const isNamed = (name: string): boolean => named.has(name) || patterned.some(({ matches }) => matches(name));
    checks.push(additionalCheck(isNamed, additional === false ? undefined : compile(additional)));
  }
  if (named.size > 0) checks.push(propertiesCheck([...named]));
  if (patterned.length > 0) checks.push(patternedCheck(patterned));
  return checks;
}

function schemasIn(map: unknown): readonly (readonly [string, SchemaObject | boolean])[] {
  const entries = isObject(map) ? Object.entries(map) : [];
  return entries.flatMap(([name, each]) => (isSchema(each) ? [[name, each] as const] : []));
}

function propertiesCheck(named: readonly (readonly [string, Check])[]): ObjectCheck {
  return (object, evaluation, marks) => {
    for (const [name, check] of named) {
      if (!has(object, name)) continue;
      marks?.properties.add(name);
      if (!evaluation.descend(name, object[name], check)) return false;
    }
    return true;
  };
}

function patternedCheck(
  patterned: readonly { readonly matches: (name: string) => boolean; readonly check: Check }[],
): ObjectCheck {
  return (object, evaluation, marks) =>
    namesOf(object).every((name) =>
      patterned.every(({ matches, check }) => {
        if (!matches(name)) return true;
        marks?.properties.add(name);
        return evaluation.descend(name, object[name], check);
      }),
    );
}

function additionalCheck(isNamed: (name: string) => boolean, check: Check | undefined): ObjectCheck {
  return (object, evaluation, marks) => {
    if (marks !== undefined) marks.allProperties = true;
    for (const name in object) {
      if (!has(object, name) || isNamed(name)) continue;
      if (check === undefined) return evaluation.fail(`must not have the property ${displayName(name)}`);
      if (!evaluation.descend(name, object[name], check)) return false;
    }
    return true;
  };
}

/** `dependentRequired`, `dependentSchemas`, and the old `dependencies`, which is both (core, appendix on 2019-09). */
function dependencyChecks(schema: SchemaObject, compile: CompileSchema): readonly ObjectCheck[] {
  const maps = [schema['dependentRequired'], schema['dependentSchemas'], schema['dependencies']];
  return maps
    .flatMap((map) => (isObject(map) ? Object.entries(map) : []))
    .flatMap(([name, wanted]): readonly ObjectCheck[] => {
      if (Array.isArray(wanted)) return [dependentNames(name, wanted.map(String))];
      if (!isSchema(wanted)) return [];
      const check = compile(wanted);
      return [(object, evaluation, marks) => !has(object, name) || check(object, evaluation, marks)];
    });
}

function dependentNames(name: string, wanted: readonly string[]): ObjectCheck {
  const noun = wanted.length === 1 ? 'property' : 'properties';
  const message = `must have ${noun} ${wanted.join(', ')} when property ${name} is present`;
  return (object, evaluation) =>
    !has(object, name) || wanted.every((each) => has(object, each)) || evaluation.fail(message);
}

function unevaluatedCheck(unevaluated: unknown, compile: CompileSchema): readonly ObjectCheck[] {
  if (!isSchema(unevaluated)) return [];
  const check = unevaluated === false ? undefined : compile(unevaluated);
  return [
    (object, evaluation, marks) => {
      const rest = namesOf(object).filter((name) => marks?.hasProperty(name) !== true);
      if (marks !== undefined) marks.allProperties = true;
      if (check === undefined) {
        return rest.length === 0 || evaluation.fail('must NOT have unevaluated properties');
      }
      return rest.every((name) => evaluation.descend(name, object[name], check));
    },
  ];
}
