import type { CodeKeywordDefinition } from 'ajv';
import { callRef } from 'ajv/dist/vocabularies/core/ref.js';

/**
 * Keyword of prepared schemas, in place of a `$ref` of a recursive schema. Its value is a remembered definition, which is
 * called as ajv calls the validator of a reference.
 */
export const definition: CodeKeywordDefinition = {
  keyword: 'definition',
  code: (context) => {
    const ref: unknown = context.schema;
    callRef(context, context.gen.scopeValue('validate', { ref }), undefined, false);
  },
};
