import type { ErrorObject, ValidateFunction } from 'ajv';
import type { DataValidationCxt } from 'ajv/dist/types/index.js';
import { maxIssues } from '../schema-issue.js';
import type { Evaluation, KnownVerdict } from './evaluation.js';

/** A definition that ajv's code calls like one of its own validators. */
export interface RememberedDefinition {
  (this: Evaluation, value: unknown, context?: DataValidationCxt): boolean;
  errors?: readonly ErrorObject[];
  evaluated?: ValidateFunction['evaluated'];
}

/**
 * Makes a definition of a recursive schema look at each object and array once. Without it, a union of two branches that
 * both go into the same value takes twice as long with each level of the value.
 *
 * @param compile - compiles the definition; called when its first value comes
 */
export function remembered(compile: () => ValidateFunction): RememberedDefinition {
  let validate: ValidateFunction | undefined;
  const definition: RememberedDefinition = function (value, context) {
    validate ??= compile();
    const isKept = typeof value === 'object' && value !== null;
    const verdicts = isKept ? this.verdictsOf(definition) : undefined;
    const verdict = (isKept ? verdicts?.get(value) : undefined) ?? verdictOf(validate, this, value, context);
    if (isKept) verdicts?.set(value, verdict);
    definition.errors = verdict.errors;
    // A copy, since ajv's code adds to it.
    definition.evaluated = copyOf(verdict.evaluated);
    return verdict.valid;
  };
  return definition;
}

function verdictOf(
  validate: ValidateFunction,
  evaluation: Evaluation,
  value: unknown,
  context: DataValidationCxt | undefined,
): KnownVerdict {
  const valid: unknown = validate.call(evaluation, value, context);
  // Cut here too: the errors of all branches would double with each level.
  const errors = valid === true ? [] : (validate.errors ?? []).slice(0, maxIssues);
  return { valid: valid === true, errors, evaluated: copyOf(validate.evaluated) };
}

function copyOf(evaluated: ValidateFunction['evaluated']): ValidateFunction['evaluated'] {
  if (evaluated === undefined) return undefined;
  const { props } = evaluated;
  return { ...evaluated, ...(typeof props === 'object' ? { props: { ...props } } : {}) };
}
