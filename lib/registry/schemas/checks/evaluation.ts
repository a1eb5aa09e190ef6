import type { ErrorObject, ValidateFunction } from 'ajv';
import { ValueIdentities } from './value-identities.js';

/** The verdict of a definition on one object or array, kept so that a recursive schema looks at each value once. */
export interface KnownVerdict {
  readonly valid: boolean;
  readonly errors: readonly ErrorObject[];
  /** Properties and items that it has evaluated, for `unevaluatedProperties` and `unevaluatedItems`. */
  readonly evaluated: ValidateFunction['evaluated'];
}

/** The state of validating one value: ajv passes it to keywords as `this`. */
export class Evaluation {
  #identities: ValueIdentities | undefined;
  // Made when it is needed: most schemas are not recursive.
  #verdicts: Map<object, Map<object, KnownVerdict>> | undefined;

  /** Identities of the parts of the value. */
  get identities(): ValueIdentities {
    this.#identities ??= new ValueIdentities();
    return this.#identities;
  }

  /** Verdicts of a definition by value. */
  verdictsOf(definition: object): Map<object, KnownVerdict> {
    this.#verdicts ??= new Map();
    const known = this.#verdicts.get(definition) ?? new Map<object, KnownVerdict>();
    this.#verdicts.set(definition, known);
    return known;
  }
}
