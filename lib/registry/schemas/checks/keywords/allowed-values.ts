import type { FuncKeywordDefinition } from 'ajv';
import { _ } from 'ajv';
import type { Evaluation } from '../evaluation.js';

/** `enum` (JSON Schema validation §6.1.2). Compares structures in time proportional to the value, and says what is allowed. */
export const enumeration: FuncKeywordDefinition = {
  keyword: 'enum',
  before: 'not',
  schemaType: 'array',
  errors: false,
  compile: (values: readonly unknown[]) => isOneOf(values),
  error: { message: ({ schema }) => _`${`must be one of ${listed(schema as readonly unknown[])}`}` },
};

/** `const` (JSON Schema validation §6.1.3). */
export const constant: FuncKeywordDefinition = {
  keyword: 'const',
  before: 'not',
  errors: false,
  compile: (value: unknown) => isOneOf([value]),
  error: { message: ({ schema }) => _`${`must be ${JSON.stringify(schema)}`}` },
};

function listed(values: readonly unknown[]): string {
  const texts = values.slice(0, 10).map((value) => JSON.stringify(value));
  return values.length > 10 ? `${texts.join(', ')}, …` : texts.join(', ');
}

function isOneOf(values: readonly unknown[]): (this: Evaluation, value: unknown) => boolean {
  // -0 and 0 are one number, and so they are for a Set.
  const primitives = new Set(values.filter((value) => typeof value !== 'object' || value === null));
  const structures = values.filter((value) => typeof value === 'object' && value !== null);
  return function (value) {
    if (typeof value !== 'object' || value === null) return primitives.has(value);
    if (structures.length === 0) return false;
    const { identities } = this;
    const identity = identities.of(value);
    return structures.some((each) => identities.of(each) === identity);
  };
}
