import type { Check, KnownVerdict } from './evaluation.js';
import { Marks } from './marks.js';

const accepted: KnownVerdict = { valid: true, issues: [], marks: undefined };

/**
 * Wraps the check of a schema that leads back to itself, so that it looks at each object and array once. Without it, a union
 * of two branches that both go into the same value takes twice as long with each level of the value.
 *
 * @param check - check of the schema
 * @param name - tells the schema from others of the same document
 */
export function remembered(check: Check, name: string): Check {
  return (value, evaluation, marks) => {
    if (typeof value !== 'object' || value === null) return check(value, evaluation, marks);
    const key = `${name} ${marks === undefined ? '' : 'marks'} ${evaluation.scope.join(' ')}`;
    const verdicts = evaluation.verdictsOf(key);
    const known = verdicts.get(value);
    if (known !== undefined) {
      evaluation.repeat(known.issues);
      if (known.marks !== undefined) marks?.add(known.marks);
      return known.valid;
    }
    const before = evaluation.issues.length;
    const own = marks === undefined ? undefined : new Marks();
    const valid = check(value, evaluation, own);
    const isPlain = valid && own === undefined;
    verdicts.set(value, isPlain ? accepted : { valid, issues: evaluation.issues.slice(before), marks: own });
    if (own !== undefined) marks?.add(own);
    return valid;
  };
}
