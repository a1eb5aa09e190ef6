import type { FuncKeywordDefinition } from 'ajv';
import { _ } from 'ajv';
import { isMultiple } from '../is-multiple.js';

/** `multipleOf` (JSON Schema validation §6.2.1) by decimal arithmetic: ajv divides binary fractions. */
export const multipleOf: FuncKeywordDefinition = {
  keyword: 'multipleOf',
  type: 'number',
  schemaType: 'number',
  errors: false,
  compile: (divisor: number) => (value: number) => isMultiple(value, divisor),
  error: { message: ({ schema }) => _`${`must be multiple of ${String(schema)}`}` },
};
