import type { Schema, SchemaObject } from '../keywords.js';
import type { SchemaDocument, SchemaPlace } from '../schema-document.js';
import { isRecursive } from '../schema-recursion.js';
import { arrayChecks } from './array-checks.js';
import type { Check, CompileSchema } from './evaluation.js';
import { logicChecks, typeCheck, valueChecks } from './general-checks.js';
import { Marks } from './marks.js';
import { numberChecks } from './number-checks.js';
import { objectChecks } from './object-checks.js';
import { remembered } from './remembered.js';
import { stringChecks } from './string-checks.js';

/** How a document is compiled. */
export interface CheckOptions {
  /** Whether `format` decides; otherwise it is an annotation. */
  readonly checksFormats: boolean;
}

/**
 * Compiles a schema into functions. No code is generated, so it also works where the process forbids `eval`.
 *
 * @param document - a schema that was found to be right
 * @param options - how
 */
export function compileCheck(document: SchemaDocument, options: CheckOptions): Check {
  return new CheckCompiler(document, options).compileTarget(document.root);
}

class CheckCompiler {
  readonly #targets = new Map<object, Check>();
  readonly #isRecursive: boolean;

  constructor(
    private readonly document: SchemaDocument,
    private readonly options: CheckOptions,
  ) {
    this.#isRecursive = isRecursive(document);
  }

  /** Compiles a schema that references lead to, once. */
  compileTarget({ schema, base }: SchemaPlace): Check {
    if (typeof schema === 'boolean') return this.#compile(schema, base);
    const known = this.#targets.get(schema);
    if (known !== undefined) return known;
    const check = this.#entering(this.#compile(schema, base), base);
    const target = this.#isRecursive ? remembered(check, String(this.#targets.size)) : check;
    this.#targets.set(schema, target);
    return target;
  }

  #compile(schema: Schema, base: string): Check {
    if (schema === true) return () => true;
    if (schema === false) return (_value, evaluation) => evaluation.fail('boolean schema is false');
    const inner: CompileSchema = (each) => {
      const own = this.document.baseOf(each, base);
      const check = this.#compile(each, own);
      return own === base ? check : this.#entering(check, own);
    };
    const checks = [
      ...typeCheck(schema['type']),
      ...numberChecks(schema),
      ...stringChecks(schema, this.options.checksFormats),
      ...this.#references(schema, base),
      ...valueChecks(schema),
      ...logicChecks(schema, inner),
      ...arrayChecks(schema, inner),
      ...objectChecks(schema, inner),
    ];
    return 'unevaluatedProperties' in schema || 'unevaluatedItems' in schema ? withOwnMarks(checks) : all(checks);
  }

  #references({ $ref, $dynamicRef }: SchemaObject, base: string): readonly Check[] {
    const checks: Check[] = [];
    if (typeof $ref === 'string') {
      // Looked up when a value comes, since it may lead back to a schema that is being compiled.
      let target: Check | undefined;
      checks.push((value, evaluation, marks) => {
        target ??= this.compileTarget(this.document.resolve($ref, base));
        return target(value, evaluation, marks);
      });
    }
    if (typeof $dynamicRef === 'string') {
      checks.push((value, evaluation, marks) => {
        const place = this.document.resolveDynamic($dynamicRef, base, evaluation.scope);
        return this.compileTarget(place)(value, evaluation, marks);
      });
    }
    return checks;
  }

  /** Adds a resource to the dynamic scope while its schema is at work. */
  #entering(check: Check, base: string): Check {
    if (!this.document.hasDynamicScope) return check;
    return (value, evaluation, marks) => {
      const { scope } = evaluation;
      if (!scope.includes(base)) evaluation.scope = [...scope, base];
      const isValid = check(value, evaluation, marks);
      evaluation.scope = scope;
      return isValid;
    };
  }
}

function all(checks: readonly Check[]): Check {
  const [only] = checks;
  if (checks.length === 1 && only !== undefined) return only;
  return (value, evaluation, marks) => {
    for (const check of checks) if (!check(value, evaluation, marks)) return false;
    return true;
  };
}

/** What is evaluated beside a schema does not count inside it, so it begins with marks of its own. */
function withOwnMarks(checks: readonly Check[]): Check {
  const check = all(checks);
  return (value, evaluation, marks) => {
    const own = new Marks();
    const isValid = check(value, evaluation, own);
    if (isValid) marks?.add(own);
    return isValid;
  };
}
