import type { Options } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { compilePattern } from '../patterns/compile-pattern.js';
import { formats } from './formats.js';
import { constant, enumeration } from './keywords/allowed-values.js';
import { definition } from './keywords/definition.js';
import { multipleOf } from './keywords/multiple-of.js';
import { unevaluatedItems, unevaluatedProperties } from './keywords/unevaluated.js';
import { uniqueItems } from './keywords/unique-items.js';

/** Patterns are matched in time proportional to the text. ajv tells them apart by their text. */
const regExp = Object.assign((pattern: string) => ({ test: compilePattern(pattern).test, toString: () => pattern }), {
  code: 'compilePattern',
});

const options: Options = {
  // Schemas are checked before (assert-schema), and prepared so that ajv knows each keyword.
  strict: false,
  meta: false,
  validateSchema: false,
  addUsedSchema: false,
  logger: false,
  // Infinity is no number of JSON, though JSON.parse gives it for 1e400.
  strictNumbers: true,
  // A value's prototype is no data: `{}` does not have the property "constructor".
  ownProperties: true,
  // With all errors, a hostile value decides how much work and memory an error takes (ajv's security considerations).
  allErrors: false,
  // Keywords get the state of the evaluation as `this`.
  passContext: true,
  // A definition that many places refer to is one function, not code in each place.
  inlineRefs: false,
  // Optimizing takes longer than it spares.
  code: { regExp, optimize: false },
  formats,
};

const replaced = [uniqueItems, enumeration, constant, multipleOf, unevaluatedItems, unevaluatedProperties];

/** Makes an ajv with keywords of our own where its own take longer than the value is large, or decide otherwise than 2020-12. */
export function makeAjv(checksFormats: boolean): Ajv2020 {
  const ajv = new Ajv2020({ ...options, validateFormats: checksFormats });
  for (const keyword of replaced) {
    ajv.removeKeyword(String(keyword.keyword)).addKeyword(keyword);
  }
  ajv.addKeyword(definition);
  return ajv;
}
