import type { SchemaObject } from '../keywords.js';
import { compilePattern } from '../patterns/compile-pattern.js';
import type { Check } from './evaluation.js';
import { formatCheck } from './formats.js';

/**
 * Compiles the keywords about strings (JSON Schema validation §6.3 and §7).
 *
 * @param schema - checked against the meta-schema before
 * @param checksFormats - whether `format` decides; otherwise it is an annotation (§7.2.1)
 */
export function stringChecks(schema: SchemaObject, checksFormats: boolean): readonly Check[] {
  const { maxLength, minLength, pattern, format } = schema;
  const checks: Check[] = [];
  if (typeof maxLength === 'number') {
    const message = `must NOT have more than ${maxLength} characters`;
    checks.push(stringCheck(message, (text) => !isLonger(text, maxLength)));
  }
  if (typeof minLength === 'number') {
    const message = `must NOT have fewer than ${minLength} characters`;
    checks.push(stringCheck(message, (text) => isLonger(text, minLength - 1)));
  }
  if (typeof pattern === 'string') {
    const { test } = compilePattern(pattern);
    checks.push(stringCheck(`must match pattern "${pattern}"`, test));
  }
  const isOfFormat = checksFormats && typeof format === 'string' ? formatCheck(format) : undefined;
  if (isOfFormat !== undefined) checks.push(stringCheck(`must match format "${String(format)}"`, isOfFormat));
  return checks;
}

function stringCheck(message: string, holds: (text: string) => boolean): Check {
  return (value, evaluation) => typeof value !== 'string' || holds(value) || evaluation.fail(message);
}

/** Whether a text has more characters than a limit. RFC 8259 counts code points, JavaScript UTF-16 units. */
function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  if (text.length > 2 * limit + 1) return true;
  let count = 0;
  for (let at = 0; at < text.length; count++) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return count > limit;
}
