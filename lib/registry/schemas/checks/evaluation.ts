import type { Schema } from '../keywords.js';
import type { SchemaIssue } from '../schema-issue.js';
import type { Marks } from './marks.js';
import type { ValueIdentities } from './value-identities.js';

/** Decides whether a value fits a schema, and reports the first thing that does not. */
export type Check = (value: unknown, evaluation: Evaluation, marks?: Marks) => boolean;

/** Compiles a schema that is inside another one. */
export type CompileSchema = (schema: Schema) => Check;

/** Issues that are kept of one evaluation. The rest would only make the answer longer. */
const maxIssues = 10;

/** Characters of an instance path in an issue: a caller chooses the names in it. */
const maxPathLength = 200;

/** The verdict of a check on one object or array, kept so that a recursive schema looks at each value once. */
export interface KnownVerdict {
  readonly valid: boolean;
  readonly issues: readonly SchemaIssue[];
  readonly marks: Marks | undefined;
}

/** The state of validating one value. */
export class Evaluation {
  readonly issues: SchemaIssue[] = [];
  /** Property names and indexes from the root to the current value. */
  readonly keys: (number | string)[] = [];
  /** Schema resources that were entered, outermost first (JSON Schema core §7.1, dynamic scope). */
  scope: readonly string[] = [];
  identities: ValueIdentities | undefined;
  readonly #verdicts = new Map<string, Map<object, KnownVerdict>>();

  /** Verdicts of a recursive schema by value. */
  verdictsOf(schema: string): Map<object, KnownVerdict> {
    const known = this.#verdicts.get(schema) ?? new Map<object, KnownVerdict>();
    this.#verdicts.set(schema, known);
    return known;
  }

  /** Records issues that were found before. */
  repeat(issues: readonly SchemaIssue[]): void {
    this.issues.push(...issues.slice(0, maxIssues - this.issues.length));
  }

  /** Records an issue at the current value. Always false, the verdict that goes with it. */
  fail(message: string): false {
    if (this.issues.length < maxIssues) this.issues.push({ path: this.#path(), message });
    return false;
  }

  /** Forgets issues, since the branch that reported them did not matter. */
  forget(count: number): void {
    this.issues.length = Math.min(this.issues.length, count);
  }

  /** Checks the value of a property or the item of an array. */
  descend(key: number | string, value: unknown, check: Check): boolean {
    this.keys.push(key);
    const isValid = check(value, this);
    this.keys.pop();
    return isValid;
  }

  /** JSON pointer (RFC 6901) to the current value. */
  #path(): string {
    let path = '';
    for (const key of this.keys) {
      const name = typeof key === 'number' ? String(key) : key.slice(0, maxPathLength);
      path += `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (path.length > maxPathLength) return `${path.slice(0, maxPathLength)}…`;
    }
    return path;
  }
}
