import { assertMembers } from '../errors/assert-members.js';
import { ConfigurationError } from '../errors/configuration-error.js';

/** Returns the problem of a value and the remedy; undefined for a valid value. */
type Rule = (value: unknown) => string | undefined;

type Rules = Readonly<Record<string, Rule>>;

const isText = (value: unknown): boolean => typeof value === 'string';

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mustBe(wanted: string, holds: (value: unknown) => boolean): Rule {
  return (value) => (holds(value) ? undefined : `must be ${wanted}`);
}

/** One of some texts. */
export function oneOf(...values: readonly string[]): Rule {
  const known: readonly unknown[] = values;
  return mustBe(values.map((value) => `"${value}"`).join(' or '), (value) => known.includes(value));
}

const listOf =
  (rule: Rule): Rule =>
  (values) => {
    if (!Array.isArray(values)) return 'must be an array';
    for (const [index, value] of values.entries()) {
      const wrong = rule(value);
      if (wrong !== undefined) return `[${String(index)}] ${wrong}`;
    }
    return undefined;
  };

/** A text. */
export const text: Rule = mustBe('a text', isText);

/** `true` or `false`. */
export const flag: Rule = mustBe('true or false', (value) => typeof value === 'boolean');

/** An object of metadata (MCP `basic/index#_meta`). */
export const meta: Rule = mustBe('an object', isObject);

/** A number of bytes. */
export const byteCount: Rule = mustBe(
  'a whole number of bytes',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);

const annotationRules: Rules = {
  audience: listOf(oneOf('user', 'assistant')),
  priority: mustBe('a number from 0 to 1', (value) => typeof value === 'number' && value >= 0 && value <= 1),
  lastModified: mustBe('an ISO 8601 time, such as "2026-01-12T15:00:58Z"', isText),
};

const iconRules: Rules = {
  src: mustBe('a URI, such as "https://example.com/icon.png"', isText),
  mimeType: text,
  sizes: listOf(mustBe('a size, such as "48x48" or "any"', isText)),
  theme: oneOf('light', 'dark'),
};

const toolAnnotationRules: Rules = {
  title: text,
  readOnlyHint: flag,
  destructiveHint: flag,
  idempotentHint: flag,
  openWorldHint: flag,
};

/** The problem of an object's members; undefined if they are valid. */
export function wrongMember(value: Readonly<Record<string, unknown>>, rules: Rules): string | undefined {
  for (const name of Object.keys(rules)) {
    const wrong = value[name] === undefined ? undefined : rules[name]?.(value[name]);
    if (wrong === undefined) continue;
    return wrong.startsWith('[') || wrong.startsWith('.') ? `.${name}${wrong}` : `.${name} ${wrong}`;
  }
  return undefined;
}

const objectOf =
  (rules: Rules): Rule =>
  (value) =>
    isObject(value) ? wrongMember(value, rules) : 'must be an object: leave it out if there is nothing to say';

/** Hints about the use of content (MCP `server/resources#annotations`). */
export const annotations: Rule = objectOf(annotationRules);

/** Icons (MCP `basic/index#icons`). */
export const icons: Rule = listOf((icon) => {
  if (!isObject(icon) || icon['src'] === undefined) return 'must be an object with src';
  return wrongMember(icon, iconRules);
});

const spaced = (wrong: string): string => (/^[.[]/.test(wrong) ? wrong : ` ${wrong}`);

/** The parts of a definition that lists show, besides its texts. */
interface ListedMembers {
  readonly annotations?: unknown;
  readonly icons?: unknown;
}

/**
 * Checks the annotations and icons of a definition, including unknown members. One mistake makes clients refuse the whole list.
 *
 * @param definition - of a tool or a resource
 * @param kind - decides which annotations exist
 * @param owner - of them, for messages
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function assertListedMembers(definition: ListedMembers, kind: 'resource' | 'tool', owner: string): void {
  const rules = kind === 'tool' ? toolAnnotationRules : annotationRules;
  if (definition.annotations !== undefined) {
    assertMembers(definition.annotations, Object.keys(rules), `${owner} annotations`);
    assertRule(objectOf(rules), definition.annotations, `${owner} annotations`);
  }
  assertIcons(definition.icons, owner);
}

/**
 * Checks icons.
 *
 * @param value - what the developer wrote, if anything
 * @param owner - of them, for messages
 * @throws ConfigurationError `unknown_option` or `invalid_option`
 */
export function assertIcons(value: unknown, owner: string): void {
  if (value === undefined) return;
  assertRule(icons, value, `${owner} icons`);
  for (const icon of value as readonly unknown[]) assertMembers(icon, Object.keys(iconRules), `${owner} icons`);
}

function assertRule(rule: Rule, value: unknown, owner: string): void {
  const wrong = rule(value);
  if (wrong !== undefined) throw new ConfigurationError('invalid_option', `${owner}${spaced(wrong)}.`);
}
