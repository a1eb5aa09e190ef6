import type { SchemaObject } from '../keywords.js';
import type { Check } from './evaluation.js';
import { isMultiple } from './is-multiple.js';

/**
 * Compiles the keywords about numbers (JSON Schema validation §6.2).
 *
 * @param schema - checked against the meta-schema before
 */
export function numberChecks(schema: SchemaObject): readonly Check[] {
  return Object.entries(schema).flatMap(([keyword, limit]) => {
    const rule = typeof limit === 'number' ? rules[keyword] : undefined;
    return rule === undefined ? [] : [numberCheck(Number(limit), rule)];
  });
}

interface Rule {
  readonly holds: (value: number, limit: number) => boolean;
  readonly text: string;
}

const rules: Readonly<Partial<Record<string, Rule>>> = {
  maximum: { holds: (value, limit) => value <= limit, text: 'must be <=' },
  minimum: { holds: (value, limit) => value >= limit, text: 'must be >=' },
  exclusiveMaximum: { holds: (value, limit) => value < limit, text: 'must be <' },
  exclusiveMinimum: { holds: (value, limit) => value > limit, text: 'must be >' },
  multipleOf: { holds: isMultiple, text: 'must be multiple of' },
};

function numberCheck(limit: number, { holds, text }: Rule): Check {
  const message = `${text} ${limit}`;
  return (value, evaluation) => typeof value !== 'number' || holds(value, limit) || evaluation.fail(message);
}
